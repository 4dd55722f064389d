"""How a batch is run."""

from dataclasses import dataclass

from ..options import Options, option


@dataclass(frozen=True, kw_only=True)
class BatchOptions(Options):
    """How many clips are tracked at a time, where, and within which limits."""

    workers: int | None = option(
        None, "Workers", "how many clips are tracked at a time", least=1, most=1024, absent="one for each core"
    )
    ray: str | None = option(
        None,
        "Ray",
        "a Ray cluster that shares these folders: host:port, auto for one that runs here, or local for a new one",
        absent="processes of this machine",
        value="ADDRESS",
    )
    time_limit: float = option(
        21600.0, "Time Limit", "of one clip; what takes longer is ended and counts as failed", unit="s", least=1
    )
    memory_limit: float = option(
        8.0, "Memory Limit", "of one clip, where the system has such limits", unit="GiB", least=0.1
    )
    retry_failed: bool = option(False, "Retry Failed", "try again what failed or was set aside")
