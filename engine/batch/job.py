"""One job of a batch: a clip, where its results go, and what stands there already."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..arguments import options_of_arguments, write_arguments
from ..digests import digest
from ..options import TrackOptions
from .clips import Clip
from .sidecar import DONE, ENDING, load_sidecar, request_of, same_input, sidecar_path

MOTION = "npz"
#: Of a result that a format cannot hold: the key of the reason in its record.
REFUSED = "refused"


@dataclass(frozen=True)
class Job:
    """A clip to be tracked into a folder, and the files to be written of it."""

    clip: Clip
    out: Path
    formats: tuple[str, ...] = ()
    """Beside the .npz, see `engine/formats`."""
    person_file: Path | None = None
    """The signer's bones, where they are known."""

    @property
    def sidecar(self) -> Path:
        """Where its record lies."""
        return sidecar_path(self.out, self.clip.name)

    def result(self, ending: str) -> Path:
        """Where a result lies."""
        return self.out / f"{self.clip.name}.{ending}"

    def standing(self) -> dict[str, Any] | None:
        """Its record, where that is of the same clip, tracked in the same way; None where it has to be tracked."""
        record = load_sidecar(self.sidecar)
        if record is None or not self._asks_for(record):
            return None
        if not same_input(self.clip.source, record.get("input", {})):
            return None
        return record if record["state"] != DONE or not self.lacking(record, (MOTION,)) else None

    def _asks_for(self, record: Mapping[str, Any]) -> bool:
        """Whether a record is of the same request; a clip that told its signer's bones was tracked without them."""
        request = request_of(self.clip, self.person_file)
        told = record.get("request") == request | {"bones": None} and record.get("bones") == request["bones"]
        return told or record.get("request") == request

    def lacking(self, record: Mapping[str, Any], endings: tuple[str, ...] | None = None) -> list[str]:
        """The endings of results that are not there as the record says they were written."""
        outputs: Mapping[str, Any] = record.get("outputs", {})
        lacking: list[str] = []
        for ending in endings or (MOTION, *self.formats):
            path, known = self.result(ending), outputs.get(ending, {})
            if REFUSED not in known and not (path.is_file() and path.stat().st_size == known.get("bytes")):
                lacking.append(ending)
        return lacking

    @property
    def message(self) -> dict[str, Any]:
        """As it is told to another process."""
        return {
            "source": str(self.clip.source),
            "name": self.clip.name,
            "signer": self.clip.signer,
            "options": write_arguments(self.clip.options, TrackOptions),
            "out": str(self.out),
            "formats": self.formats,
            "person_file": None if self.person_file is None else str(self.person_file),
        }

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> "Job":
        """From its `message`."""
        options = options_of_arguments(message["options"], TrackOptions)
        clip = Clip(Path(message["source"]), message["name"], options, message["signer"])
        bones = message["person_file"]
        return cls(clip, Path(message["out"]), tuple(message["formats"]), None if bones is None else Path(bones))


def source_of(result: Path) -> Path | None:
    """What an .npz was tracked from, as the record beside it tells; None where that is of another, or it is gone."""
    record = load_sidecar(result.with_suffix(ENDING))
    if record is None or record["outputs"].get(MOTION, {}).get("sha256") != digest(result):
        return None
    source = Path(record["source"])
    try:
        return source if source.is_file() else None
    except (OSError, ValueError):  # a name that the system refuses
        return None
