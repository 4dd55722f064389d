"""Faces that tests give to motions."""

import numpy as np

from engine.face.face import GAZE_LIMITS, Face
from engine.face.names import FACE_NAMES, Region


def random_face(frames: int, seed: int = 0) -> Face:
    """A face that does anything at all, within its limits; the first and the last frame at their ends."""
    rng = np.random.default_rng(seed)
    coefficients = rng.uniform(0.0, 1.0, (frames, len(FACE_NAMES)))
    coefficients[0], coefficients[-1] = 0.0, 1.0
    gaze = rng.uniform(GAZE_LIMITS[:, 0], GAZE_LIMITS[:, 1], (frames, 2, 2))
    return seen_face(coefficients, gaze)


def seen_face(coefficients: np.ndarray, gaze: np.ndarray | None = None) -> Face:
    """One that is seen in all frames and covered in none; it looks straight ahead where no gaze is told."""
    frames = len(coefficients)
    return Face(
        coefficients.astype(np.float32),
        (np.zeros((frames, 2, 2)) if gaze is None else gaze).astype(np.float32),
        np.ones(frames, dtype=bool),
        np.zeros(len(FACE_NAMES), dtype=np.float32),
        np.zeros((frames, len(Region)), dtype=bool),
    )
