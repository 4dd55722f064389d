"""Tables go between their markers and nowhere else."""

from pathlib import Path

import pytest

from engine.packaging.readme import ACCURACY, SPEED
from engine.training.markers import put


def test_a_table_replaces_the_one_before() -> None:
    text = "above\n<!-- speed -->\nold\n<!-- end of speed -->\nbelow\n"
    once = put(text, "speed", ["| a |", r"| \1 |"])
    assert once == "above\n<!-- speed -->\n| a |\n| \\1 |\n<!-- end of speed -->\nbelow\n"
    assert put(once, "speed", ["old"]) == text


def test_a_missing_marker_is_an_error() -> None:
    with pytest.raises(ValueError, match="speed"):
        put("nothing", "speed", [])


@pytest.mark.parametrize(("page", "name"), [(ACCURACY, "accuracy"), (SPEED, "benchmark")])
def test_the_pages_have_the_markers(page: Path, name: str) -> None:
    put(page.read_text(encoding="utf-8"), name, [])
