"""Where a new armature stands on nothing else."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import numpy as np
from mathutils import Vector

_APART = 1.5  # metres from one armature to the next: arms reach out
_ROOM = _APART / 2  # metres to each side


def free_place(context: bpy.types.Context) -> Vector:
    """At the 3D cursor, metres; beside the armatures there where it would be among their bones, as seen from above."""
    context.view_layer.update()  # what was built or moved by a script stands there from then on
    place = np.array(context.scene.cursor.location)
    taken = [_seen_from_above(obj) for obj in context.scene.objects if obj.type == "ARMATURE"]
    while any(((low - _ROOM < place[:2]) & (place[:2] < high + _ROOM)).all() for low, high in taken):
        place[0] += _APART
    return Vector(place)


def _seen_from_above(obj: bpy.types.Object) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest x and y (2,), metres in the world, of the box around the armature as it is posed now."""
    corners = np.array([obj.matrix_world @ Vector(corner) for corner in obj.bound_box])[:, :2]
    return corners.min(axis=0), corners.max(axis=0)
