"""Frame rates, ranges and markers."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import numpy as np
import pytest

from engine.keypoints import Side
from engine.skeleton import hand_skeleton, load_skeleton
from tests.blender.motions import addon, expected_errors, random_motion
from tests.blender.scene import apply
from tests.spelling import spelled


@pytest.mark.parametrize(
    ("rate", "fps", "base"),
    [
        (25.0, 25, 1.0),
        (30.0, 30, 1.0),
        (30000 / 1001, 30, 1.001),
        (29.97, 30, 1.001),
        (24000 / 1001, 24, 1.001),
        (60000 / 1001, 60, 1.001),
        (12.5, 12, 0.96),
        (0.5, 1, 2.0),
    ],
)
def test_a_rate_becomes_fps_and_fps_base(rate: float, fps: int, base: float) -> None:
    addon("scene.timeline").set_rate(bpy.context.scene, rate)
    render = bpy.context.scene.render
    assert render.fps == fps
    assert render.fps_base == pytest.approx(base, rel=1e-6)


def markers() -> list[tuple[int, str]]:
    return sorted((m.frame, m.name) for m in bpy.context.scene.timeline_markers)


def test_each_gap_has_a_beginning_and_an_end_and_says_of_what_of_which_armature() -> None:
    seen = np.ones((12, 3), dtype=bool)
    seen[3:5, 1] = seen[8:, 1] = seen[0, 2] = seen[6:7, 0] = False
    obj = apply(random_motion(load_skeleton(), seen=seen), first_frame=10)
    expected = [(10, "right hand lost"), (11, "right hand lost until here"), (13, "left hand lost")]
    expected += [(15, "left hand lost until here"), (16, "body lost"), (17, "body lost until here")]
    expected += [(18, "left hand lost"), (22, "left hand lost until here")]
    assert markers() == [(frame, f"{name}, {obj.name}") for frame, name in expected]


@pytest.mark.parametrize("name", ["signer", "é" * 31])
def test_a_second_import_to_an_armature_replaces_its_marks_and_no_others(name: str) -> None:
    seen = np.ones((12, 3), dtype=bool)
    seen[3:5, :2] = False
    other = apply(random_motion(load_skeleton(), seen=seen))
    bpy.context.scene.timeline_markers.new("left hand lost", frame=4)
    before = markers()
    obj = apply(random_motion(load_skeleton(), seen=seen, jumps=(0.2,)))
    obj.name = name
    apply(random_motion(load_skeleton(), seen=seen, jumps=(0.2,)), target=obj)
    for marker in [m for m in bpy.context.scene.timeline_markers if m.name.endswith("sample.001")]:
        bpy.context.scene.timeline_markers.remove(marker)  # those of the name that it had before
    once = markers()
    assert len(once) == len(before) + 5 and {*before} <= {*once}
    apply(random_motion(load_skeleton(), seen=seen), target=obj)
    assert len(markers()) == len(before) + 4 and {*before} <= {*markers()}
    assert other.name == "sample"


def test_a_single_hand_marks_its_own_gaps_only() -> None:
    seen = np.zeros((12, 3), dtype=bool)
    seen[:6, 2] = True
    motion = random_motion(hand_skeleton(Side.RIGHT), seen=seen)
    apply(motion)
    assert markers() == [(7, "right hand lost, sample"), (13, "right hand lost until here, sample")]


def test_what_is_in_doubt_for_long_is_marked_and_what_lasts_a_frame_is_not() -> None:
    share = np.zeros(40)
    share[[2, *range(10, 30)]] = 0.45
    errors = expected_errors(load_skeleton(), 40, left_wrist=share)
    apply(random_motion(load_skeleton(), 40, expected_error=errors), first_frame=1)
    assert markers() == [(11, "left arm in doubt, sample"), (31, "left arm in doubt until here, sample")]


def test_letters_are_marked_where_they_are_held_if_asked_for_and_replaced_by_the_next_import() -> None:
    motion = spelled(Side.RIGHT, "L.Y.", 1.0)
    obj = apply(motion, first_frame=10)
    assert markers() == []
    apply(motion, target=obj, first_frame=10, letters=True)
    (first, name), (second, other) = markers()
    assert (name, other) == ("right hand L, sample", "right hand Y, sample")
    assert 10 <= first <= 15 and 60 <= second <= 65
    apply(spelled(Side.RIGHT, ".W..", 1.0), target=obj, letters=True)
    assert [name for _, name in markers()] == ["right hand W, sample"]
    apply(motion, target=obj)
    assert markers() == []


def test_marked_letters_go_with_the_hand_that_is_bridged() -> None:
    obj = apply(spelled(Side.LEFT, "L.Y.", 1.0), letters=True)
    assert [name for _, name in markers()] == ["left hand L, sample", "left hand Y, sample"]
    forget = addon("scene.timeline").forget_limbs
    forget(bpy.context.scene, obj, ["right hand"], 1, 100)
    forget(bpy.context.scene, obj, ["left hand"], 30, 100)
    assert [name for _, name in markers()] == ["left hand L, sample"]


def test_events_are_marked_from_beginning_to_end_if_asked_for_and_replaced_by_the_next_import() -> None:
    time = np.arange(50) / 25.0
    angles = np.zeros((50, len(load_skeleton().freedoms)), np.float32)
    nod = load_skeleton().angle_names.index("head.X")
    angles[:, nod] = np.radians(5 * (1 - np.cos(2 * np.pi * np.clip((time - 0.4) * 1.5, 0, 1))))
    motion = random_motion(load_skeleton(), 50, angles=angles)
    obj = apply(motion)
    assert markers() == []
    apply(motion, target=obj, first_frame=10, events=True)
    (first, name), (stop, other) = markers()
    assert (name, other) == ("nod, sample", "nod until here, sample")
    assert 20 <= first <= 24 and 33 <= stop <= 38
    apply(motion, target=obj)
    assert markers() == []
