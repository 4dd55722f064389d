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
    """Drive every shape key of a mesh object that bears one of ARKit's names, in whatever case; tells how many."""
    keys: Any = mesh.data.shape_keys  # pyright: ignore[reportAttributeAccessIssue, reportOptionalMemberAccess]
    known = [key for key in keys.key_blocks if key.name.lower() in _NAMES] if keys is not None else []
    for key in known:
        drive(key, "value", -1, obj, _NAMES[key.name.lower()])
    return len(known)
