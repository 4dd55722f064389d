"""IK controls start where the hands are, move them within the limits, can be switched, and bake to what is seen."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import numpy as np
import pytest
from mathutils import Quaternion

from engine.keypoints import Side
from engine.skeleton import Kind, load_skeleton
from tests.blender.curves import fcurves, keys
from tests.blender.edited import imported, limited, played, tails, turned

FRAMES = range(1, 41)
OUT_OF_REACH = 3.0
TWIST = Quaternion((0, 1, 0), 0.3)


def with_ik(hands: str = "both", **changes: object) -> bpy.types.Object:
    obj = imported(len(FRAMES), **changes)
    assert bpy.ops.object.sign_mocap_add_ik(hands=hands) == {"FINISHED"}
    return obj


def shift(obj: bpy.types.Object, bone: str, channel: str, axis: int, by: float) -> None:
    """Move all keys of a control's channel."""
    for key in fcurves(obj)[f'pose.bones["{bone}"].{channel}', axis].keyframe_points:
        key.co.y += by


def place(obj: bpy.types.Object, frames: range, name: str) -> np.ndarray:
    """(F,4,4) a bone's matrices as Blender evaluates them."""
    result = list[np.ndarray]()
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        bone = obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones[name]
        result.append(np.array(bone.matrix))
    return np.stack(result)


def angles_seen(obj: bpy.types.Object, name: str) -> np.ndarray:
    """(F,) radians: an angle of the evaluated pose, such as 'forearm.L.X'."""
    bone_name, axis = name.rsplit(".", 1)
    bone, seen = obj.pose.bones[bone_name], list[float]()
    for frame in FRAMES:
        bpy.context.scene.frame_set(frame)
        local = obj.convert_space(pose_bone=bone, matrix=bone.matrix, from_space="POSE", to_space="LOCAL")
        seen.append(local.to_euler(bone.rotation_mode)["XYZ".index(axis)])
    return np.array(seen)


def assert_legal(obj: bpy.types.Object, side: Side, tolerance: float) -> None:
    skeleton = load_skeleton()
    for name, lower, upper in zip(skeleton.angle_names, skeleton.lower, skeleton.upper, strict=True):
        if name.rsplit(".", 1)[0] in {side.bone(part) for part in ("upper_arm", "forearm", "hand")}:
            seen = angles_seen(obj, name)
            assert lower - tolerance <= seen.min() and seen.max() <= upper + tolerance, name


@pytest.mark.parametrize("kind", [Kind.UPPER_BODY, Kind.FULL_BODY])
def test_nothing_moves_when_controls_are_added_nor_when_they_are_baked(kind: Kind) -> None:
    obj = imported(len(FRAMES), kind=kind)
    before = played(obj, FRAMES)
    bones, curves = {*obj.data.bones.keys()}, {*fcurves(obj)}
    assert bpy.ops.object.sign_mocap_add_ik() == {"FINISHED"}
    followed = played(obj, FRAMES)
    assert np.linalg.norm(tails(obj, followed) - tails(obj, before), axis=-1).max() < 1e-4
    assert turned(followed, before).max() < 1e-3
    assert bpy.ops.object.sign_mocap_bake_ik() == {"FINISHED"}
    assert np.linalg.norm(tails(obj, played(obj, FRAMES)) - tails(obj, before), axis=-1).max() < 1e-4
    assert {*obj.data.bones.keys()} == bones and {*fcurves(obj)} == curves
    assert not obj.animation_data.drivers and not [c for c in obj.data.collections if c.name.startswith("IK")]
    assert {c.type for bone in obj.pose.bones for c in bone.constraints} == {"LIMIT_ROTATION"}


def test_one_undo_takes_a_bake_back() -> None:
    obj = with_ik()
    shift(obj, "hand_ik.L", "location", 1, 0.03)
    name, before = obj.name, played(obj, FRAMES)
    bones, curves, drivers = {*obj.data.bones.keys()}, {*fcurves(obj)}, len(obj.animation_data.drivers)
    bpy.ops.ed.undo_push(message="before")
    assert bpy.ops.object.sign_mocap_bake_ik("EXEC_DEFAULT", True) == {"FINISHED"}
    assert not {"hand_ik.L", "hand_ik.R"} & {*obj.data.bones.keys()}
    bpy.ops.ed.undo()
    obj = bpy.data.objects[name]
    assert {*obj.data.bones.keys()} == bones and {*fcurves(obj)} == curves
    assert len(obj.animation_data.drivers) == drivers
    assert np.linalg.norm(tails(obj, played(obj, FRAMES)) - tails(obj, before), axis=-1).max() < 1e-6
    shift(obj, "hand_ik.L", "location", 1, -0.03)
    assert np.linalg.norm(tails(obj, played(obj, FRAMES)) - tails(obj, before), axis=-1).max() > 0.01


