"""The report of a batch: one page that needs nothing beside it, and the same as JSON."""

import json
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any, TextIO

from ..files import written_whole
from .clips import REPORT
from .sidecar import DONE, load_sidecar, sidecar_path
from .summary import STATES

#: So many clips, the worst, are shown with picture and doubt over time: of ten thousand these would be too much.
DETAILED = 200
#: Pixels: of a row's picture.
HIGHEST = 140
_PAGE = Path(__file__).with_name("report.html")
_COLUMNS = (
    ("frames", "frames", 0),
    ("seconds", "length, s", 1),
    ("body", "body", 2),
    ("left_hand", "left hand", 2),
    ("right_hand", "right hand", 2),
    ("face", "face", 2),
    ("doubt", "doubt", 2),
    ("at_limit", "at limit", 3),
    ("jitter", "jitter, mm", 1),
    ("gaps", "gaps", 0),
    ("longest_gap", "longest, s", 2),
)


def write_report(out: Path, records: Mapping[str, dict[str, Any]]) -> Path:
    """Write OUT/report.html and OUT/report.json of the clips that `records_in` found; returns the page's path.

    Clips are read one by one: what this takes of memory does not grow with what they hold.
    """
    with _written(out / f"{REPORT}.json") as file:
        file.write('{"clips": {')
        file.writelines(f"{',' if number else ''}\n{part}" for number, part in enumerate(_in_json(out, records)))
        file.write("\n}}\n")
    done = [name for name, record in records.items() if record["state"] == DONE]
    details = {name: load_sidecar(sidecar_path(out, name)) or {} for name in done[:DETAILED]}
    with _written(out / f"{REPORT}.html") as file:
        file.writelines(page_of(records, details))
    return out / f"{REPORT}.html"


@contextmanager
def _written(path: Path) -> Generator[TextIO]:
    """A text that is written whole or not at all; names of files in it may hold what is no text."""
    with written_whole(path) as draft, draft.open("w", encoding="utf-8", errors="backslashreplace") as file:
        yield file


def _in_json(out: Path, records: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    """Every clip's whole record but for its picture."""
    for name in records:
        record = load_sidecar(sidecar_path(out, name))
        if record is not None:  # a batch that still runs may have changed it
            kept = {key: value for key, value in record.items() if key != "thumbnail"}
            yield f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(kept, ensure_ascii=False)}"


def page_of(records: Mapping[str, dict[str, Any]], details: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    """Parts of the page of clips, in their order; those with a whole record in `details` are shown with it."""
    counts = Counter(record["state"] for record in records.values())
    frames = sum(record["quality"]["frames"] for record in records.values() if record["state"] == DONE)
    told = ", ".join(f"{counts[state]:,} {state}" for state in STATES) + f"; {frames:,} frames"
    head = "".join(f"<th>{escape(title)}</th>" for title in ("clip", "", "doubt over time", *(c[1] for c in _COLUMNS)))
    start, end = _PAGE.read_text(encoding="utf-8").split("{{rows}}")
    yield start.replace("{{told}}", escape(told)).replace("{{head}}", head)
    for name, record in records.items():
        yield f"{_row(name, record, details.get(name, {}))}\n"
    yield end


def _row(name: str, record: dict[str, Any], detail: dict[str, Any]) -> str:
    title = f"<td><b>{escape(name)}</b><br><small>{escape(record['source'])}</small>"
    if record["state"] != DONE:
        state = f"<b>{escape(record['state'])}</b>: {escape(record['error'])}"
        return f'<tr class="bad">{title}<td colspan="{2 + len(_COLUMNS)}">{state}</tr>'
    title += "".join(f"<br><small>{escape(note)}</small>" for note in record["notes"])
    picture = _picture(detail["thumbnail"]) if "thumbnail" in detail else ""
    doubt = _sparkline(detail["doubt"]) if "doubt" in detail else ""
    numbers = "".join(_number(column, record["quality"][column], digits) for column, _, digits in _COLUMNS)
    return f"<tr>{title}<td>{picture}<td>{doubt}{numbers}</tr>"


def _number(column: str, value: float, digits: int) -> str:
    shade = _shade(column, value)
    return f'<td style="--bad:{shade}">{value:.{digits}f}' if shade else f"<td>{value:.{digits}f}"


def _shade(column: str, value: float) -> float:
    """How red a cell is, 0..1."""
    worst = {"body": 1 - value, "doubt": value, "at_limit": 5 * value, "jitter": value / 20, "longest_gap": value / 2}
    worst |= dict.fromkeys(("left_hand", "right_hand"), (1 - value) / 2)
    return round(min(max(worst.get(column, 0.0), 0.0), 1.0), 2)


def _picture(thumbnail: dict[str, Any]) -> str:
    width, height = thumbnail["size"]
    lines = " ".join(f"M{x1} {y1}L{x2} {y2}" for x1, y1, x2, y2 in thumbnail["bones"])
    image = f'<image width="{width}" height="{height}" href="data:image/jpeg;base64,{escape(thumbnail["picture"])}"/>'
    image = image if thumbnail["picture"] else ""
    scale = HIGHEST / max(height, HIGHEST)
    shown = f'width="{width * scale:.0f}" height="{height * scale:.0f}"'
    return f'<svg class="picture" viewBox="0 0 {width} {height}" {shown}>{image}<path d="{lines}"/></svg>'


def _sparkline(values: list[float]) -> str:
    """0 at the bottom, 1 at the top."""
    step = 120 / max(len(values) - 1, 1)
    points = " ".join(f"{number * step:.1f},{30 - 30 * value:.1f}" for number, value in enumerate(values))
    return f'<svg class="line" viewBox="0 0 120 30" width="120" height="30"><polyline points="{points}"/></svg>'
