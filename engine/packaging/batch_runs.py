"""Runs of `python -m engine batch` that are watched, killed and compared; Linux, whose /proc tells of processes."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..batch.sidecar import DONE, digest, load_sidecar
from ..motion import load_motion

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Run:
    """A command that has ended."""

    status: int
    said: str
    """On stderr."""
    wall: float
    """Seconds by the clock."""
    cpu: float
    """Seconds of all its processes."""


def batch(*arguments: str | Path) -> list[str]:
    """The command of a batch."""
    return [sys.executable, "-m", "engine", "batch", *map(str, arguments)]


def run(command: Sequence[str]) -> Run:
    """Run a command to its end."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(ended.returncode, ended.stderr, wall, cpu)


def run_watched(command: Sequence[str], out: Path) -> tuple[Run, list[tuple[int, int]]]:
    """The same, and a few times a second how many clips have a record, and the bytes (PSS) of the largest worker."""
    memory: list[tuple[int, int]] = []
    start = time.perf_counter()
    with (out.parent / "stderr").open("w+") as errors:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=errors)
        while process.poll() is None:
            sizes = [_pss(worker) for worker in children(process.pid)]
            memory.append((sum(1 for _ in out.glob("*.json")), max(sizes, default=0)))
            time.sleep(0.3)
        errors.seek(0)
        return Run(process.returncode, errors.read(), time.perf_counter() - start, 0.0), memory


def run_killed(command: Sequence[str], seconds: float, *, worker: bool) -> str:
    """Start it and kill it, or one worker where there is one and then wait for it.

    Returns what was struck, "batch" or "worker"; nothing where it had ended before.
    """
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    ran, workers = process.poll() is None, children(process.pid)
    if worker and workers:
        with suppress(ProcessLookupError):
            os.kill(workers[0], signal.SIGKILL)
        process.wait()
        struck = "worker"
    else:
        process.kill()
        process.wait()
        struck = "batch"
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        time.sleep(0.02)
    return struck if ran else ""


def children(pid: int) -> list[int]:
    """Processes that one has started."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # a thread that has ended
            found += map(int, task.read_text().split())
    return found


def results(out: Path) -> dict[str, str]:
    """Name -> SHA-256 of every motion in a folder that is not a draft; raises ValueError where one is not whole."""
    paths = [path for path in sorted(out.glob("*.npz")) if not path.name.startswith(".")]
    for path in paths:
        load_motion(path)
    return {path.stem: digest(path) for path in paths}


def failures(out: Path) -> set[str]:
    """Names of the clips that have a record and are not done."""
    records = {path.stem: load_sidecar(path) for path in out.glob("*.json")}
    return {name for name, record in records.items() if record is not None and record["state"] != DONE}


def _pss(pid: int) -> int:
    """Bytes that a process holds, those that it shares in parts; 0 where it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
