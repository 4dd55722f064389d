"""A motion as the columns of one wide table, a row for every frame that was tracked: what CSV and Parquet hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..face.face import Face
from ..face.names import FACE_NAMES
from ..keypoints import Side
from ..motion import Motion

DEGREES, METRES, SECONDS = "deg", "m", "s"


@dataclass(frozen=True)
class Column:
    """One column."""

    name: str
    """With its unit at the end, where it has one."""
    unit: str
    """deg, m, s or nothing."""
    values: NDArray[Any]
    """(F,) finite."""


def columns_of(motion: Motion) -> list[Column]:
    """The columns of a motion: frame, time, what was seen, angles, the root's place, joints, a face if there is one.

    Joints are as in the `.npz`: camera frame, relative to the root. Frames have their real times: nothing is resampled.
    """
    return [*_columns(motion)]


def _columns(motion: Motion) -> Iterator[Column]:
    yield Column("frame", "", np.arange(len(motion.time), dtype=np.int32))
    yield _measured("time", SECONDS, motion.time)
    for name, seen in zip(("body", *(f"{side}_hand" for side in Side)), motion.seen.T, strict=True):
        yield Column(f"{name}_seen", "", seen)
    for name, angles in zip(motion.skeleton.angle_names, motion.angles.T, strict=True):
        yield _angle(name, angles)
    yield from _point("translation", motion.translation)
    for joint, (name, parent) in enumerate(zip(motion.joints, motion.skeleton.parents, strict=True)):
        if parent >= 0:  # the root is the origin
            yield from _point(name, motion.positions[:, joint])
    if motion.face is not None:
        yield from _face(motion.face)


def _face(face: Face) -> Iterator[Column]:
    yield Column("face_seen", "", face.seen)
    for name, values in zip(FACE_NAMES, face.coefficients.T, strict=True):
        yield Column(name, "", values)
    for side, eye in zip(Side, np.moveaxis(face.gaze, 1, 0), strict=True):
        for name, angles in zip(("yaw", "pitch"), eye.T, strict=True):
            yield _angle(f"gaze_{name}_{side}", angles)


def _point(name: str, points: NDArray[np.float32]) -> Iterator[Column]:
    for axis, values in zip("xyz", points.T, strict=True):
        yield _measured(f"{name}_{axis}", METRES, values)


def _angle(name: str, radians: NDArray[np.float32]) -> Column:
    return _measured(name, DEGREES, np.degrees(radians.astype(np.float64)).astype(np.float32))


def _measured(name: str, unit: str, values: NDArray[Any]) -> Column:
    return Column(f"{name}_{unit}", unit, values)
