"""What stands in a batch's folder, in a few lines and as a table."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import plain
from .sidecar import DONE, ENDING, FAILED, SET_ASIDE, load_sidecar

STATES = (DONE, FAILED, SET_ASIDE)
#: What of a record is kept of every clip: of ten thousand all would be too much.
TOLD = ("state", "source", "error", "quality", "notes")
_COLUMNS = ("body", "left_hand", "right_hand", "face", "doubt", "at_limit", "jitter", "gaps")


def records_in(out: Path) -> dict[str, dict[str, Any]]:
    """Name of a clip -> what is TOLD of its record, of all below a folder; failures first, then by `badness`."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(out.rglob(f"*{ENDING}")):
        record = load_sidecar(path)
        if record is not None and not path.name.startswith("."):
            found[path.relative_to(out).as_posix().removesuffix(ENDING)] = {
                key: record[key] for key in TOLD if key in record
            }
    return dict(sorted(found.items(), key=lambda item: -badness(item[1])))


def badness(record: dict[str, Any]) -> float:
    """How much a clip needs a look: 3 of one that failed, else its mean doubt and what of body and hands was lost."""
    if record["state"] != DONE:
        return 3.0
    quality = record["quality"]
    lost = 1.0 - (quality["body"] + max(quality["left_hand"], quality["right_hand"])) / 2.0
    return float(quality["doubt"] + lost)


def table_of(records: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Lines for a terminal: how many of each state, then a line for each clip, the worst first."""
    counts = Counter(record["state"] for record in records.values())
    yield ", ".join(f"{counts[state]} {state}" for state in STATES)
    records = {plain(name): record for name, record in records.items()}
    width = max((len(name) for name in records), default=0)
    yield "  ".join([f"{'clip':{width}}", "state     ", "frames", *(f"{name:>10}" for name in _COLUMNS)])
    for name, record in records.items():
        if record["state"] == DONE:
            quality = record["quality"]
            values = [f"{quality['frames']:6}", *(f"{quality[column]:10.3g}" for column in _COLUMNS)]
            yield "  ".join([f"{name:{width}}", f"{DONE:10}", *values])
        else:
            yield "  ".join([f"{name:{width}}", f"{record['state']:10}", plain(record["error"])])
