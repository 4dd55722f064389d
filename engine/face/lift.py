"""From the points of a face over time to what it does."""

import numpy as np

from ..geometry.arrays import Array
from ..keypoints import BODY, Keypoints
from .face import GAZE_LIMITS, Face
from .regressor import told_by


def lift_face(keypoints: Keypoints) -> Face | None:
    """The face of the person in keypoints; None where it was not looked for, or is never seen."""
    landmarks = keypoints.face
    if landmarks is None:
        return None
    seen = landmarks.seen & (keypoints.confidence[:, BODY] > 0).any(1)
    if not seen.any():
        return None
    told = told_by(landmarks.rows(seen))

    def bridged(values: Array) -> Array:
        columns = values.reshape(len(values), -1).T
        every = [np.interp(keypoints.time, keypoints.time[seen], column) for column in columns]
        return np.stack(every, axis=1).reshape(len(seen), *values.shape[1:])

    return Face(
        np.clip(bridged(told.coefficients), 0, 1).astype(np.float32),
        np.clip(bridged(told.gaze), *GAZE_LIMITS.T).astype(np.float32),
        seen,
        told.neutral.astype(np.float32),
    )
