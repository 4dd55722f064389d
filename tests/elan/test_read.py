"""Files of ELAN's, read: every version, times that files leave open, and files that are damaged or hostile."""

from pathlib import Path

import pympi
import pytest

from engine.elan import Annotation, Annotations, Medium, read_eaf
from engine.elan.document import LARGEST
from engine.errors import InputError

DATA = Path(__file__).resolve().parents[1] / "data" / "elan"
HOSTILE = sorted((DATA / "hostile").glob("*.eaf"))


@pytest.fixture(scope="module")
def newest() -> Annotations:
    return read_eaf(DATA / "version_3.0.eaf")


def spans(annotations: Annotations, tier: str) -> list[tuple[float, float, str]]:
    found = annotations.tier(tier)
    assert found is not None
    return [(own.start, own.end, own.value) for own in found.annotations]


def test_media_have_their_addresses_kinds_and_origins(newest: Annotations) -> None:
    assert newest.media == (
        Medium("file:///C:/corpus/front%20view.mp4", "../video/front%20view.mp4", "video/mp4", 1.5),
        Medium("file:///C:/corpus/sound.wav", "./sound.wav", "audio/x-wav", 0.0),
    )


def test_tiers_have_their_types_parents_people_and_vocabularies(newest: Annotations) -> None:
    assert [tier.name for tier in newest.tiers] == ["Glosses", "Phases", "Parts", "Classes", "Meaning"]
    own = newest.tier("Classes")
    assert own is not None
    assert (own.type, own.constraint, own.parent) == ("class", "Symbolic_Association", "Parts")
    assert (own.participant, own.vocabulary) == ("Aino", ("noun", "affix"))
    assert newest.tier("Nobody's") is None


def test_annotations_are_in_seconds_and_keep_what_was_typed(newest: Annotations) -> None:
    assert spans(newest, "Glosses") == [(0.4, 1.0, "HOUSE"), (1.0, 2.2, "BÄUME/TREES 木"), (2.2, 3.0, "")]


def test_a_row_of_slots_without_times_is_parted_equally_within_its_tier(newest: Annotations) -> None:
    assert spans(newest, "Phases") == [(1.0, 1.4, "preparation"), (1.4, 1.8, "stroke"), (1.8, 2.2, "retraction")]


def test_slots_of_no_row_stand_between_those_around_them(newest: Annotations) -> None:
    first, second = spans(newest, "Meaning")
    assert first[:2] == pytest.approx((0.5, 0.5 + 2.6 / 3)) and second[:2] == pytest.approx((0.5 + 5.2 / 3, 3.1))


def test_references_have_parts_of_their_parent_or_all_of_it(newest: Annotations) -> None:
    assert spans(newest, "Parts") == [(0.4, 1.0, "HAUS"), (1.0, 1.6, "BAUM"), (1.6, 2.2, "+PLURAL")]
    assert spans(newest, "Classes") == [(1.0, 1.6, "noun"), (1.6, 2.2, "affix")]


@pytest.mark.parametrize(
    ("name", "tier", "expected"),
    [
        ("version_2.0_without_schema", "default", Annotation(0.0, 1.0, "ONE")),
        ("version_2.3_latin1", "Glossen", Annotation(0.12, 0.96, "GRÖSSE")),
        ("version_2.8_utf16", "Glose", Annotation(0.48, 1.24, "вода")),
    ],
)
def test_older_versions_and_other_encodings_are_read(name: str, tier: str, expected: Annotation) -> None:
    read = read_eaf(DATA / f"{name}.eaf").tier(tier)
    assert read is not None and expected in read.annotations


def test_the_vocabulary_of_an_older_version_is_read() -> None:
    tier = read_eaf(DATA / "version_2.3_latin1.eaf").tier("Glossen")
    assert tier is not None and tier.vocabulary == ("GRÖSSE",)


def test_times_that_are_known_are_those_of_pympi(newest: Annotations) -> None:
    theirs = pympi.Eaf(DATA / "version_3.0.eaf").get_annotation_data_for_tier("Glosses")
    assert spans(newest, "Glosses") == [(start / 1000, end / 1000, value) for start, end, value in theirs]


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_a_damaged_or_hostile_file_is_one_sentence(path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_eaf(path)
    said = str(error.value)
    assert str(path) in said and "\n" not in said and said.endswith(".") and len(said) < 500


def test_a_file_that_is_too_large_is_not_parsed(tmp_path: Path) -> None:
    huge = tmp_path / "huge.eaf"
    with huge.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(InputError, match="too large"):
        read_eaf(huge)


@pytest.mark.parametrize("name", ["missing.eaf", ".", "-"])
def test_what_is_no_file_is_one_sentence(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"^Cannot read .*\.$"):
        read_eaf(Path(name))
