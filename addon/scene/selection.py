"""What was animated, selected: the timeline shows the keys of selected bones alone."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from typing import Any

import bpy

from ..keying.curves import read_curves
from ..objects import pose_bones


def select_animated(context: bpy.types.Context, armatures: list[bpy.types.Object]) -> None:
    """Select the armatures and their bones with keys, unless the user is at work in another mode."""
    layer = context.view_layer
    if context.mode != "OBJECT" or layer is None:
        return
    for obj in layer.objects:
        obj.select_set(obj in armatures)
    layer.objects.active = armatures[0]
    for obj in armatures:
        paths = {path for path, _ in read_curves(obj)}
        for bone in pose_bones(obj):
            owner: Any = bone if bpy.app.version >= (5, 0) else bone.bone
            owner.select = any(path.startswith(f'pose.bones["{bone.name}"]') for path in paths)
