"""An option of a record is a property of Blender's, and its command line's, without another line."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import dataclasses
from types import SimpleNamespace
from typing import Any

import bpy
import pytest

from tests.blender.characters import signer
from tests.blender.motions import addon
from tests.blender.rigs import metarig

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
    window.crop, window.person, window.view = (0, 0, 0, 0), 1, ""
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


def test_people_are_counted_from_one_in_the_window_and_from_zero_elsewhere() -> None:
    window = bpy.context.scene.sign_mocap
    assert window.person == 1 and properties.import_options(window).person is None
    window.person = 3
    assert properties.import_options(window).person == 2
    window.person = 0
    assert window.person == 1


@pytest.mark.parametrize(
    ("name", "offered"),
    [("start", 1.0), ("end", 10.0), ("height", 1.7), ("fov", 53.0), ("person", 1), ("crop", (0, 0, 640, 480))],
)
def test_a_tick_gives_what_is_absent_without_it(name: str, offered: Any) -> None:
    window = bpy.context.scene.sign_mocap
    assert not getattr(window, f"use_{name}") and getattr(properties.import_options(window), name) is None
    setattr(window, f"use_{name}", True)
    assert getattr(properties.import_options(window), name) == pytest.approx(offered)
    assert getattr(window, f"use_{name}")
    setattr(window, f"use_{name}", False)
    assert getattr(properties.import_options(window), name) is None


class Drawn:
    """A layout that keeps what is drawn in it."""

    def __init__(self) -> None:
        self.names, self.words = list[str](), list[str]()

    def column(self) -> "Drawn":
        return self

    def row(self, **_look: object) -> "Drawn":
        return self

    def prop(self, _properties: object, name: str, **_look: object) -> None:
        self.names.append(name)

    def label(self, text: str) -> None:
        self.words.append(text)


@pytest.mark.parametrize("given", [False, True])
def test_the_file_browser_shows_a_tick_and_no_zero_for_every_number_that_may_be_absent(given: bool) -> None:
    """An operator's properties, unlike a group's, are not in its bl_rna."""
    drawn, record = Drawn(), settings.ImportOptions
    numbers = {
        name: known
        for name, known in properties.options_of(record).items()
        if known.window and known.absent and known.takes in (int, float, tuple)
    }

    def draw(operator: Any, _context: object) -> set[str]:
        for name in numbers if given else ():
            setattr(operator, f"use_{name}", True)
        properties.draw_options(drawn, operator, tuple(numbers))
        return {"FINISHED"}

    bases = (bpy.types.Operator, properties.ImportProperties)
    operator = type("Draw", bases, {"bl_idname": "wm.draw_options", "bl_label": "Draw", "execute": draw})
    bpy.utils.register_class(operator)
    try:
        bpy.ops.wm.draw_options()
    finally:
        bpy.utils.unregister_class(operator)
    assert {"start", "end", "person", "fov", "height", "rate", "crop", "face_neutral"} == numbers.keys()
    assert [name for name in drawn.names if name.startswith("use_")] == [f"use_{name}" for name in numbers]
    assert {*numbers} & {*drawn.names} == ({*numbers} if given else set())
    assert given or drawn.words == [known.absent.partition(",")[0] for known in numbers.values()]


def test_every_option_of_the_window_has_a_group_and_every_choice_a_tooltip() -> None:
    known = {name: one for name, one in properties.options_of(settings.ImportOptions).items() if one.window}
    groups = {"Video", "Person", "3D Points", "Cameras", "Scene", "Character"}
    assert {one.group for one in known.values()} == groups
    rna = bpy.context.scene.sign_mocap.bl_rna.properties
    for name in known:
        assert rna[name].description, name
        if rna[name].type == "ENUM":
            assert all(item.description for item in rna[name].enum_items), name


@pytest.mark.parametrize(
    ("import_to", "rigs", "useless"),
    [
        ("new", "character", {*properties.CHARACTER}),
        ("selected", "ours", {*properties.CHARACTER}),
        ("selected", "character", {"reference"}),
        ("selected", "character ours", set()),
    ],
)
def test_what_does_nothing_for_the_selected_armatures_is_known(import_to: str, rigs: str, useless: set[str]) -> None:
    window = bpy.context.scene.sign_mocap
    window.import_to, window.use_crop = import_to, True
    selected = [{"character": metarig, "ours": signer}[rig]() for rig in rigs.split()]
    assert properties.useless_options(window, selected) == {"side"} | useless
    window.use_crop, window.hands_only = False, True
    assert "inset" in properties.useless_options(window, selected)


def test_files_stand_beside_each_other_in_the_window() -> None:
    window = bpy.context.scene.sign_mocap
    assert properties.import_options(window).view == ()
    window.view = "//left.mp4; /a b/right.mp4;"
    found = properties.import_options(window).view
    assert [str(path) for path in found] == [bpy.path.abspath("//left.mp4"), "/a b/right.mp4"]
    window.view = ""


def test_a_file_is_a_path_from_where_the_blend_lies_and_none_where_it_is_empty() -> None:
    window = bpy.context.scene.sign_mocap
    assert properties.import_options(window).person_file is None
    window.person_file = "//person.json"
    found = properties.import_options(window).person_file
    assert str(found) == bpy.path.abspath("//person.json") and found.name == "person.json"
    window.person_file = ""
    assert properties.import_options(window).person_file is None
