"""An option of a record is a property of Blender's, and its command line's, without another line."""

import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest

from tests.blender.motions import addon

settings, properties = addon("settings"), addon("ui.properties")


def more() -> Any:
    """The options of an import and one more."""
    zoom = settings.option(2.0, "Zoom", "how near the camera is", unit="m", least=1, most=8)
    return dataclasses.make_dataclass(
        "More", [("zoom", float, zoom)], bases=(settings.ImportOptions,), frozen=True, kw_only=True
    )


def test_one_line_makes_a_property_with_title_help_range_and_unit() -> None:
    known = properties.properties_of(more()).__annotations__
    assert {*known} == {*properties.properties_of(settings.ImportOptions).__annotations__, "zoom"}
    wanted = {"name": "Zoom", "description": "How near the camera is", "min": 1, "max": 8, "default": 2.0}
    assert wanted.items() <= known["zoom"].keywords.items() and known["zoom"].keywords["unit"] == "LENGTH"


@pytest.mark.parametrize("wrong", [0.5, 9.0, float("nan")])
def test_what_the_window_says_is_refused_in_the_words_of_the_record(wrong: float) -> None:
    record = more()
    window = SimpleNamespace(**{name: getattr(record(), name) for name in properties.names_of(record)})
    window.crop = (0, 0, 0, 0)
    assert record(**properties.values_of(window, record)) == record()
    window.zoom = wrong
    with pytest.raises(Exception, match="goes from 1 to 8 m") as error:
        record(**properties.values_of(window, record))
    assert type(error.value).__name__ == "InputError"
    assert str(error.value) == f"Zoom is {wrong}; it goes from 1 to 8 m."


def test_blenders_defaults_are_the_records(extension: str) -> None:
    assert extension
    made = SimpleNamespace(
        **{
            name: known.keywords.get("default", (0, 0, 0, 0))
            for name, known in properties.properties_of(settings.ImportOptions).__annotations__.items()
        }
    )
    assert properties.import_options(made) == settings.ImportOptions()
