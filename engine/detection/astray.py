"""Frames in which the detector takes a person's left for right for a moment: found again as not seen."""

from dataclasses import replace

import numpy as np

from ..geometry.arrays import Array, Mask, frames_near, runs
from ..keypoints import POSE_NAMES, Keypoints, Side

#: Seconds to each side that tell which way a person faces, and for which at most sides may be exchanged.
AROUND, MOMENT = 0.5, 0.3
#: Share of the usual distance of the shoulders from which on their order means anything.
CLEAR = 0.5

_NOSE = POSE_NAMES.index("nose")
_SHOULDERS = [POSE_NAMES.index(f"{side}_shoulder") for side in Side]


def drop_exchanged(keypoints: Keypoints) -> Keypoints:
    """The keypoints, of which frames with exchanged shoulders show nobody: hands go by the pose's wrists.

    Exchanged are shoulders whose direction is against the one that they have before and after, for less than
    MOMENT; a person who turns round stays turned. Of one in profile, whose shoulders are closer to each other
    than to the nose, nothing is said.
    """
    exchanged = _exchanged(keypoints)
    if not exchanged.any():
        return keypoints
    confidence = keypoints.confidence.copy()
    confidence[exchanged] = 0.0
    return replace(keypoints, confidence=confidence)


def _exchanged(keypoints: Keypoints) -> Mask:
    """(F,) frames."""
    seen, time = keypoints.seen[:, 0], keypoints.time
    left, right, nose = (keypoints.points[:, point].astype(np.float64) for point in (*_SHOULDERS, _NOSE))
    across = left - right
    usual = np.stack([_usual(across[near][seen[near]]) for near in frames_near(time, AROUND)])
    facing = np.linalg.norm(usual, axis=-1) > np.linalg.norm((left + right) / 2 - nose, axis=-1)
    against = seen & facing & ((across * usual).sum(-1) < -CLEAR * (usual**2).sum(-1))
    for start, end in runs(against):
        inside = start > 0 and end < len(time)
        if not inside or time[end] - time[start] > MOMENT:
            against[start:end] = False
    return against


def _usual(across: Array) -> Array:
    """(2,) the median of vectors (N,2); none of none."""
    return np.median(across, axis=0) if len(across) else np.zeros(2)
