"""Faces that tests give to motions."""

import numpy as np

from engine.face.face import GAZE_LIMITS, Face
from engine.face.names import FACE_NAMES


def random_face(frames: int, seed: int = 0) -> Face:
    """A face that does anything at all, within its limits; the first and the last frame at their ends."""
    rng = np.random.default_rng(seed)
    coefficients = rng.uniform(0.0, 1.0, (frames, len(FACE_NAMES)))
    coefficients[0], coefficients[-1] = 0.0, 1.0
    return Face(
        coefficients.astype(np.float32),
        rng.uniform(GAZE_LIMITS[:, 0], GAZE_LIMITS[:, 1], (frames, 2, 2)).astype(np.float32),
        np.ones(frames, dtype=bool),
        np.zeros(len(FACE_NAMES), dtype=np.float32),
    )
