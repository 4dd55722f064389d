"""The face of our armature: custom properties of its head bone, within limits, and their keys.

Its 52 coefficients bear ARKit's names; beside them each eye has the yaw and pitch of its gaze, and each region tells
whether it was covered.
"""

from typing import Any

import bpy
import numpy as np

from ...engine.face.face import GAZE_LIMITS, Face
from ...engine.face.names import FACE_NAMES, Region
from ...engine.geometry.arrays import Array
from ..keying.actions import NewCurve
from ..keying.curves import fill, fill_steps, read_curves, sample
from ..objects import pose_bones
from .doubt import DOUBT

HEAD = "head"
GROUP = "face"
#: In the order of `Face.gaze`.
GAZE_NAMES = tuple(f"gaze_{angle}_{side}" for side in ("left", "right") for angle in ("yaw", "pitch"))
#: (56,) all that the face does, and the least and the most of each, float32.
FACE_PROPERTIES = (*FACE_NAMES, *GAZE_NAMES)
LOWER, UPPER = np.concatenate([[[0, 1]] * len(FACE_NAMES), GAZE_LIMITS, GAZE_LIMITS]).T.astype(np.float32)


#: In the order of `Face.covered`: 1 where a region of a face that was seen was hidden, and so bridged, else 0.
COVERED_NAMES = tuple(f"covered_{region}" for region in Region)


def face_path(name: str) -> str:
    """The data path of one of the face's properties, from the armature object on."""
    return f'pose.bones["{HEAD}"]["{name}"]'


def has_face(obj: bpy.types.Object) -> bool:
    """Whether an armature has the face's properties."""
    return HEAD in pose_bones(obj) and FACE_PROPERTIES[0] in pose_bones(obj)[HEAD]


def add_face(obj: bpy.types.Object) -> None:
    """Give the head bone of an armature the face's properties, at rest; those that it has already go to rest."""
    bone = pose_bones(obj)[HEAD]
    for name, lower, upper in zip(FACE_PROPERTIES, LOWER.tolist(), UPPER.tolist(), strict=True):
        bone[name] = 0.0
        shown: Any = bone.id_properties_ui(name)
        bounds = {"min": lower, "soft_min": lower, "max": upper, "soft_max": upper}
        subtype = "ANGLE" if name in GAZE_NAMES else "FACTOR"
        shown.update(default=0.0, subtype=subtype, description=_description(name), **bounds)
    for name, region in zip(COVERED_NAMES, Region, strict=True):
        bone[name] = 0.0
        shown = bone.id_properties_ui(name)
        told = f"1 where the {region} {'was' if region is Region.MOUTH else 'were'} hidden and so bridged, else 0"
        shown.update(default=0.0, min=0.0, max=1.0, description=told)


def key_face(obj: bpy.types.Object, face: Face, frames: np.ndarray, new_curve: NewCurve) -> None:
    """Key what a face of F frames does at frames (F,) of the scene, within its limits; the properties are there."""
    assert has_face(obj)
    for name, values in zip(FACE_PROPERTIES, face_values(face).T, strict=True):
        fill(new_curve(face_path(name), 0, GROUP), frames, values)
    for name, covered in zip(COVERED_NAMES, face.covered.T, strict=True):
        fill_steps(new_curve(face_path(name), 0, GROUP), frames, covered.astype(np.float32))


def face_values(face: Face) -> Array:
    """(F,56) float32: the coefficients and the gaze of a face, as FACE_PROPERTIES, within their limits."""
    values = np.concatenate([face.coefficients, face.gaze.reshape(len(face.seen), -1)], axis=1)
    return np.clip(values, LOWER, UPPER, dtype=np.float32)


def face_of_armature(obj: bpy.types.Object, frames: np.ndarray) -> Face | None:
    """What the face of an armature does at frames (F,): its keys, or the properties as they are; None without them.

    Seen is what is not in doubt. Nothing is known any more of what was taken off as the person's neutral: it is 0.
    """
    if not has_face(obj):
        return None
    curves, bone = read_curves(obj), pose_bones(obj)[HEAD]

    def values(name: str) -> Array:
        curve = curves.get((face_path(name), 0))
        # An armature of before has none of those that came later.
        return np.full(len(frames), bone.get(name, 0.0)) if curve is None or curve.mute else sample(curve, frames)

    every = np.stack([values(name) for name in FACE_PROPERTIES], axis=1)
    limited = np.clip(every, LOWER, UPPER).astype(np.float32)
    coefficients, gaze = limited[:, : len(FACE_NAMES)], limited[:, len(FACE_NAMES) :].reshape(-1, 2, 2)
    neutral = np.zeros(len(FACE_NAMES), dtype=np.float32)
    covered = np.stack([values(name) for name in COVERED_NAMES], axis=1)
    return Face(coefficients, gaze, values(DOUBT) < 0.5, neutral, covered > 0.5)


def _description(name: str) -> str:
    if name not in GAZE_NAMES:
        return f"ARKit's {name}: 0 is the person's neutral face, 1 all that a face can"
    _, angle, side = name.split("_")
    way = {"yaw": "to the person's left", "pitch": "up"}[angle]
    return f"Where the {side} eye looks from straight ahead, {way} where positive"
