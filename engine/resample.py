"""A motion at even times: what keyframes need, and what video of variable rate does not have."""

from dataclasses import replace

import numpy as np

from .geometry.arrays import Array
from .geometry.rotations import continuous_euler, euler_to_matrix, matrix_to_euler, nearest_rotation
from .motion import Motion
from .skeleton import camera_positions

_EVEN = 0.1  # of a frame: what time stamps rounded to milliseconds are off


def at_rate(motion: Motion, fps: float) -> Motion:
    """The motion with one pose for each frame of a rate, 1/s; as it is where its frames are even already."""
    times = motion.time[0] + np.arange(len(motion.time)) / fps
    return motion if np.abs(motion.time - times).max() * fps < _EVEN else resample(motion, fps)


def resample(motion: Motion, fps: float) -> Motion:
    """`motion` at start, start + 1/fps, ... up to its end; fps > 0, in 1/s.

    Angles, translation, keypoints and face are interpolated linearly in real time, the root as a
    rotation; detection flags and what errors to expect come from the nearest frame; positions are computed anew.
    """
    skeleton = motion.skeleton
    span = motion.time[-1] - motion.time[0]
    time = motion.time[0] + np.arange(int(np.floor(span * fps + 0.5)) + 1) / fps
    position = np.interp(time, motion.time, np.arange(len(motion.time)))
    before = np.floor(position).astype(np.int64)
    after = np.ceil(position).astype(np.int64)
    share = position - before

    def between(values: Array) -> Array:
        weight = share.reshape(-1, *([1] * (values.ndim - 1)))
        return values[before] * (1.0 - weight) + values[after] * weight

    nearest = np.where(share < 0.5, before, after)
    order = skeleton.bones[0].order
    root = euler_to_matrix(motion.angles[:, skeleton.root_angles].astype(np.float64), order)
    angles = between(motion.angles)
    euler = matrix_to_euler(nearest_rotation(between(root)), order)
    angles[:, skeleton.root_angles] = continuous_euler(euler, order)
    clamped = skeleton.clamp(angles.astype(np.float32))
    face = motion.face
    lengths = motion.lengths_of_bones().astype(np.float32)
    return replace(
        motion,
        positions=camera_positions(skeleton, clamped, lengths),
        translation=between(motion.translation).astype(np.float32),
        angles=clamped,
        keypoints=between(motion.keypoints).astype(np.float32),
        confidence=motion.confidence[nearest],
        seen=motion.seen[nearest],
        spread=None if motion.spread is None else motion.spread[nearest],
        expected_error=None if motion.expected_error is None else motion.expected_error[nearest],
        face=None
        if face is None
        else replace(
            face,
            coefficients=between(face.coefficients).astype(np.float32),
            gaze=between(face.gaze).astype(np.float32),
            seen=face.seen[nearest],
            covered=face.covered[nearest],
        ),
        fps=fps,
        time=time,
    )
