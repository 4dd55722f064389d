"""Names that files bring, hostile ones among them: they become files below the batch's folder, or none at all."""

import csv
import re
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from xml.sax.saxutils import quoteattr

import pytest

from engine.batch.clips import Clip, clips_in
from engine.batch.job import MOTION, Job
from engine.batch.run import signer_file
from engine.batch.sidecar import load_sidecar
from engine.batch.work import work
from engine.errors import InputError
from engine.options import TrackOptions
from tests.points.takes import FULL, joints_of, legal_motion
from tests.points.writers import write_trc

from .corpora import read_catalogues

NAMES = (
    *(
        "../../escaped",
        "..\\..\\escaped",
        "/tmp/escaped",
        "C:\\escaped",
        "C:escaped",
        "//host/share",
        "\\\\host\\share",
    ),
    *("~/escaped", "a/../../escaped", "..", ".", "a/./b", "a//b", "con", "NUL.txt", "com1.a.b", "LPT\u00b9", "CONIN$"),
    *("a" * 300, "ä" * 300, "/".join(["a" * 100] * 60), "a\x1b[2J", "a\nb", "\u202efdp.npz", "a:stream", "a.", "a "),
    *("${HOME}", "$(id)", "`id`", "%APPDATA%", "-rf", "--out=x", "=1+1", "<b>&amp;", "report", "Report", "signers/ana"),
    *(
        ".draft-1-abc",
        ".hidden",
        "a.json",
        "A.JSON",
        "a|b",
        "a*b?",
        '"a"',
        "\ufeffa",
        "e\u0301",
        "\U0001f9d1\u200d\U0001f9d1",
    ),
)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def check(file: Path, out: Path) -> None:
    """That a result lies below the folder, whatever system reads its name, and that it can be made."""
    own = file.relative_to(out).as_posix()
    as_windows = PureWindowsPath("D:\\out") / own
    assert as_windows.is_relative_to("D:\\out") and ".." not in as_windows.parts, own
    for part in own.split("/"):
        assert part == part.strip(" .") and part.replace("\u200d", "").isprintable(), own
        assert len(part.encode()) < 256 and not _RESERVED.match(part) and not set(part) & set('<>:"\\|?*'), own
    assert own.casefold() not in ("report.json", "report.html"), own
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"")
    assert file.resolve().is_relative_to(out.resolve()), own


def check_clips(clips: list[Clip], out: Path) -> None:
    for clip in clips:
        job = Job(clip, out)
        check(job.sidecar, out)
        check(job.result(MOTION), out)
        if clip.signer:
            file = signer_file(clip, out)
            assert file is not None and file.relative_to(out).parts[0] == "signers"
            check(file, out)


def table(folder: Path, name: str, signer: str) -> list[Clip]:
    path = folder / "clips.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("video", "name", "signer"), ("take.trc", name, signer)])
    return clips_in([str(path)], TrackOptions())


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_a_table_is_a_file_below_the_folder_or_refused(name: str, tmp_path: Path) -> None:
    for own in ((name, ""), ("a", name)):
        try:
            check_clips(table(tmp_path, *own), tmp_path / "out")
        except InputError as error:
            assert re.fullmatch(r"[^\n]{1,600}\.", str(error))


@pytest.mark.parametrize("name", NAMES)
def test_a_value_a_tier_and_a_signer_of_annotations_are_files_below_the_folder(name: str, tmp_path: Path) -> None:
    plain = "".join(letter for letter in name if letter >= " ")  # XML has no other letters
    path = tmp_path / "talk.eaf"
    (tmp_path / "talk.mp4").touch()
    tiers = "".join(
        f"<TIER LINGUISTIC_TYPE_REF='t' TIER_ID={quoteattr(tier)} PARTICIPANT={quoteattr(plain)}><ANNOTATION>"
        f"<ALIGNABLE_ANNOTATION ANNOTATION_ID='a{number}' TIME_SLOT_REF1='ts1' TIME_SLOT_REF2='ts2'><ANNOTATION_VALUE>"
        f"{quoteattr(plain)[1:-1]}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>"
        for number, tier in enumerate((plain, "other"), 1)
    )
    path.write_text(
        "<ANNOTATION_DOCUMENT VERSION='3.0'><HEADER TIME_UNITS='milliseconds'><MEDIA_DESCRIPTOR MIME_TYPE='video/mp4'"
        " MEDIA_URL='file:///x/talk.mp4'/></HEADER><TIME_ORDER><TIME_SLOT TIME_SLOT_ID='ts1' TIME_VALUE='0'/>"
        f"<TIME_SLOT TIME_SLOT_ID='ts2' TIME_VALUE='900'/></TIME_ORDER>{tiers}"
        "<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID='t' TIME_ALIGNABLE='true'/></ANNOTATION_DOCUMENT>",
        encoding="utf-8",
    )
    clips = clips_in([str(path)], TrackOptions(), (plain, "other"))
    assert len(clips) == 2
    check_clips(clips, tmp_path / "out")


@pytest.mark.parametrize("name", NAMES)
def test_a_path_in_a_list_is_a_file_below_the_folder_or_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(f"{name}\n", encoding="utf-8")
    try:
        check_clips(clips_in([str(tmp_path / "list.txt")], TrackOptions()), tmp_path / "out")
    except InputError as error:
        assert re.fullmatch(r"[^\n]{1,600}\.", str(error))


def test_what_a_batch_writes_under_hostile_names_lies_in_its_folder(tmp_path: Path) -> None:
    """From a table to the files: nothing else in the folders around is touched."""
    inside = tmp_path / "deep" / "inside"
    inside.mkdir(parents=True)
    names = tuple(own for own in FULL.joints if not own.startswith("mid_"))
    points = joints_of(FULL, legal_motion(FULL, frames=2))[:, [FULL.joints.index(own) for own in names]]
    write_trc(inside / "take.trc", names, points)
    done = 0
    for name in NAMES:
        try:
            (clip,) = table(inside, name, "")
        except InputError:
            continue
        clip = replace(clip, options=TrackOptions(start=9.0))  # after the take's end: failing is quick
        record = work(Job(clip, inside / "out"))
        assert record["state"] == "failed" and load_sidecar(Job(clip, inside / "out").sidecar) == record
        done += 1
    assert done > 10
    others = {path for path in tmp_path.rglob("*") if path.is_file() and not path.is_relative_to(inside / "out")}
    assert others == {inside / "take.trc", inside / "clips.csv"}


@pytest.mark.parametrize("name", NAMES)
def test_a_tier_is_one_line_of_a_library_s_catalogues(name: str, tmp_path: Path) -> None:
    (tmp_path / "case.txt").write_text("VERSION 1\n", encoding="utf-8")
    read_catalogues(tmp_path / "case.txt", name)
    (file,) = tmp_path.iterdir()
    lines = file.read_text(encoding="utf-8").split("\n")
    assert lines[0] == "VERSION 1" and lines[2] == "" and len(lines) == 3
    identity, path, simple = lines[1].split(":")
    assert re.fullmatch(r"[0-9a-f-]{36}", identity) and path == simple
    assert not set(path) & {"/", "\\", *map(chr, range(32))}
