"""A motion at even times: what keyframes need, and what video of variable rate does not have."""

from dataclasses import replace

import numpy as np

from .face.face import Face
from .geometry.between import Between
from .geometry.rotations import continuous_euler
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
    between = Between.of(np.interp(time, motion.time, np.arange(len(motion.time))))
    nearest, order = between.nearest, skeleton.bones[0].order
    angles = between.values(motion.angles)
    turns = between.turns(motion.angles[:, skeleton.root_angles], order)
    angles[:, skeleton.root_angles] = continuous_euler(turns, order)
    clamped = skeleton.clamp(angles.astype(np.float32))
    lengths = motion.lengths_of_bones().astype(np.float32)
    return replace(
        motion,
        positions=camera_positions(skeleton, clamped, lengths),
        translation=between.values(motion.translation).astype(np.float32),
        angles=clamped,
        keypoints=between.values(motion.keypoints).astype(np.float32),
        confidence=motion.confidence[nearest],
        seen=motion.seen[nearest],
        spread=None if motion.spread is None else motion.spread[nearest],
        expected_error=None if motion.expected_error is None else motion.expected_error[nearest],
        face=None if motion.face is None else face_between(motion.face, between),
        fps=fps,
        time=time,
    )


def face_between(face: Face, between: Between) -> Face:
    """A face at places among its frames; what was seen is from the nearest frame."""
    return replace(
        face,
        coefficients=between.values(face.coefficients).astype(np.float32),
        gaze=between.values(face.gaze).astype(np.float32),
        seen=face.seen[between.nearest],
        covered=face.covered[between.nearest],
    )
