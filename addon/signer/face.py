"""The face of our armature: custom properties of its head bone."""

import bpy
import numpy as np

from ...engine.face.face import GAZE_LIMITS, Face
from ...engine.face.names import FACE_NAMES
from ..keying.curves import read_curves, sample
from ..objects import pose_bones

GAZE_NAMES = tuple(f"gaze_{angle}_{side}" for side in ("left", "right") for angle in ("yaw", "pitch"))


def face_path(name: str) -> str:
    """The data path of one of the face's properties, from the armature object on."""
    return f'pose.bones["head"]["{name}"]'


def face_of_armature(obj: bpy.types.Object, frames: np.ndarray) -> Face | None:
    """What the face of an armature does at frames (F,): its keys, or the properties as they are; None without them."""
    bone = pose_bones(obj).get("head")
    if bone is None or FACE_NAMES[0] not in bone:
        return None
    curves = read_curves(obj)

    def values(name: str) -> np.ndarray:
        curve = curves.get((face_path(name), 0))
        return np.full(len(frames), bone[name]) if curve is None or curve.mute else sample(curve, frames)

    coefficients = np.clip(np.stack([values(name) for name in FACE_NAMES], axis=1), 0, 1)
    gaze = np.clip(np.stack([values(name) for name in GAZE_NAMES], axis=1).reshape(-1, 2, 2), *GAZE_LIMITS.T)
    seen, neutral = np.ones(len(frames), dtype=bool), np.zeros(len(FACE_NAMES), dtype=np.float32)
    return Face(coefficients.astype(np.float32), gaze.astype(np.float32), seen, neutral)
