"""Drivers by which anything in a file follows the face of our armature."""

from typing import Any

import bpy

from ...engine.face.names import FACE_NAMES
from .face import face_path

_NAMES = {name.lower(): name for name in FACE_NAMES}


def drive(owner: Any, channel: str, index: int, obj: bpy.types.Object, name: str) -> None:
    """Let a channel (index -1 where it is one number) be what a property of the armature's face is, no more, no less.

    Earlier drivers of it go. It is no expression, which Blender would have to be allowed to run.
    """
    owner.driver_remove(channel, index)
    curve = owner.driver_add(channel, index)
    curve.keyframe_points.clear()  # a curve in between would bend it
    driver = curve.driver
    driver.type = "AVERAGE"
    variable = driver.variables.new()
    variable.name = name
    variable.targets[0].id = obj
    variable.targets[0].data_path = face_path(name)


def link_face(obj: bpy.types.Object, mesh: bpy.types.Object) -> int:
    """Let the shape keys `keys_to_drive` of a mesh object follow the face of an armature; how many there are."""
    keys = keys_to_drive(mesh)
    for key in keys:
        drive(key, "value", -1, obj, _NAMES[key.name.lower()])
    return len(keys)


def keys_to_drive(mesh: bpy.types.Object) -> list[bpy.types.ShapeKey]:
    """Those of a mesh object that bear one of ARKit's names, in whatever case, and can be changed."""
    keys: Any = mesh.data.shape_keys  # pyright: ignore[reportAttributeAccessIssue, reportOptionalMemberAccess]
    if keys is None or not keys.is_editable:
        return []
    return [key for key in keys.key_blocks if key.name.lower() in _NAMES]
