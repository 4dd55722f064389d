"""A part of a motion."""

from dataclasses import replace

import numpy as np

from .errors import InputError
from .motion import Motion

_OF_FRAMES = (
    "positions",
    "translation",
    "angles",
    "keypoints",
    "confidence",
    "seen",
    "time",
    "spread",
    "expected_error",
)
_OF_FACE = ("coefficients", "gaze", "seen", "covered")


def cut(motion: Motion, start: float, end: float) -> Motion:
    """The frames of a motion from `start` to `end`, seconds of its own times, which stay what they are.

    Raises InputError where it has none there.
    """
    first, stop = np.searchsorted(motion.time, start), np.searchsorted(motion.time, end, side="right")
    if first >= stop:
        known = f"{motion.time[0]:.2f} to {motion.time[-1]:.2f} s"
        raise InputError(f"There is no frame from {start:.2f} to {end:.2f} s; the motion is of {known}.")
    rows = slice(int(first), int(stop))
    arrays = {name: array[rows] for name in _OF_FRAMES if (array := getattr(motion, name)) is not None}
    face = motion.face
    if face is not None:
        face = replace(face, **{name: getattr(face, name)[rows] for name in _OF_FACE})
    return replace(motion, **arrays, face=face)
