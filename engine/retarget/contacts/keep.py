"""Arms that give way so that a rig's hands touch what the performer's do."""

import numpy as np

from ...geometry.arrays import Array, Mask
from ...keypoints import Side
from ...skeleton import Skeleton
from ..anatomy.moving import Moving
from .reach import arm_skeleton, reach
from .touches import touches

#: Shifts of a wrist below this are none, metres.
_STILL = 1e-5


def keep_touches(skeleton: Skeleton, angles: Array, own: Moving, rig: Moving, share: float) -> tuple[Array, Mask]:
    """Angles (F,A), radians, whose arms bring the rig to touch what we do, and in which frames (F,) they differ.

    `own` and `rig` are both bodies as the given angles (F,A) have them, and `share`, 0 to 1, is how much of what
    their proportions differ in is made up for.
    """
    near, chest = touches(own, rig), own.turns["chest"]
    shifts = share * near.shifts() @ chest
    wrists = np.stack([rig.heads[side.bone("hand")] for side in Side], axis=1)
    levers = (near.middles() - wrists) @ chest
    moved = np.linalg.norm(shifts, axis=-1) > _STILL
    angles = angles.copy()
    for column, side in enumerate(Side):
        rows = np.flatnonzero(moved[:, column])
        arm = np.ix_(rows, np.array(arm_skeleton(side).angles_in(skeleton)))
        lengths = np.array([rig.rest.length(side.bone(part)) for part in ("upper_arm", "forearm")])
        angles[arm] = reach(side, angles[arm], lengths, levers[rows, column], shifts[rows, column])
    return angles, moved.any(axis=1)
