"""The keys of an armature's face: their strength, their neutral, and all of them anew."""

# The stubs take data of objects for optional.
# pyright: reportArgumentType=false

from collections.abc import Callable, Iterator, Mapping

import bpy
import numpy as np

from ...engine.errors import InputError
from ...engine.face.names import Region, region_of
from ...engine.face.rest import above_rest
from ...engine.geometry.arrays import Array
from ...engine.motion import Motion
from ...engine.resample import at_rate
from ..keying.actions import more_curves
from ..keying.curves import keys, move_keys, read_curves, remove_paths
from ..objects import armature_of, pose_bones
from ..scene.timeline import mark_face, scene_rate
from ..signer.doubt import DOUBT, key_doubt
from ..signer.face import (
    COVERED_NAMES,
    FACE_PROPERTIES,
    GAZE_NAMES,
    HEAD,
    LOWER,
    UPPER,
    add_face,
    face_path,
    has_face,
    key_face,
)
from ..signer.head_mesh import add_head, has_head
from .played import check_editable


def scale_face(obj: bpy.types.Object, strengths: Mapping[Region, float], first: float, last: float) -> int:
    """Multiply the face's keys from the first frame to the last, within its limits; how many keys that were.

    The gaze belongs to the eyes.
    """

    def scaled(name: str, at: Array, values: Array) -> Array:
        region = Region.EYES if name in GAZE_NAMES else region_of(name)
        return np.where((at >= first) & (at <= last), values * strengths[region], values)

    inside = [(at >= first) & (at <= last) for at in (keys(curve)[:, 0] for _, curve in _face_curves(obj))]
    count = int(sum(mask.sum() for mask in inside))
    if not count:
        raise InputError(
            f"The face of {obj.name!r} has no keys from frame {first:g} to {last:g}; choose another range."
        )
    _change(obj, scaled)
    return count


def take_off_neutral(obj: bpy.types.Object, frame: float) -> None:
    """Take what the face does at a frame for its neutral: there it is at rest, and looks straight ahead."""
    here = {name: curve.evaluate(frame) for name, curve in _face_curves(obj)}

    def without(name: str, _at: Array, values: Array) -> Array:
        return values - here[name] if name in GAZE_NAMES else above_rest(values, here[name])

    _change(obj, without)


def take_face(scene: bpy.types.Scene, obj: bpy.types.Object, motion: Motion) -> str:
    """Key the face of a motion, at the frames of its body, in place of the one that the armature's action has.

    Says what was done. Raises InputError, nothing changed, where the motion has no face or is of another length.
    """
    frames = body_frames(obj)
    clip = at_rate(motion, scene_rate(scene))
    if clip.face is None:
        raise InputError("No face is seen in it; nothing has changed.")
    if len(clip.time) != len(frames):
        raise InputError(
            f"It has {len(clip.time)} frames, and the action of {obj.name!r} {len(frames)};"
            " choose the video that was imported, with the same Start and End."
        )
    remove_paths(obj, tuple(map(face_path, (*FACE_PROPERTIES, *COVERED_NAMES, DOUBT))))
    add_face(obj)
    new_curve = more_curves(obj)
    key_doubt(obj, {HEAD: np.where(clip.face.seen, 0.0, 1.0)}, frames, new_curve)
    key_face(obj, clip.face, frames, new_curve)
    if not has_head(obj):
        add_head(obj)
    mark_face(scene, obj, clip.face, int(frames[0]))
    return f"{obj.name}: the face is keyed from frame {frames[0]:g} to {frames[-1]:g}"


def body_frames(obj: bpy.types.Object) -> Array:
    """(F,) the frames that the keys of its body cover. Raises InputError where there are none to edit, or no head."""
    check_editable(obj)
    if HEAD not in pose_bones(obj):
        raise InputError(f"{obj.name!r} is a hand, which has no face.")
    root = next(bone.name for bone in armature_of(obj).bones if bone.parent is None)
    curve = read_curves(obj).get((f'pose.bones["{root}"].location', 0))
    if curve is None or curve.is_empty:
        raise InputError(f"The action of {obj.name!r} has no keys of its body; import a video first.")
    start, end = curve.range()
    return np.arange(round(start), round(end) + 1, dtype=np.float64)


def check_face(obj: bpy.types.Object) -> None:
    """Raise InputError where an armature has no face."""
    if not has_face(obj):
        raise InputError(f"{obj.name!r} has no face; import a video with Face ticked, or press Track Face.")


def _face_curves(obj: bpy.types.Object) -> Iterator[tuple[str, bpy.types.FCurve]]:
    """The properties that have keys, and these. Raises InputError where none has, or they cannot be edited."""
    check_editable(obj)
    check_face(obj)
    there = read_curves(obj)
    known = [(name, there.get((face_path(name), 0))) for name in FACE_PROPERTIES]
    keyed = [(name, curve) for name, curve in known if curve is not None and not curve.mute and not curve.is_empty]
    if not keyed:
        raise InputError(f"The face of {obj.name!r} has no keys; import a video with Face ticked, or press Track Face.")
    return iter(keyed)


def _change(obj: bpy.types.Object, change: Callable[[str, Array, Array], Array]) -> None:
    """Give every key the value that `change` makes of name, frames (N,) and values (N,), within the limits."""
    limits = dict(zip(FACE_PROPERTIES, zip(LOWER, UPPER, strict=True), strict=True))
    for name, curve in _face_curves(obj):
        at, values = keys(curve).T
        move_keys(curve, np.clip(change(name, at, values), *limits[name]))
