"""A face as the user wants a character to show it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ...face.face import GAZE_LIMITS, Face
from ...face.names import FACE_NAMES, Region, mirrored_coefficient, region_of
from ...face.rest import above_rest
from ...geometry.arrays import Array


def adapted(face: Face, strengths: Mapping[Region, float], *, mirrored: bool, neutral: int | None) -> Face:
    """The face with each region as strong as `strengths` says, left for right where mirrored.

    What it does in frame `neutral` is taken off first, so that it rests there; the gaze is the eyes' region's.
    """
    coefficients, gaze = face.coefficients, face.gaze
    if neutral is not None:
        coefficients, gaze = above_rest(coefficients, coefficients[neutral]), gaze - gaze[neutral]
    strength = np.array([strengths[region_of(name)] for name in FACE_NAMES])
    coefficients, gaze = coefficients * strength, gaze * strengths[Region.EYES]
    if mirrored:
        other = [FACE_NAMES.index(mirrored_coefficient(name)) for name in FACE_NAMES]
        coefficients, gaze = coefficients[:, other], gaze[:, ::-1] * [-1.0, 1.0]
    return replace(face, coefficients=_single(coefficients, 0, 1), gaze=_single(gaze, *GAZE_LIMITS.T))


def _single(values: Array, lower: Array | float, upper: Array | float) -> Array:
    return np.clip(values, lower, upper).astype(np.float32)
