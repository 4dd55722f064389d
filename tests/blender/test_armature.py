"""The generated armature is the engine's skeleton, to the bone."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import re
from itertools import product
from pathlib import Path

import bpy
import numpy as np
import pytest

from engine.keypoints import Side
from engine.skeleton import Kind, Skeleton, forward_kinematics, hand_skeleton, load_skeleton
from tests.blender.motions import addon, random_angles, random_lengths
from tests.blender.poses import evaluated, new_armature, rig_of, set_angles

SKELETONS = [load_skeleton(), load_skeleton(Kind.FULL_BODY), hand_skeleton(Side.LEFT), hand_skeleton(Side.RIGHT)]
ROOT = Path(__file__).resolve().parents[2]
METRES = 1e-5
FRAME = 3e-5  # float32 ends of a bone of 2 cm, a metre above the origin

every_skeleton = pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda s: s.names[0])


@every_skeleton
def test_rest_frames_and_lengths_are_the_tables(skeleton: Skeleton) -> None:
    lengths = random_lengths(skeleton)
    obj = new_armature(skeleton, lengths)
    frames = np.array([obj.data.bones[name].matrix_local for name in skeleton.names])
    assert np.abs(frames[:, :3, :3] - skeleton.rest).max() < FRAME
    assert np.abs(addon("signer.mark").lengths_of(obj, skeleton) - lengths).max() < 1e-6
    added = {bone.name for bone in obj.data.bones} - {*skeleton.names}
    assert added == ({"neck"} if "head" in skeleton.names else set())


@every_skeleton
def test_every_joint_is_where_forward_kinematics_puts_it(skeleton: Skeleton) -> None:
    lengths = random_lengths(skeleton)
    obj = new_armature(skeleton, lengths)
    rig, split = rig_of(skeleton), addon("signer.neck").split_angles
    rig_lengths = np.array([obj.data.bones[name].length for name in rig.names])
    own = [rig.names.index(name) for name in skeleton.names]
    starts = [rig.names.index("neck" if name == "head" else name) for name in skeleton.names]
    angles = random_angles(skeleton, 200)
    pose = forward_kinematics(skeleton, angles.astype(np.float64), lengths)
    for frame, values in enumerate(angles):
        set_angles(obj, rig, split(skeleton, values))
        matrices = evaluated(obj, rig)
        heads = matrices[:, :3, 3] - matrices[0, :3, 3]
        tails = (heads + matrices[:, :3, 1] * rig_lengths[:, None])[own]
        assert np.abs(matrices[own, :3, :3] - pose.rotations[frame]).max() < FRAME
        heads = heads[starts]
        assert np.abs(heads - pose.heads[frame]).max() < METRES
        assert np.abs(tails - pose.tails[frame]).max() < METRES


@every_skeleton
def test_axes_without_freedom_are_locked(skeleton: Skeleton) -> None:
    obj = new_armature(skeleton, skeleton.lengths)
    for bone in rig_of(skeleton).bones:
        pose_bone = obj.pose.bones[bone.name]
        assert pose_bone.rotation_mode == bone.order
        assert [not locked for locked in pose_bone.lock_rotation] == [axis in bone.limits for axis in "XYZ"]
        assert all(pose_bone.lock_scale)
        assert list(pose_bone.lock_location) == [bone.parent is not None] * 3


@every_skeleton
def test_limited_bones_have_the_tables_bounds_and_the_root_none(skeleton: Skeleton) -> None:
    obj = new_armature(skeleton, skeleton.lengths)
    for bone in rig_of(skeleton).bones:
        constraints = obj.pose.bones[bone.name].constraints
        if bone.parent is None or not bone.limits:
            assert len(constraints) == 0
            continue
        (limit,) = constraints
        assert (limit.type, limit.owner_space, limit.euler_order) == ("LIMIT_ROTATION", "LOCAL", "AUTO")
        assert not limit.use_legacy_behavior and limit.use_transform_limit
        for axis in "xyz":
            bounds = (getattr(limit, f"min_{axis}"), getattr(limit, f"max_{axis}"))
            assert getattr(limit, f"use_limit_{axis}")
            assert bounds == pytest.approx(bone.limits.get(axis.upper(), (0.0, 0.0)), abs=1e-6)


def test_left_and_right_limits_mirror_each_other() -> None:
    skeleton = load_skeleton()
    obj = new_armature(skeleton, skeleton.lengths)
    for bone in skeleton.bones:
        if bone.mirror is None or not bone.limits:
            continue
        own = obj.pose.bones[bone.name].constraints[0]
        other = obj.pose.bones[bone.mirror].constraints[0]
        assert (own.min_x, own.max_x) == (other.min_x, other.max_x)
        assert (own.min_y, own.max_y, own.min_z, own.max_z) == (
            -other.max_y, -other.min_y, -other.max_z, -other.min_z,
        )  # fmt: skip


def test_building_leaves_scene_mode_and_selection_alone() -> None:
    mesh = bpy.data.objects.new("mesh", bpy.data.meshes.new("mesh"))
    bpy.context.scene.collection.objects.link(mesh)
    bpy.context.view_layer.objects.active = mesh
    bpy.ops.object.mode_set(mode="EDIT")
    scenes = list(bpy.data.scenes)
    new_armature(load_skeleton(), load_skeleton().lengths)
    assert bpy.context.mode == "EDIT_MESH" and bpy.context.view_layer.objects.active == mesh
    assert list(bpy.data.scenes) == scenes


def test_bones_are_sorted_into_collections() -> None:
    skeleton = load_skeleton()
    obj = new_armature(skeleton, skeleton.lengths)
    assert [c.name for c in obj.data.collections] == ["Body", "Face landmarks", "Left hand", "Right hand"]
    assert all(len(bone.collections) == 1 for bone in obj.data.bones)
    assert "f_pinky.03.L" in obj.data.collections["Left hand"].bones


def test_its_bones_bear_the_names_that_are_documented() -> None:
    page = (ROOT / "docs" / "conventions.md").read_text(encoding="utf-8")
    told: set[str] = set()
    for names, sided in re.findall(r"^\| [a-z]+ \| (`[^|]*`) \| (yes)? ?\|", page, re.MULTILINE):
        for name in re.findall(r"`([^`]+)`", names):
            parts = [part.split(",") for part in re.split(r"[{}]", name)]
            told |= {
                "".join(chosen) + side for chosen in product(*parts) for side in ((".L", ".R") if sided else ("",))
            }
    skeleton = load_skeleton(Kind.FULL_BODY)
    assert told == {bone.name for bone in new_armature(skeleton, skeleton.lengths).data.bones}


def test_an_armature_fits_its_own_skeleton_until_its_bones_change() -> None:
    misfit = addon("signer.mark").misfit
    obj = new_armature(load_skeleton(), random_lengths(load_skeleton()))
    assert not misfit(obj, load_skeleton())
    assert misfit(obj, hand_skeleton(Side.LEFT)) == "had its bone 'hand.L' changed"
    obj.pose.bones["head"].rotation_mode = "QUATERNION"
    assert misfit(obj, load_skeleton()) == "had its bone 'head' changed"


def test_motion_of_an_upper_body_fits_a_full_one_but_not_the_other_way_round() -> None:
    misfit, full = addon("signer.mark").misfit, load_skeleton(Kind.FULL_BODY)
    assert not misfit(new_armature(full, full.lengths), load_skeleton())
    upper = new_armature(load_skeleton(), load_skeleton().lengths)
    assert misfit(upper, full) == "has no full body of Sign Mocap's bones"


def test_a_full_body_stands_on_the_ground() -> None:
    skeleton = load_skeleton(Kind.FULL_BODY)
    obj = new_armature(skeleton, random_lengths(skeleton))
    lowest = min(bone.tail_local.z for bone in obj.data.bones)
    assert lowest == pytest.approx(0.0, abs=1e-6)
    assert {bone.name for bone in obj.data.collections["Legs"].bones} >= {"thigh.L", "foot.R", "heel.R"}
