"""A motion with a made-up face, and the armature that plays it."""

# The stubs take members of Context for methods.
# pyright: reportAttributeAccessIssue=false

from typing import Any

import bpy
import numpy as np

from engine.face.face import Face
from engine.face.names import FACE_NAMES
from engine.skeleton import Kind, load_skeleton
from tests.blender.motions import random_motion
from tests.blender.scene import apply
from tests.faces import seen_face


def face_of(frames: int, **coefficients: float) -> Face:
    """Neutral but for these, in all frames."""
    values = np.zeros((frames, len(FACE_NAMES)), dtype=np.float32)
    for name, value in coefficients.items():
        values[:, FACE_NAMES.index(name)] = value
    return seen_face(values)


def with_face(face: Face, **settings: Any) -> bpy.types.Object:
    """A new armature, active, that plays the face from frame 1 on, or from `first_frame`."""
    return apply(random_motion(load_skeleton(Kind.UPPER_BODY), len(face.seen), face=face), **settings)


def evaluated(obj: bpy.types.Object, frame: int) -> bpy.types.Object:
    """As Blender evaluates it."""
    bpy.context.scene.frame_set(frame)
    return obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
