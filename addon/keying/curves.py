"""The F-Curves that an object's action has, in every supported Blender's way."""

from collections.abc import Iterable

import bpy
import numpy as np

from ..objects import pose_bones
from .actions import Animated, curve_owners

Curves = dict[tuple[str, int], bpy.types.FCurve]


def read_curves(animated: Animated) -> Curves:
    """(data path, array index) -> F-Curve of what something's own slot of its action animates; empty without one."""
    return {(curve.data_path, curve.array_index): curve for owner in curve_owners(animated) for curve in owner.fcurves}


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


def fill_steps(curve: bpy.types.FCurve, frames: np.ndarray, values: np.ndarray) -> None:
    """The same of values that seldom change: keys at both ends, and before and after every change."""
    changes = np.flatnonzero(np.diff(values))
    kept = np.unique([0, *changes, *(changes + 1), len(values) - 1])
    fill(curve, frames[kept], values[kept])


def made_curve(obj: bpy.types.Object, bone: str, channel: str, axis: int, frame: float) -> bpy.types.FCurve:
    """The F-Curve of a pose bone's channel in the object's action; a new one gets a key at the frame."""
    path = f'pose.bones["{bone}"].{channel}'
    if (path, axis) not in read_curves(obj):
        pose_bones(obj)[bone].keyframe_insert(channel, index=axis, frame=frame, group=bone)
    return read_curves(obj)[path, axis]


def remove_curves(obj: bpy.types.Object, bones: Iterable[str]) -> None:
    """Remove all that the object's action animates of these pose bones."""
    remove_paths(obj, tuple(f'pose.bones["{bone}"]' for bone in bones))


def remove_paths(obj: bpy.types.Object, beginnings: tuple[str, ...]) -> None:
    """Remove all curves of the object's action whose data paths begin so."""
    for owner in curve_owners(obj):
        for curve in [curve for curve in owner.fcurves if curve.data_path.startswith(beginnings)]:
            owner.fcurves.remove(curve)


def keys(curve: bpy.types.FCurve) -> np.ndarray:
    """(N,2) float32: frames and values."""
    return _read(curve, "co")


def move_keys(curve: bpy.types.FCurve, values: np.ndarray) -> None:
    """Give the N keys of an F-Curve other values (N,), with their handles; frames and interpolation stay."""
    up = np.zeros((len(values), 2), dtype=np.float32)
    up[:, 1] = values - keys(curve)[:, 1]
    for place in ("co", "handle_left", "handle_right"):
        curve.keyframe_points.foreach_set(place, (_read(curve, place) + up).ravel())
    curve.update()


def replace_keys(curve: bpy.types.FCurve, frames: np.ndarray, values: np.ndarray) -> None:
    """Put linear keys (N,) at ascending frames (N,) in place of all from the first of these to the last."""
    old = {name: _read(curve, name) for name in _OF_KEYS}
    at = old["co"][:, 0]
    before, after = (at < frames[0]).sum(), (at <= frames[-1]).sum()
    curve.keyframe_points.clear()
    fill(curve, frames, values)
    new = {name: _read(curve, name) for name in _OF_KEYS}
    curve.keyframe_points.add(before + len(at) - after)
    for name in _OF_KEYS:
        merged = np.concatenate([old[name][:before], new[name], old[name][after:]])
        curve.keyframe_points.foreach_set(name, merged.ravel())
    curve.update()


_OF_KEYS = {
    "co": np.float32,
    "handle_left": np.float32,
    "handle_right": np.float32,
    "interpolation": np.uint8,
    "handle_left_type": np.uint8,
    "handle_right_type": np.uint8,
    "type": np.uint8,
    "easing": np.uint8,
}


def _read(curve: bpy.types.FCurve, name: str) -> np.ndarray:
    """(N,2) or (N,) one property of all keys."""
    places = 2 if _OF_KEYS[name] is np.float32 else 1
    values = np.empty(places * len(curve.keyframe_points), dtype=_OF_KEYS[name])
    curve.keyframe_points.foreach_get(name, values)
    return values.reshape(-1, 2) if places == 2 else values
