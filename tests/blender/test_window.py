"""What the user does and sees while a video is tracked and when it is there."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from types import SimpleNamespace as Made
from typing import Any

import bpy
import numpy as np
import pytest
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector

from tests.blender.motions import addon

SIDEBAR = Made(type="UI", active_panel_category="Sign Mocap", x=1000, y=100, width=200, height=600)
OTHER_TAB = Made(type="UI", active_panel_category="Item", x=1000, y=100, width=200, height=600)


def context(region: Any, *, tools: int = 0, playing: bool = False) -> Any:
    """A window with a status bar of 20 pixels and a sidebar; in the background Blender lays out none."""
    area = Made(type="VIEW_3D", y=20, regions=[region])
    screen = Made(areas=[area], is_animation_playing=playing)
    return Made(screen=screen, window=Made(screen=screen, modal_operators=[None] * (1 + tools)))


@pytest.mark.parametrize(
    ("place", "where", "meant"),
    [
        ((500, 400), context(SIDEBAR), False),
        ((1100, 400), context(SIDEBAR), True),
        ((1100, 400), context(OTHER_TAB), False),
        ((1100, 400), context(SIDEBAR, playing=True), False),
        ((1100, 400), context(SIDEBAR, tools=1), False),
        ((500, 10), context(OTHER_TAB), True),
    ],
)
def test_esc_cancels_on_the_progress_and_nowhere_else(place: tuple[int, int], where: Any, meant: bool) -> None:
    event = Made(mouse_x=place[0], mouse_y=place[1])
    assert addon("ui.tracks_videos")._is_meant(where, event) == meant


class Drawn:
    """A layout that keeps what is drawn in it, from top to bottom; a row is one place."""

    def __init__(self) -> None:
        self.places = list[object]()

    def row(self, **_look: object) -> "Drawn":
        inner = Drawn()
        self.places.append(inner)
        return inner

    def column(self) -> "Drawn":
        return self

    def panel(self, name: str, **_look: object) -> tuple["Drawn", "Drawn"]:
        self.places.append(name)
        return self, self

    def prop(self, _properties: object, name: str, **_look: object) -> None:
        self.places.append(name)

    def label(self, text: str) -> None:
        self.places.append(text)

    def progress(self, factor: float, text: str) -> None:
        self.places.append((factor, text))

    def operator(self, name: str, **_look: object) -> Any:
        self.places.append(name)
        return Made()


def test_the_sidebar_stands_still_while_a_video_is_tracked_and_after() -> None:
    progress, panel = addon("ui.progress"), addon("ui.panel").SignMocapPanel
    job = Made(progress=0.35, videos=["talk.mp4"], seconds_left=12.0, close=lambda: None)

    def drawn() -> list[Any]:
        layout = Drawn()
        panel.draw(Made(layout=layout), bpy.context)
        return [tuple(place.places) if isinstance(place, Drawn) else place for place in layout.places]

    before = drawn()
    progress.start(job)
    try:
        during = drawn()
    finally:
        progress.stop()
    assert before[0] == ("import_anim.sign_video",) and during[0][-1] == progress.CANCEL and len(before) > 20
    assert during[1:] == before[1:] and drawn() == before


def test_a_view_shows_what_a_camera_of_blenders_shows() -> None:
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    bpy.context.scene.collection.objects.link(camera)
    camera.rotation_euler = (1.2, 0.1, 0.4)
    bpy.context.view_layer.update()
    size = (bpy.context.scene.render.resolution_x, bpy.context.scene.render.resolution_y)
    projection = camera.calc_matrix_camera(bpy.context.evaluated_depsgraph_get(), x=size[0], y=size[1])
    projection @= camera.matrix_world.inverted()
    seen = 0
    for point in map(Vector, np.random.default_rng(0).normal(size=(500, 3))):
        x, y, depth = world_to_camera_view(bpy.context.scene, camera, point)
        expected = depth > 0 and 0 <= x <= 1 and 0 <= y <= 1
        assert addon("ui.show_result").is_seen(point, projection) == expected
        seen += expected
    assert 0 < seen < 500


def test_the_manual_is_there_and_names_every_option() -> None:
    page = addon("ui.manual").PAGE.read_text(encoding="utf-8")
    properties = addon("ui.properties")
    known = properties.options_of(addon("settings").ImportOptions)
    assert not [known[name].title for name in properties.IMPORT + properties.CHARACTER if known[name].title not in page]
