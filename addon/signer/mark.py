"""An armature that Sign Mocap made: its bones, its mark, and which skeleton it fits."""

from collections.abc import Sequence

import bpy
import numpy as np

from ...engine.skeleton import Skeleton
from ..objects import MARK, armature_of, is_ours, pose_bones
from .neck import NECK, join_lengths, with_neck

_SAME_FRAME = 1e-4  # largest difference of rest frames that still counts as untouched


def mark(obj: bpy.types.Object, skeleton: Skeleton, lengths: Sequence[float]) -> None:
    """Let the object remember its skeleton and its bone lengths (B,), metres."""
    obj[MARK] = {"skeleton": skeleton.kind.value, "bone_lengths": [float(x) for x in lengths]}


def misfit(obj: bpy.types.Object, skeleton: Skeleton) -> str:
    """Why the angles of `skeleton` do not mean on this armature what they mean on a new one; empty where they do.

    Those of the upper body do on a full body.
    """
    if not is_ours(obj):
        return "was not made by Sign Mocap, or is linked"
    rig, there = with_neck(skeleton), pose_bones(obj)
    missing = {name for name in rig.names if name not in there}
    if missing == {NECK}:
        return "was made by an earlier Sign Mocap, without a neck"
    if missing:
        return f"has no {skeleton.kind.value} of Sign Mocap's bones"
    for bone in rig.bones:
        pose_bone = there[bone.name]
        turned = np.abs(np.array(pose_bone.bone.matrix_local)[:3, :3] - bone.rest).max() > _SAME_FRAME
        if turned or pose_bone.rotation_mode != bone.order:
            return f"had its bone {bone.name!r} changed"
    return ""


def lengths_of(obj: bpy.types.Object, skeleton: Skeleton) -> np.ndarray:
    """(B,) metres, as the armature's bones are; the head's with the neck's."""
    bones = armature_of(obj).bones
    return join_lengths(skeleton, np.array([bones[name].length for name in with_neck(skeleton).names]))
