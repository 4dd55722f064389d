"""An armature that Sign Mocap made: its bones, its mark, and which skeleton it fits."""

from collections.abc import Sequence

import bpy
import numpy as np

from ...engine.skeleton import Skeleton
from ..objects import MARK, armature_of, is_ours, pose_bones

_SAME_FRAME = 1e-4  # largest difference of rest frames that still counts as untouched


def mark(obj: bpy.types.Object, skeleton: Skeleton, lengths: Sequence[float]) -> None:
    """Let the object remember its skeleton and its bone lengths (B,), metres."""
    obj[MARK] = {"skeleton": skeleton.kind.value, "bone_lengths": [float(x) for x in lengths]}


def fits(obj: bpy.types.Object, skeleton: Skeleton) -> bool:
    """Whether the angles of `skeleton` mean the same on this armature as on a new one.

    Those of the upper body do on a full body.
    """
    if not is_ours(obj):
        return False
    for bone, rest in zip(skeleton.bones, skeleton.rest, strict=True):
        pose_bone = pose_bones(obj).get(bone.name)
        if pose_bone is None or pose_bone.rotation_mode != bone.order:
            return False
        if np.abs(np.array(pose_bone.bone.matrix_local)[:3, :3] - rest).max() > _SAME_FRAME:
            return False
    return True


def lengths_of(obj: bpy.types.Object, skeleton: Skeleton) -> np.ndarray:
    """(B,) metres, as the armature's bones are."""
    bones = armature_of(obj).bones
    return np.array([bones[name].length for name in skeleton.names])
