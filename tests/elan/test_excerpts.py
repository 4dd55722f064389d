"""Annotations as excerpts: their times in the video, and names that are safe everywhere."""

from pathlib import Path

import pytest

from engine.elan import Annotation, Annotations, Tier, excerpts_of, safe_name, unique_names
from engine.errors import InputError


def told(*annotations: tuple[float, float, str]) -> Annotations:
    return Annotations((), (Tier("Gloss", "gloss", "", "", "", (), tuple(Annotation(*one) for one in annotations)),))


def spans(annotations: Annotations, origin: float = 0.0, margin: float = 0.0) -> list[tuple[str, float, float]]:
    return [(own.name, own.start, own.end) for own in excerpts_of(annotations, "Gloss", origin, margin)]


def test_what_says_nothing_or_lasts_no_time_is_no_excerpt() -> None:
    assert spans(told((0, 1, ""), (1, 2, " \n"), (2, 2, "POINT"), (3, 4, "SIGN"))) == [("SIGN", 3, 4)]


def test_margins_end_where_other_annotations_begin() -> None:
    annotations = told((0.125, 1, "A"), (1.25, 2, "B"), (4, 5, "C"))
    assert spans(annotations, margin=0.5) == [("A", 0.0, 1.25), ("B", 1.0, 2.5), ("C", 3.5, 5.5)]


def test_annotations_that_overlap_are_kept_whole() -> None:
    assert spans(told((0, 3, "A"), (1, 2, "B"), (2.5, 4, "C")), margin=0.25) == [
        ("A", 0, 3),
        ("B", 1, 2.25),
        ("C", 2.5, 4.25),
    ]


def test_excerpts_are_in_the_time_of_the_video() -> None:
    annotations = told((0, 1, "A"), (2, 3, "B"))
    assert spans(annotations, origin=1.5) == [("A", 1.5, 2.5), ("B", 3.5, 4.5)]
    assert spans(annotations, origin=-0.5) == [("A", 0, 0.5), ("B", 1.5, 2.5)]
    assert spans(annotations, origin=-1.5) == [("B", 0.5, 1.5)]


def test_a_tier_that_is_missing_is_told_with_those_that_are_there() -> None:
    with pytest.raises(InputError, match="There is no tier Glosses; there are Gloss"):
        excerpts_of(told(), "Glosses")


def test_equal_names_are_numbered_without_meeting_others() -> None:
    assert unique_names(["A", "a", "A_2", "A", "A?", "A*"]) == ["A", "a_2", "A_2_2", "A_3", "A_", "A__2"]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("HOUSE", "HOUSE"),
        (" two  words\n", "two words"),
        ("BÄUME 木 вода", "BÄUME 木 вода"),
        ("A\u0308", "Ä"),
        ("न\u200dही", "न\u200dही"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\x", "C__x"),
        ("..", "_"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("COM1", "_COM1"),
        ("CONTAIN", "CONTAIN"),
        ("a\x00b\u202ec", "a_b_c"),
        ("dots...", "dots"),
    ],
)
def test_a_value_becomes_a_safe_name(value: str, name: str) -> None:
    assert safe_name(value) == name


def test_a_long_value_becomes_a_name_that_files_can_have(tmp_path: Path) -> None:
    name = unique_names(["木" * 1000] * 2)[1]
    (tmp_path / f"{name}.angles.csv").touch()
    assert name.endswith("木_2")