@pytest.mark.parametrize("side", Side)
def test_a_hand_goes_where_its_control_goes_and_turns_with_it(side: Side) -> None:
    obj = with_ik()
    control = side.bone("hand_ik")
    shift(obj, control, "location", 1, 0.03)
    hand, wanted = place(obj, FRAMES, side.bone("hand")), place(obj, FRAMES, control)
    missed = np.linalg.norm(hand[:, :3, 3] - wanted[:, :3, 3], axis=-1)
    assert np.median(missed) < 1e-3
    assert np.degrees(np.median(turned(hand, wanted))) < 1
    assert_legal(obj, side, 1e-4)


@pytest.mark.parametrize("side", Side)
def test_the_forearm_turns_for_a_hand_that_is_turned_about_it(side: Side) -> None:
    obj = with_ik(side.value)
    before = angles_seen(obj, f"{side.bone('forearm')}.Y")
    control = side.bone("hand_ik")
    curves = [fcurves(obj)[f'pose.bones["{control}"].rotation_quaternion', axis].keyframe_points for axis in range(4)]
    for turn in zip(*curves, strict=True):
        for key, value in zip(turn, Quaternion([key.co.y for key in turn]) @ TWIST, strict=True):
            key.co.y = value
    more = angles_seen(obj, f"{side.bone('forearm')}.Y") - before
    assert np.median(more) == pytest.approx(TWIST.angle, rel=0.2)
    hand, wanted = place(obj, FRAMES, side.bone("hand")), place(obj, FRAMES, control)
    assert np.degrees(np.median(turned(hand, wanted))) < 0.1
    assert_legal(obj, side, 1e-4)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("by", [-OUT_OF_REACH, -0.25, 0.25, OUT_OF_REACH])
def test_limits_hold_wherever_a_control_is_and_the_bake_says_what_it_missed(
    side: Side, axis: int, by: float, capfd: pytest.CaptureFixture[str]
) -> None:
    obj = with_ik(side.value)
    shift(obj, side.bone("hand_ik"), "location", axis, by)
    assert_legal(obj, side, 1e-4)
    seen = played(obj, FRAMES)
    gaps = place(obj, FRAMES, side.bone("hand"))[:, :3, 3] - place(obj, FRAMES, side.bone("hand_ik"))[:, :3, 3]
    missed = 100 * np.linalg.norm(gaps, axis=-1).max()
    assert bpy.ops.object.sign_mocap_bake_ik() == {"FINISHED"}
    assert f"keep it up to {missed:.1f} cm" in capfd.readouterr().out
    assert np.linalg.norm(tails(obj, played(obj, FRAMES)) - tails(obj, seen), axis=-1).max() < 1e-4
    for curve, lower, upper in limited(obj):
        values = keys(curve)[:, 1]
        assert (lower <= values).all() and (values <= upper).all()


def test_the_elbow_goes_to_the_side_of_its_control() -> None:
    obj = with_ik("left")
    elbow = place(obj, FRAMES, "forearm.L")[:, :3, 3]
    wrist = place(obj, FRAMES, "hand.L")[:, :3, 3]
    shift(obj, "elbow_ik.L", "location", 0, 0.1)
    moved = place(obj, FRAMES, "forearm.L")[:, :3, 3]
    assert np.median(np.linalg.norm(moved - elbow, axis=-1)) > 0.01
    assert np.median(np.linalg.norm(place(obj, FRAMES, "hand.L")[:, :3, 3] - wrist, axis=-1)) < 1e-3


def test_the_switch_goes_back_to_the_arms_own_keys() -> None:
    obj = imported(len(FRAMES))
    before = played(obj, FRAMES)
    bpy.ops.object.sign_mocap_add_ik(hands="right")
    shift(obj, "hand_ik.R", "location", 2, 0.1)
    control = obj.pose.bones["hand_ik.R"]
    for frame, value in ((10, 0.0), (11, 1.0)):
        control["IK"] = value
        control.keyframe_insert('["IK"]', frame=frame)
    after = played(obj, FRAMES)
    far = np.linalg.norm(tails(obj, after) - tails(obj, before), axis=-1).max(axis=1)
    assert far[:10].max() < 1e-6 and far[10:].min() > 0.01
    left = [place for place, bone in enumerate(obj.pose.bones) if bone.name == "hand.L"]
    assert np.abs(after[:, left] - before[:, left]).max() < 1e-6
