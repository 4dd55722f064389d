"""A motion with a made-up face, and the armature that plays it."""

# The stubs take members of Context for methods.
# pyright: reportAttributeAccessIssue=false

from typing import Any

import bpy
import numpy as np

from engine.face.face import GAZE_LIMITS, Face
from engine.face.names import FACE_NAMES
from engine.skeleton import Kind, load_skeleton
from tests.blender.motions import random_motion
from tests.blender.scene import apply


def random_face(frames: int, seed: int = 5) -> Face:
    rng = np.random.default_rng(seed)
    coefficients = rng.uniform(0, 1, (frames, len(FACE_NAMES))).astype(np.float32)
    gaze = rng.uniform(GAZE_LIMITS[:, 0], GAZE_LIMITS[:, 1], (frames, 2, 2)).astype(np.float32)
    return Face(coefficients, gaze, np.ones(frames, dtype=bool), np.zeros(len(FACE_NAMES), dtype=np.float32))


def face_of(frames: int, **coefficients: float) -> Face:
    """Neutral but for these, in all frames."""
    values = np.zeros((frames, len(FACE_NAMES)), dtype=np.float32)
    for name, value in coefficients.items():
        values[:, FACE_NAMES.index(name)] = value
    straight, seen = np.zeros((frames, 2, 2), dtype=np.float32), np.ones(frames, dtype=bool)
    return Face(values, straight, seen, np.zeros(len(FACE_NAMES), dtype=np.float32))


def with_face(face: Face, **settings: Any) -> bpy.types.Object:
    """A new armature, active, that plays the face from frame 1 on, or from `first_frame`."""
    return apply(random_motion(load_skeleton(Kind.UPPER_BODY), len(face.seen), face=face), **settings)


def evaluated(obj: bpy.types.Object, frame: int) -> bpy.types.Object:
    """As Blender evaluates it."""
    bpy.context.scene.frame_set(frame)
    return obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
