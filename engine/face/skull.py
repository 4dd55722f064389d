"""How a head is turned, by those points of its face that expressions leave in place."""

import numpy as np

from ..geometry.arrays import Array
from ..geometry.camera import Camera, turn_to_axis
from .frontal import STILL, frontal
from .landmarks import FaceLandmarks
from .regressor import load_regressor


def skull_turns(face: FaceLandmarks, camera: Camera) -> Array:
    """(F,3,3) the rotations, camera's axes, of heads from looking straight against its axis; of faces that are seen.

    A face is seen as by a camera that looks at it: that one's axis, the ray to the face, is brought to the camera's.
    """
    turns = frontal(face.points, load_regressor().mean.points).rotations
    middles = face.points[:, STILL, :2].astype(np.float64).mean(1, keepdims=True)
    return np.swapaxes(turn_to_axis(camera.rays(middles)[:, 0]), 1, 2) @ turns
