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


_LINEAR = 1  # the value of Keyframe.interpolation's LINEAR


def fill(curve: bpy.types.FCurve, frames: np.ndarray, values: np.ndarray) -> None:
    """Key values (F,) at ascending frames (F,) of an empty F-Curve, linear between them."""
    keys = np.stack([frames, values], axis=1, dtype=np.float32)
    curve.keyframe_points.add(len(keys))
    curve.keyframe_points.foreach_set("co", keys.ravel())
    curve.keyframe_points.foreach_set("interpolation", np.full(len(keys), _LINEAR, dtype=np.uint8))
    curve.keyframe_points.handles_recalc()  # update() would first sort what is in order, which takes most of it
