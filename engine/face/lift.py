"""From the points of a face over time to what it does."""

import numpy as np

from ..geometry.arrays import Array, Mask
from .face import GAZE_LIMITS, Face
from .landmarks import FaceLandmarks
from .regressor import told_by


def lift_face(landmarks: FaceLandmarks, time: Array, present: Mask) -> Face | None:
    """What a face of F frames at times (F,), s, does; None where it is never seen.

    `present` (F,) tells in which frames the person whose face it is was seen at all.
    """
    seen = landmarks.seen & present
    if not seen.any():
        return None
    told = told_by(landmarks.rows(seen))

    def bridged(values: Array) -> Array:
        columns = values.reshape(len(values), -1).T
        every = [np.interp(time, time[seen], column) for column in columns]
        return np.stack(every, axis=1).reshape(len(seen), *values.shape[1:])

    return Face(
        np.clip(bridged(told.coefficients), 0, 1).astype(np.float32),
        np.clip(bridged(told.gaze), *GAZE_LIMITS.T).astype(np.float32),
        seen,
        told.neutral.astype(np.float32),
    )
