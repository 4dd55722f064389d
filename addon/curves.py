"""The F-Curves that an object's action has, in every supported Blender's way."""

import bpy
import numpy as np

Curves = dict[tuple[str, int], bpy.types.FCurve]


def read_curves(obj: bpy.types.Object) -> Curves:
    """(data path, array index) -> F-Curve of what the object's own slot of its action animates; empty without one."""
    data = obj.animation_data
    if data is None or data.action is None:
        return {}
    if bpy.app.version < (4, 4):
        return {(curve.data_path, curve.array_index): curve for curve in data.action.fcurves}
    found: Curves = {}
    for layer in data.action.layers:
        for strip in layer.strips:
            bag = strip.channelbag(data.action_slot) if data.action_slot is not None else None  # type: ignore[attr-defined]
            found |= {(curve.data_path, curve.array_index): curve for curve in (bag.fcurves if bag else ())}
    return found


def sample(curve: bpy.types.FCurve, frames: np.ndarray) -> np.ndarray:
    """(F,) the curve's values at frames (F,)."""
    return np.array([curve.evaluate(frame) for frame in frames.tolist()])
