"""How far a pose is a guess, per arm and hand."""

import numpy as np

from .geometry.arrays import Array
from .keypoints import HANDS, KEYPOINT_NAMES
from .motion import Motion

_ARM = ("shoulder", "elbow", "wrist")


def doubt_of_bones(motion: Motion) -> dict[str, Array]:
    """Bone -> (F,) from 0, seen clearly, to 1, not seen: of upper arms and hands, those of the whole arm and hand.

    An arm is as doubtful as its least clear joint, of shoulder, elbow and wrist; a hand as the share of its points
    that is outside the picture, or altogether where it was not found.
    """
    doubts: dict[str, Array] = {}
    for side in motion.kind.hands:
        if motion.kind.has_body:
            joints = [KEYPOINT_NAMES.index(f"{side}_{joint}") for joint in _ARM]
            doubts[side.bone("upper_arm")] = 1.0 - motion.confidence[:, joints].min(axis=1).astype(np.float64)
        found = motion.confidence[:, HANDS[side]].mean(axis=1).astype(np.float64)
        doubts[side.bone("hand")] = np.where(motion.seen[:, side.column], 1.0 - found, 1.0)
    return doubts
