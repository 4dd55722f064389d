"""Fewer keys: how far Blender's own pose moves and turns at every frame, and the limits between keys."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import numpy as np
import pytest

from engine.skeleton import Kind
from tests.blender.curves import fcurves, keys
from tests.blender.edited import imported, limited, played, select, tails, turned

FRAMES = range(1, 61)


def count(obj: bpy.types.Object) -> int:
    return sum(len(curve.keyframe_points) for curve in fcurves(obj).values())


@pytest.mark.parametrize("kind", [Kind.UPPER_BODY, Kind.FULL_BODY, Kind.LEFT_HAND])
@pytest.mark.parametrize(("centimetres", "degrees"), [(0.5, 2.0), (3.0, 10.0), (0.1, 45.0)])
def test_no_joint_moves_and_no_bone_turns_by_more_than_is_allowed(
    kind: Kind, centimetres: float, degrees: float
) -> None:
    obj = imported(kind=kind)
    before, all_keys = played(obj, FRAMES), count(obj)
    assert bpy.ops.object.sign_mocap_reduce(distance=centimetres, turn=degrees) == {"FINISHED"}
    after = played(obj, FRAMES)
    assert np.linalg.norm(tails(obj, after) - tails(obj, before), axis=-1).max() <= centimetres / 100
    assert np.degrees(turned(after, before)).max() <= degrees
    assert count(obj) < 0.7 * all_keys


def test_angles_between_keys_stay_within_limits_and_every_key_is_linear() -> None:
    obj = imported()
    bpy.ops.object.sign_mocap_reduce(distance=2.0, turn=8.0)
    for curve in fcurves(obj).values():
        assert {key.interpolation for key in curve.keyframe_points} == {"LINEAR"}
    for curve, lower, upper in limited(obj):
        values = np.array([curve.evaluate(frame) for frame in np.arange(1, 60, 0.25)])
        assert lower <= values.min() and values.max() <= upper


def test_a_range_and_selected_bones_leave_other_keys_as_they_are() -> None:
    obj = imported()
    before = {channel: keys(curve) for channel, curve in fcurves(obj).items()}
    select(obj, "forearm.L")
    bpy.ops.object.sign_mocap_reduce(in_range=True, first=20, last=40, selected=True, distance=5.0, turn=20.0)
    for channel, curve in fcurves(obj).items():
        old, new = before[channel], keys(curve)
        if "forearm.L" not in channel[0]:
            assert np.array_equal(old, new)
        else:
            assert len(new) < len(old)
            assert np.array_equal(
                old[(old[:, 0] <= 20) | (old[:, 0] >= 40)], new[(new[:, 0] <= 20) | (new[:, 0] >= 40)]
            )


def test_hand_set_curves_outside_the_range_keep_their_handles() -> None:
    obj = imported()
    curve = fcurves(obj)['pose.bones["chest"].rotation_euler', 0]
    for key in curve.keyframe_points:
        key.interpolation, key.handle_right_type, key.handle_left_type = "BEZIER", "FREE", "FREE"
        key.handle_right = (key.co.x + 0.5, key.co.y + 0.01)
    handles = [tuple(key.handle_right) for key in curve.keyframe_points]
    bpy.ops.object.sign_mocap_reduce(in_range=True, first=20, last=40)
    outside = {round(key.co.x): key for key in curve.keyframe_points if not 20 <= key.co.x <= 40}
    assert {*outside} == {*range(1, 20), *range(41, 61)}
    for frame, key in outside.items():
        assert key.interpolation == "BEZIER" and tuple(key.handle_right) == handles[frame - 1]
