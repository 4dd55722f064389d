"""Tiers of a motion written as .eaf: what pympi reads back, the order of the schema, and files that are added to."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, canonicalize, parse, tostring

import numpy as np
import pympi
import pytest

from engine.__main__ import main
from engine.activity import stretches_of
from engine.elan import add_to_eaf, find_video, read_eaf, tiers_of, write_eaf
from engine.errors import InputError
from engine.events import EventKind
from engine.keypoints import KEYPOINT_NAMES, Side
from engine.motion import Motion, save_motion
from engine.skeleton import hand_skeleton, load_skeleton
from tests.blender.motions import random_motion
from tests.faces import seen_face

DATA = Path(__file__).resolve().parents[1] / "data" / "elan"
#: Of EAFv3.0.xsd: the parts of a document, in their order.
PARTS = (
    *("LICENSE", "HEADER", "TIME_ORDER", "TIER", "LINGUISTIC_TYPE", "LOCALE", "LANGUAGE", "CONSTRAINT"),
    *("CONTROLLED_VOCABULARY", "LEXICON_REF", "REF_LINK_SET", "EXTERNAL_REF"),
)


@pytest.fixture(scope="module")
def motion() -> Motion:
    """Two seconds, the left hand lost from the fourth to the sixth tenth."""
    seen = np.ones((50, 3), bool)
    seen[20:30, Side.LEFT.column] = False
    confidence = np.ones((50, len(KEYPOINT_NAMES)), np.float32)
    return random_motion(load_skeleton(), 50, 25.0, seen=seen, confidence=confidence)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "videos" / "my clip & more.mp4"
    path.parent.mkdir()
    path.touch()
    return path


def parts_of(path: Path) -> list[str]:
    return [element.tag for element in parse(path).getroot()]


def test_another_reader_reads_what_the_motion_tells(motion: Motion, video: Path, tmp_path: Path) -> None:
    write_eaf(motion, tmp_path / "a.eaf", video)
    read = pympi.Eaf(tmp_path / "a.eaf")
    assert [*read.get_tier_names()] == ["left hand", "right hand", "signing", "nod", "head shake"]
    told = read.get_annotation_data_for_tier("left hand")
    assert told == [(0, 800, "seen"), (800, 1200, "lost"), (1200, 2000, "seen")]
    assert read.get_annotation_data_for_tier("right hand") == [(0, 2000, "seen")]
    stretches = [(own.first * 40, own.stop * 40) for own in stretches_of(motion)]
    assert stretches and [own[:2] for own in read.get_annotation_data_for_tier("signing")] == stretches


def test_the_video_is_linked_and_found_from_another_place(motion: Motion, video: Path, tmp_path: Path) -> None:
    file = tmp_path / "annotations" / "a.eaf"
    file.parent.mkdir()
    write_eaf(motion, file, video)
    (medium,) = pympi.Eaf(file).media_descriptors
    assert medium["MEDIA_URL"] == f"file:///{video.as_posix().lstrip('/')}"
    assert (medium["MIME_TYPE"], medium["RELATIVE_MEDIA_URL"]) == ("video/mp4", "../videos/my clip & more.mp4")
    assert find_video(file, read_eaf(file), video.parent).path == video


def test_parts_and_names_are_as_the_schema_has_them(motion: Motion, video: Path, tmp_path: Path) -> None:
    write_eaf(motion, tmp_path / "a.eaf", video)
    root = parse(tmp_path / "a.eaf").getroot()
    assert parts_of(tmp_path / "a.eaf") == sorted(parts_of(tmp_path / "a.eaf"), key=PARTS.index)
    assert {*root.attrib} > {"AUTHOR", "DATE", "VERSION"}
    slots = {own.attrib["TIME_SLOT_ID"] for own in root.iter("TIME_SLOT")}
    used = [own.attrib[f"TIME_SLOT_REF{end}"] for own in root.iter("ALIGNABLE_ANNOTATION") for end in "12"]
    assert sorted(slots) == sorted(used)
    types = {own.attrib["LINGUISTIC_TYPE_ID"] for own in root.iter("LINGUISTIC_TYPE")}
    assert {own.attrib["LINGUISTIC_TYPE_REF"] for own in root.iter("TIER")} == types


def test_a_hand_by_itself_has_one_tier() -> None:
    (tier,) = tiers_of(random_motion(hand_skeleton(Side.LEFT), 10, 25.0))
    assert tier.name == "left hand"


def test_events_of_the_face_have_tiers_where_there_is_one(motion: Motion) -> None:
    names = [tier.name for tier in tiers_of(replace(motion, face=seen_face(np.zeros((50, 52), np.float32))))]
    assert {*EventKind} < {*names}


def test_a_video_that_cannot_be_named_is_one_sentence(motion: Motion, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot name the video"):
        write_eaf(motion, tmp_path / "a.eaf", Path("a\nb.mp4"))


def beside(folder: Path, name: str) -> Path:
    """A copy of one of the files."""
    return Path(shutil.copy(DATA / name, folder))


def without(root: Element, added: set[str]) -> Iterator[str]:
    """The parts of a document as canonical text, but for elements that were added and the counter that ELAN keeps."""
    for part in root:
        for own in [own for own in part if own.get("TIME_SLOT_ID", "") in added]:
            part.remove(own)
        for own in part.findall("PROPERTY"):
            own.text = ""
        if not {part.get("TIER_ID"), part.get("LINGUISTIC_TYPE_ID")} & added:
            yield canonicalize(tostring(part), strip_text=True)


def test_tiers_are_added_and_nothing_else_is_touched(motion: Motion, tmp_path: Path) -> None:
    source, out = beside(tmp_path, "version_3.0.eaf"), tmp_path / "new.eaf"
    before = source.read_bytes()
    add_to_eaf(motion, Path("FRONT view.mp4"), source, out)
    assert source.read_bytes() == before
    old, new = parse(source).getroot(), parse(out).getroot()

    def names(root: Element) -> set[str]:
        keys = ("TIER_ID", "TIME_SLOT_ID", "LINGUISTIC_TYPE_ID")
        return {own.attrib[key] for own in root.iter() for key in keys if key in own.attrib}

    assert parts_of(out) == sorted(parts_of(out), key=PARTS.index)
    last = [own.text for own in new.iter("PROPERTY") if own.get("NAME") == "lastUsedAnnotationId"]
    numbers = [int(own.attrib["ANNOTATION_ID"][1:]) for own in new.iter("ALIGNABLE_ANNOTATION")]
    assert last == [str(max(numbers))]
    assert [*without(new, names(new) - names(old))] == [*without(old, set())]
    assert read_eaf(out).tiers[:5] == read_eaf(source).tiers


def test_times_that_are_added_are_the_annotations_own(motion: Motion, tmp_path: Path) -> None:
    out = tmp_path / "new.eaf"
    add_to_eaf(motion, Path("front view.mp4"), DATA / "version_3.0.eaf", out)  # its origin is 1.5 s
    tier = read_eaf(out).tier("right hand")
    assert tier is not None and [(own.start, own.end) for own in tier.annotations] == [(0.0, 0.5)]


def test_tiers_added_twice_have_other_names(motion: Motion, tmp_path: Path) -> None:
    first, second = tmp_path / "first.eaf", tmp_path / "second.eaf"
    add_to_eaf(motion, Path("clip.mp4"), DATA / "version_2.8_utf16.eaf", first)
    add_to_eaf(motion, Path("clip.mp4"), first, second)
    assert [tier.name for tier in read_eaf(second).tiers][-2:] == ["nod 2", "head shake 2"]


def test_no_annotations_are_overwritten_or_given_to_another_video(motion: Motion, tmp_path: Path) -> None:
    source, there = DATA / "version_3.0.eaf", tmp_path / "there.eaf"
    there.touch()
    with pytest.raises(InputError, match="is there already"):
        add_to_eaf(motion, Path("front view.mp4"), source, there)
    with pytest.raises(InputError, match=r"does not link other\.mp4"):
        add_to_eaf(motion, Path("other.mp4"), source, tmp_path / "new.eaf")
    with pytest.raises(InputError, match="document type"):
        add_to_eaf(motion, Path("a.mp4"), DATA / "hostile" / "entity_of_a_file.eaf", tmp_path / "new.eaf")
    assert [*tmp_path.iterdir()] == [there] and there.read_bytes() == b""


def known(path: Path) -> dict[str, Any]:
    """What pympi reads of a file, but for media and the counter that ELAN keeps."""
    eaf = pympi.Eaf(path)
    parts = ("tiers", "timeslots", "linguistic_types", "controlled_vocabularies", "constraints", "languages", "locales")
    return {part: dict(getattr(eaf, part)) for part in parts}


def test_another_reader_finds_all_that_was_there_in_the_copy_that_convert_writes(
    motion: Motion, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = beside(tmp_path, "version_3.0.eaf"), tmp_path / "new"
    save_motion(motion, out / "a.npz")
    command = ["convert", str(out / "a.npz"), "--video", "x/front view.mp4", "--format", "eaf", "--into", str(tmp_path)]
    assert main([*command, "--out", str(out)]) == 0
    old, new = known(source), known(out / "a.eaf")
    assert {part: {name: own for name, own in new[part].items() if name in old[part]} for part in old} == old
    assert [*new["tiers"]] == [*old["tiers"], "left hand", "right hand", "signing", "nod", "head shake"]
    were, are = (pympi.Eaf(path).media_descriptors for path in (source, out / "a.eaf"))
    ways = [own.pop("RELATIVE_MEDIA_URL") for own in (*were, *are)]
    assert were == are and ways[:2] == ["../video/front%20view.mp4", "./sound.wav"]
    assert ways[2:] == ["../../video/front%20view.mp4", "../sound.wav"]
    assert main([*command, "--out", str(out)]) == 1  # someone may have worked on it since
    assert "is there already" in capsys.readouterr().err


def test_convert_says_what_there_is_to_add_to(
    motion: Motion, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_motion(motion, tmp_path / "a.npz")
    command = ["convert", str(tmp_path / "a.npz"), "--out", str(tmp_path), "--into", str(tmp_path), "--video", "a.mp4"]
    assert main([*command, "--format", "eaf"]) == 1
    assert "no .eaf that was given links a.mp4" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*command, "--format", "bvh"])
    assert "give --format eaf with --into" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"a.npz"}


def test_convert_writes_it_of_a_video_that_is_named(
    motion: Motion, video: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_motion(motion, tmp_path / "a.npz")
    arguments = ["convert", str(tmp_path / "a.npz"), "--format", "eaf", "--out", str(tmp_path / "out")]
    assert main([*arguments, "--video", str(video)]) == 0
    assert read_eaf(tmp_path / "out" / "a.eaf").media[0].relative == "../videos/my clip & more.mp4"
    assert main(arguments) == 1
    assert "links the video of the motion; name it with --video" in capsys.readouterr().err
