"""An armature of the user's as the engine sees it: upright, at rest, in metres."""

import bpy
import numpy as np

from ..engine.retarget.rig import Rig
from .rig import armature_of


def read_rig(obj: bpy.types.Object) -> Rig:
    """The bones of an armature object at rest, in the world's axes; a mirrored object's as if it were not."""
    bones = list(armature_of(obj).bones)
    names = [bone.name for bone in bones]
    world = np.array(obj.matrix_world, dtype=np.float64)
    axes = np.array(obj.matrix_world.to_3x3().normalized(), dtype=np.float64)
    if np.linalg.det(axes) < 0:
        axes = -axes
    heads, tails = (
        np.array([getattr(bone, end) for bone in bones], dtype=np.float64) @ world[:3, :3].T + world[:3, 3]
        for end in ("head_local", "tail_local")
    )
    return Rig(
        tuple(names),
        tuple(names.index(bone.parent.name) if bone.parent else -1 for bone in bones),
        np.stack([axes @ np.array(bone.matrix_local.to_3x3(), dtype=np.float64) for bone in bones]),
        heads,
        tails,
    )
