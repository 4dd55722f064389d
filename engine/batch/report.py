"""The report of a batch: one page that needs nothing beside it, and the same as JSON."""

import json
from collections import Counter
from html import escape
from pathlib import Path
from typing import Any

from ..files import written_whole
from .clips import REPORT
from .sidecar import DONE
from .summary import STATES, records_in

#: So many clips, the worst, have a picture: of ten thousand they would be too much for a browser.
PICTURES = 1000
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


def write_report(out: Path) -> Path:
    """Write OUT/report.html and OUT/report.json of all that stands in a folder; returns the page's path."""
    records = records_in(out)
    with written_whole(out / f"{REPORT}.json") as draft:
        kept = {name: {key: value for key, value in own.items() if key != "thumbnail"} for name, own in records.items()}
        draft.write_text(json.dumps({"clips": kept}, indent=1, ensure_ascii=False) + "\n", "utf-8", "backslashreplace")
    with written_whole(out / f"{REPORT}.html") as draft:
        draft.write_text(page_of(records), "utf-8", "backslashreplace")
    return out / f"{REPORT}.html"


def page_of(records: dict[str, dict[str, Any]]) -> str:
    """The page of clips, the worst first."""
    counts = Counter(record["state"] for record in records.values())
    frames = sum(record["quality"]["frames"] for record in records.values() if record["state"] == DONE)
    told = ", ".join(f"{counts[state]:,} {state}" for state in STATES) + f"; {frames:,} frames"
    head = "".join(f"<th>{escape(title)}</th>" for title in ("clip", "", "doubt over time", *(c[1] for c in _COLUMNS)))
    rows = "\n".join(_row(name, record, number < PICTURES) for number, (name, record) in enumerate(records.items()))
    page = _PAGE.read_text(encoding="utf-8")
    return page.replace("{{told}}", escape(told)).replace("{{head}}", head).replace("{{rows}}", rows)


def _row(name: str, record: dict[str, Any], pictured: bool) -> str:
    title = f"<td><b>{escape(name)}</b><br><small>{escape(record['source'])}</small></td>"
    if record["state"] != DONE:
        state = f"<b>{escape(record['state'])}</b>: {escape(record['error'])}"
        return f'<tr class="bad">{title}<td colspan="{2 + len(_COLUMNS)}">{state}</td></tr>'
    quality = record["quality"]
    cells = "".join(
        f'<td class="number" style="--bad:{_shade(column, quality[column])}">{quality[column]:.{digits}f}</td>'
        for column, _, digits in _COLUMNS
    )
    notes = "".join(f"<br><small>{escape(note)}</small>" for note in record["notes"])
    title = title.replace("</td>", f"{notes}</td>")
    picture = _picture(record["thumbnail"]) if pictured else ""
    return f"<tr>{title}<td>{picture}</td><td>{_sparkline(record['doubt'])}</td>{cells}</tr>"


def _shade(column: str, value: float) -> str:
    """How red a cell is, 0..1."""
    worst = {"body": 1 - value, "doubt": value, "at_limit": 5 * value, "jitter": value / 20, "longest_gap": value / 2}
    worst |= dict.fromkeys(("left_hand", "right_hand"), (1 - value) / 2)
    return f"{min(max(worst.get(column, 0.0), 0.0), 1.0):.2f}"


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
