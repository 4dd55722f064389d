"""The picture of the house is what the imports give."""

from graphlib import CycleError

import pytest

from engine.packaging.house import PAGE, Room, imports, picture, reduced, ships
from engine.training.markers import put

A, B, C, D = (("house", name) for name in "abcd")


def test_the_committed_picture_is_what_the_imports_give() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert put(text, "house", picture()) == text, "run `python -m engine.packaging.house`"


def arrows() -> list[tuple[Room, Room]]:
    return [(room, other) for room, others in imports().items() for other in others]


def test_what_ships_imports_nothing_that_does_not() -> None:
    assert [arrow for arrow in arrows() if ships(arrow[0]) and not ships(arrow[1])] == []


def test_the_engine_imports_nothing_of_the_add_on() -> None:
    assert [arrow for arrow in arrows() if arrow[0][0] == "engine" and arrow[1][0] == "addon"] == []


def test_relative_imports_are_read_as_full_names() -> None:
    found = imports()
    assert ("engine", "lifting") in found["engine", "track"]
    assert ("engine", "options") in found["addon", "settings"]
    assert ("engine", "geometry") in found["engine", "retarget"]


def test_arrows_that_follow_from_others_are_left_out() -> None:
    graph: dict[Room, set[Room]] = {A: {B, C, D}, B: {C, D}, C: set(), D: set()}
    assert reduced(graph) == {A: {B}, B: {C, D}, C: set(), D: set()}
    with pytest.raises(CycleError):
        reduced({A: {B}, B: {A}})
