"""The report shows hostile names as text, refers to nothing outside itself, and its pictures are pictures."""

import base64
import io
import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import av
import pytest

from engine.batch.report import DETAILED, page_of, write_report
from engine.batch.sidecar import load_sidecar, save_sidecar
from engine.batch.summary import records_in
from engine.batch.thumbnail import LONGER

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


class Seen(HTMLParser):
    """What a browser would see."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    @classmethod
    def of(cls, records: dict[str, dict[str, Any]]) -> "Seen":
        """All with their whole records."""
        return cls("".join(page_of(records, records)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Of a moment of the sample."""
    out, video = tmp_path_factory.mktemp("out"), ROOT / "tests" / "data" / "sample.mp4"
    command = [sys.executable, "-m", "engine", "batch", str(video), "--out", str(out), "--end", "0.1"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    known = load_sidecar(out / "sample.json")
    assert known is not None
    return known


def test_names_notes_and_errors_are_text(record: dict[str, Any]) -> None:
    failed = {"state": "failed", "source": HOSTILE, "error": f"{HOSTILE} cannot be read."}
    records = {HOSTILE: record | {"source": f"{HOSTILE}.mp4", "notes": [f"{HOSTILE} note"]}, f"{HOSTILE} too": failed}
    seen, plain = (
        Seen.of(records),
        Seen.of({"a": record | {"notes": ["note"]}, "b": failed | {"source": ""}}),
    )
    for text in (HOSTILE, f"{HOSTILE}.mp4", f"{HOSTILE} note", f"{HOSTILE} too", f": {HOSTILE} cannot be read."):
        assert text in seen.texts
    assert [tag for tag, _ in seen.tags] == [tag for tag, _ in plain.tags]
    assert not [name for _, attributes in seen.tags for name in attributes if name.startswith("on")]


def test_nothing_outside_the_page_is_referred_to(record: dict[str, Any]) -> None:
    seen = Seen.of({"part": record})
    links = [
        value for _, own in seen.tags for name, value in own.items() if name in {"href", "src", "srcset", "action"}
    ]
    assert links and all(link.startswith("data:image/jpeg;base64,") for link in links)
    assert not {tag for tag, _ in seen.tags} & {"link", "iframe", "object", "embed", "base", "form", "img"}
    style = next(text for text in seen.texts if "border-collapse" in text)
    assert "url(" not in style and "@import" not in style


def test_pictures_are_jpegs_of_the_size_that_is_told(record: dict[str, Any]) -> None:
    seen = Seen.of({"part": record})
    (image,) = [own for tag, own in seen.tags if tag == "image"]
    data = base64.b64decode(image["href"].split(",")[1], validate=True)
    with av.open(io.BytesIO(data), "r", format="jpeg_pipe") as picture:
        (frame,) = picture.decode(video=0)
    assert [frame.width, frame.height] == [int(image["width"]), int(image["height"])]
    assert max(frame.width, frame.height) == LONGER
    assert frame.to_ndarray(format="rgb24").std() > 20  # not one colour


def test_a_name_that_is_the_page_s_own_marker_is_left_alone(record: dict[str, Any]) -> None:
    name = "{{rows}}"
    assert name in Seen.of({name: record, "b": record}).texts


def test_the_page_and_the_same_as_json_are_written(record: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "part.json").write_text(json.dumps(record), encoding="utf-8")
    assert "a/part" in Seen(write_report(tmp_path, records_in(tmp_path)).read_text(encoding="utf-8")).texts
    kept = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["clips"]["a/part"]
    assert kept == {key: value for key, value in record.items() if key != "thumbnail"}


def test_of_many_clips_the_worst_that_were_tracked_have_pictures(record: dict[str, Any], tmp_path: Path) -> None:
    failed = {"state": "failed", "source": "x.mp4", "error": "It is cut.", "input": {}, "outputs": {}}
    many = {f"bad{number}": failed for number in range(DETAILED)}
    for number in range(DETAILED + 20):
        many[f"good{number}"] = record | {"quality": record["quality"] | {"doubt": number / 1000}}
    for name, own in many.items():
        save_sidecar(own, tmp_path / f"{name}.json")
    page = write_report(tmp_path, records_in(tmp_path)).read_text(encoding="utf-8")
    rows = page.split("<tr")[2:]
    assert len(rows) == len(many) and all("It is cut." in row for row in rows[:DETAILED])
    assert [row.count("<image") + row.count("<polyline") for row in rows[DETAILED:]] == [2] * DETAILED + [0] * 20
    assert f"<b>good{DETAILED + 19}</b>" in rows[DETAILED] and f"{record['quality']['jitter']:.1f}" in rows[-1]
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["clips"].keys() == many.keys()


def test_a_clip_that_is_done_anew_while_the_report_is_written_has_no_picture(
    record: dict[str, Any], tmp_path: Path
) -> None:
    save_sidecar(record, tmp_path / "a.json")
    records = records_in(tmp_path)
    (tmp_path / "a.json").unlink()
    assert "<polyline" not in write_report(tmp_path, records).read_text(encoding="utf-8")
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8")) == {"clips": {}}
