"""Mirrored limits on real rigs: no legal pose is moved, one far beyond is, and the user's constraints stay."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from functools import partial

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from engine.retarget.recognise.map_files import load_maps
from engine.retarget.recognise.match import Match
from engine.retarget.recognise.recognise import recognise
from engine.retarget.rig import Rig
from engine.retarget.transfer.mirrored_limits import MirroredLimit, mirrored_limits
from engine.retarget.transfer.transfer import transfer
from engine.skeleton import Kind, load_skeleton
from tests.blender.motions import addon, random_angles
from tests.blender.poses import mute_constraints, new_armature
from tests.blender.rigs import metarig, opened
from tests.rigs import found

OURS = load_skeleton(Kind.FULL_BODY)
POSES = 200
MATRIX = 1e-5
BOUND = 3e-5  # of a bone of 2 cm, and of its parent, whose ends are float32 a metre above the origin
#: Bends that no elbow or finger makes, by as much beyond their limits.
BENT_BACK = {f"{bone}.{side}.X": np.radians(90.0) for bone in ("forearm", "f_index.02", "f_middle.02") for side in "LR"}
MOVED_BACK = np.radians(30.0)


def own_armature() -> bpy.types.Object:
    obj = new_armature(OURS, OURS.lengths)
    for bone in obj.pose.bones:
        for constraint in list(bone.constraints):
            bone.constraints.remove(constraint)
    return obj


RIGS = {
    "Mixamo": partial(opened, "characters/signer_01_mixamo.blend"),
    "Unreal mannequin": partial(opened, "characters/signer_07_game_engine.blend"),
    "Rigify metarig": metarig,
    "Sign Mocap": own_armature,
}


def limited(family: str) -> tuple[bpy.types.Object, Rig, Match, list[MirroredLimit]]:
    """A rig with its limits on it."""
    obj = RIGS[family]()
    bpy.context.view_layer.update()
    rig = addon("character.read_rig").read_rig(obj)
    match = found(rig) if family == "Sign Mocap" else recognise(rig, load_maps())
    limits = mirrored_limits(rig, match, OURS)
    addon("character.mirror_limits").limit_character(obj, rig, limits)
    return obj, rig, match, limits


def set_basis(obj: bpy.types.Object, rig: Rig, turns: np.ndarray) -> None:
    """Turns away from rest (B,3,3) onto the bones' own channels."""
    for name, turn in zip(rig.names, turns, strict=True):
        obj.pose.bones[name].matrix_basis = Matrix(turn.tolist()).to_4x4()


def local_turns(obj: bpy.types.Object, rig: Rig, mute: bool) -> np.ndarray:
    """(B,3,3) each bone's evaluated rotation in its parent's frame, with or without constraints."""
    mute_constraints(obj, mute)
    bpy.context.view_layer.update()
    bones = obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones
    frames = np.array([bones[name].matrix.to_3x3().normalized() for name in rig.names], dtype=np.float64)
    parents = np.array([frames[parent] if parent >= 0 else np.eye(3) for parent in rig.parents])
    return parents.transpose(0, 2, 1) @ frames


@pytest.mark.parametrize("family", RIGS)
def test_no_legal_pose_is_moved(family: str) -> None:
    obj, rig, match, limits = limited(family)
    assert len(limits) > 40
    angles = random_angles(OURS, POSES)
    angles[:, OURS.root_angles] = 0.5
    worst, where = 0.0, ""
    for turns in rig.local(transfer(rig, match, OURS, angles)):
        set_basis(obj, rig, turns)
        moved = np.abs(local_turns(obj, rig, mute=False) - local_turns(obj, rig, mute=True)).max((1, 2))
        if moved.max() > worst:
            worst, where = float(moved.max()), rig.names[int(moved.argmax())]
    assert worst <= MATRIX, f"{where} moves by {worst}"


@pytest.mark.parametrize("family", RIGS)
@pytest.mark.parametrize("angle", BENT_BACK)
def test_a_joint_bent_backwards_is_brought_back(family: str, angle: str) -> None:
    obj, rig, match, _ = limited(family)
    number, bone = OURS.angle_names.index(angle), match.bones[angle[:-2]][0]
    angles = np.zeros((1, len(OURS.freedoms)))
    angles[0, number] = OURS.lower[number] - BENT_BACK[angle]
    set_basis(obj, rig, rig.local(transfer(rig, match, OURS, angles))[0])
    turn = local_turns(obj, rig, mute=True)[bone].T @ local_turns(obj, rig, mute=False)[bone]
    assert np.arccos((np.trace(turn) - 1.0) / 2.0) > MOVED_BACK


def test_our_own_armature_gets_the_limits_of_the_table() -> None:
    _, rig, _, limits = limited("Sign Mocap")
    for limit in limits:
        bone = OURS.bones[OURS.names.index(rig.names[limit.bone])]
        # Straight arms do not show their elbow's axis: another is taken for it, and bounds enclose.
        if "arm" not in bone.name:
            assert limit.exact
            bounds = [bone.limits.get(axis, (0.0, 0.0)) for axis in "XYZ"]
            np.testing.assert_allclose(np.stack([limit.lower, limit.upper], 1), bounds, atol=BOUND, err_msg=bone.name)


def test_limits_are_replaced_and_removed_and_the_users_constraints_stay() -> None:
    obj, rig, _, limits = limited("Rigify metarig")
    hand = obj.pose.bones["hand.L"]
    for name in ("Sign Mocap limit", "mine"):
        hand.constraints.new("COPY_ROTATION").name = name
    kept = [constraint.name for constraint in hand.constraints][1:]
    addon("character.mirror_limits").limit_character(obj, rig, limits)
    assert [constraint.name for constraint in hand.constraints][1:] == kept
    names = {limit.exact: obj.pose.bones[rig.names[limit.bone]].constraints[0].name for limit in limits}
    assert names == {True: "Sign Mocap limit", False: "Sign Mocap limit (enclosing)"}
    assert sum(len(bone.constraints) for bone in obj.pose.bones) == len(limits) + len(kept)
    addon("character.mirror_limits").clear_mirrored_limits(obj)
    assert [constraint.name for bone in obj.pose.bones for constraint in bone.constraints] == kept
