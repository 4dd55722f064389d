"""Frame rates, ranges and markers."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import numpy as np
import pytest

from engine.keypoints import Side
from engine.skeleton import hand_skeleton, load_skeleton
from tests.blender.motions import addon, random_motion


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


def test_each_gap_of_a_hand_gets_one_marker_at_its_start() -> None:
    seen = np.ones((12, 3), dtype=bool)
    seen[3:5, 1] = seen[8:, 1] = seen[0, 2] = False
    motion = random_motion(load_skeleton(), seen=seen)
    addon("scene.timeline").mark_lost_hands(bpy.context.scene, motion, 10)
    assert markers() == [(10, "right hand lost"), (13, "left hand lost"), (18, "left hand lost")]


def test_a_single_hand_marks_its_own_gaps_only() -> None:
    seen = np.zeros((12, 3), dtype=bool)
    seen[:6, 2] = True
    motion = random_motion(hand_skeleton(Side.RIGHT), seen=seen)
    addon("scene.timeline").mark_lost_hands(bpy.context.scene, motion, 1)
    assert markers() == [(7, "right hand lost")]
