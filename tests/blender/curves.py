"""Reading keys back, in every supported Blender's way."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import numpy as np


def fcurves(obj: bpy.types.Object) -> dict[tuple[str, int], bpy.types.FCurve]:
    """(data path, array index) -> F-Curve of the object's action."""
    data = obj.animation_data
    if bpy.app.version < (4, 4):
        curves = data.action.fcurves
    else:
        curves = data.action.layers[0].strips[0].channelbag(data.action_slot).fcurves
    return {(curve.data_path, curve.array_index): curve for curve in curves}


def keys(curve: bpy.types.FCurve) -> np.ndarray:
    """(N,2) float32 frames and values."""
    values = np.empty(2 * len(curve.keyframe_points), dtype=np.float32)
    curve.keyframe_points.foreach_get("co", values)
    return values.reshape(-1, 2)


def angle_keys(obj: bpy.types.Object, name: str) -> np.ndarray:
    """(N,2) keys of an angle such as 'forearm.L.X'."""
    bone, axis = name.rsplit(".", 1)
    return keys(fcurves(obj)[f'pose.bones["{bone}"].rotation_euler', "XYZ".index(axis)])
