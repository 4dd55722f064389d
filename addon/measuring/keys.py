"""Keys on any armature by Blender's own means, as an authority that the add-on has no part in."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import mathutils
import numpy as np

from ...engine.geometry.arrays import Array


def key_turns(obj: bpy.types.Object, turns: dict[str, Array]) -> None:
    """Bones' turns away from rest in the world (F,3,3), by Blender's own means; the others turn with their parents."""
    frames = len(next(iter(turns.values())))
    known = dict[str, Array]()
    for bone in obj.data.bones:
        parent = known[bone.parent.name] if bone.parent else np.broadcast_to(np.eye(3), (frames, 3, 3))
        known[bone.name] = turns.get(bone.name, parent)
        rest = np.array(bone.matrix_local.to_3x3())
        basis = np.swapaxes(parent @ rest, 1, 2) @ known[bone.name] @ rest
        posed = obj.pose.bones[bone.name]
        posed.rotation_mode = "QUATERNION"
        for frame, turn in enumerate(basis, start=1):
            posed.rotation_quaternion = mathutils.Matrix(turn.tolist()).to_quaternion()
            posed.keyframe_insert("rotation_quaternion", frame=frame)
