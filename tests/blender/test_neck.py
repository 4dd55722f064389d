"""The neck: the armature's two bones move as the table's one does, exactly, within limits of their own."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import numpy as np
import pytest

from engine.keypoints import Side
from engine.skeleton import Kind, forward_kinematics, hand_skeleton, load_skeleton
from tests.blender.motions import addon, random_angles, random_lengths, random_motion
from tests.blender.poses import new_armature, rig_of, set_angles
from tests.blender.scene import apply

FULL = load_skeleton(Kind.FULL_BODY)


def test_a_legal_pose_is_legal_in_parts_and_comes_back_bit_for_bit() -> None:
    neck, rig = addon("signer.neck"), rig_of(FULL)
    angles = random_angles(FULL, 400)
    parts = neck.split_angles(FULL, angles)
    assert parts.dtype == np.float32
    assert ((parts >= rig.lower) & (parts <= rig.upper))[:, 3:].all()  # the root is unlimited
    assert np.array_equal(neck.join_angles(FULL, parts), angles)
    np.testing.assert_allclose(neck.join_angles(FULL, np.stack([rig.lower, rig.upper])), [FULL.lower, FULL.upper])


def test_both_take_an_equal_part_of_the_turn() -> None:
    rig = rig_of(FULL)
    parts = dict(zip(rig.angle_names, addon("signer.neck").split_angles(FULL, FULL.upper), strict=True))
    whole = dict(zip(FULL.angle_names, FULL.upper, strict=True))
    assert (parts["neck.X"], parts["neck.Z"]) == (whole["head.X"], whole["head.Z"])
    assert parts["neck.Y"] == parts["head.Y"] == whole["head.Y"] / 2
    assert {name for name in parts if name.startswith("head")} == {"head.Y"}


def test_every_joint_of_the_table_is_where_it_was() -> None:
    neck, rig = addon("signer.neck"), rig_of(FULL)
    lengths, angles = random_lengths(FULL), random_angles(FULL, 200).astype(np.float64)
    whole = forward_kinematics(FULL, angles, lengths)
    parts = forward_kinematics(rig, neck.split_angles(FULL, angles), neck.split_lengths(FULL, lengths))
    own = [rig.names.index(name) for name in FULL.names]
    np.testing.assert_allclose(parts.tails[:, own], whole.tails, atol=1e-12)
    np.testing.assert_allclose(parts.rotations[:, own], whole.rotations, atol=1e-12)


def test_a_hand_has_no_neck() -> None:
    assert rig_of(hand_skeleton(Side.LEFT)).names == hand_skeleton(Side.LEFT).names


def test_edits_of_neck_and_head_are_read_back_together() -> None:
    obj = new_armature(FULL, FULL.lengths)
    rig = rig_of(FULL)
    pose = np.zeros(len(rig.angle_names))
    for name, degrees in {"neck.X": 20.0, "neck.Y": 30.0, "neck.Z": -10.0, "head.Y": -12.0}.items():
        pose[rig.angle_names.index(name)] = np.radians(degrees)
    set_angles(obj, rig, pose)
    performance, _ = addon("signer.performances").performance_of_armature(obj)
    read = dict(zip(FULL.angle_names, np.degrees(performance.angles[0]), strict=True))
    assert [read[f"head.{axis}"] for axis in "XYZ"] == pytest.approx([20.0, 18.0, -10.0], abs=1e-5)
    bpy.context.view_layer.update()
    world = forward_kinematics(FULL, performance.angles[0], FULL.lengths).rotations[FULL.names.index("head")]
    assert np.array(obj.pose.bones["head"].matrix)[:3, :3] == pytest.approx(world, abs=3e-5)


def test_a_tracked_motion_is_carried_as_it_was() -> None:
    motion = random_motion(FULL)
    performance, _ = addon("signer.performances").performance_of_armature(apply(motion))
    assert np.array_equal(performance.angles.astype(np.float32), motion.angles)


def test_an_armature_of_before_the_neck_is_told() -> None:
    obj = new_armature(FULL, FULL.lengths)
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode="EDIT")
    obj.data.edit_bones.remove(obj.data.edit_bones["neck"])
    bpy.ops.object.mode_set(mode="OBJECT")
    sentence = "'signer' (does not fit: it )?was made by an earlier Sign Mocap, without a neck; import"
    with pytest.raises(Exception, match=sentence):
        apply(random_motion(FULL), target=obj)
    with pytest.raises(Exception, match=sentence):
        addon("signer.performances").performance_of_armature(obj)
