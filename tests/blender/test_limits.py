"""The constraint moves no legal pose, and brings an illegal one to its limit."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import itertools

import bpy
import numpy as np
import pytest

from engine.skeleton import Bone, Kind, load_skeleton
from tests.blender.poses import evaluated, mute_constraints, new_armature, rig_of, set_angles

MATRIX = 1e-5
STEPS = {1: 200, 2: 40, 3: 16}  # grid points along each free axis, by the number of axes

SKELETON = rig_of(load_skeleton(Kind.FULL_BODY))


def boxes(points: int) -> np.ndarray:
    """(P,A): every bone's whole box at once, bounds included; bone by bone in random order."""
    rng = np.random.default_rng(0)
    angles = np.zeros((points, len(SKELETON.lower)))
    for name in SKELETON.names[1:]:
        own = SKELETON.angles_of(name)
        if own:
            grid = box(SKELETON.lower[own], SKELETON.upper[own], STEPS[len(own)])
            angles[:, own] = np.resize(rng.permutation(grid), (points, len(own)))
    return SKELETON.clamp(angles.astype(np.float32))


def box(lower: np.ndarray, upper: np.ndarray, steps: int) -> np.ndarray:
    """A dense grid over a box, with its corners."""
    axes = [np.linspace(low, high, steps) for low, high in zip(lower, upper, strict=True)]
    return np.array(list(itertools.product(*axes)))


def local_matrices(obj: bpy.types.Object, angles: np.ndarray) -> np.ndarray:
    """(B,3,3) each bone's evaluated rotation in its parent's frame."""
    set_angles(obj, SKELETON, angles)
    frames = evaluated(obj, SKELETON)[:, :3, :3].astype(np.float64)
    parents = np.array([frames[p] if p >= 0 else np.eye(3) for p in SKELETON.bone_parents])
    return parents.transpose(0, 2, 1) @ frames


def test_no_legal_pose_is_moved() -> None:
    obj = new_armature(load_skeleton(Kind.FULL_BODY), load_skeleton(Kind.FULL_BODY).lengths)
    poses = boxes(max(STEPS[n] ** n for n in STEPS))
    limited = [local_matrices(obj, pose) for pose in poses]
    mute_constraints(obj, True)
    worst, where = 0.0, ""
    for pose, matrices in zip(poses, limited, strict=True):
        moved = np.abs(matrices - local_matrices(obj, pose)).max((1, 2))
        if moved.max() > worst:
            bone = int(moved.argmax())
            own = SKELETON.angles_of(SKELETON.names[bone])
            worst, where = float(moved.max()), f"{SKELETON.names[bone]} at {np.degrees(pose[own])}"
    assert worst <= MATRIX, f"{where} moves by {worst}"


@pytest.mark.parametrize("bone", [b for b in SKELETON.bones[1:] if b.limits], ids=lambda b: b.name)
def test_an_illegal_angle_is_brought_to_its_limit(bone: Bone) -> None:
    obj = new_armature(load_skeleton(Kind.FULL_BODY), load_skeleton(Kind.FULL_BODY).lengths)
    for axis, (lower, upper) in bone.limits.items():
        for bound, beyond in ((lower, lower - 0.1), (upper, upper + 0.1)):
            index = SKELETON.angle_names.index(f"{bone.name}.{axis}")
            pose = np.zeros(len(SKELETON.lower))
            pose[index] = bound
            expected = local_matrices(obj, pose)
            pose[index] = beyond
            assert np.abs(local_matrices(obj, pose) - expected).max() <= MATRIX
