"""An arm whose wrist is moved by a little, the hand turned as before: inverse kinematics inside the limits."""

from dataclasses import replace
from functools import cache

import numpy as np

from ..arrays import in_blocks, solve
from ..kinematics import Pose, forward_kinematics
from ..skeleton import Skeleton, load_skeleton
from .frames import Array

ITERATIONS = 10
#: What a miss costs: one unit for so many metres of the wrist, radians of the hand, radians of any joint.
WRIST, HAND, JOINT = 0.001, 0.05, 1.0
#: The longest step of an angle, radians: a stretched arm is singular.
STEP = 0.3
#: How far an arm stretches, of its length.
STRETCH = 0.995
_CHAIN = ("shoulder", "upper_arm", "forearm", "hand")
#: Makes an angle at its limit stay there.
_FIXED = 1e9


@cache
def arm_skeleton(side: str) -> Skeleton:
    """The 7 angles of one arm, "L" or "R", in the axes of a chest at rest."""
    full = load_skeleton()
    bones = [full.bones[full.names.index(f"{part}.{side}")] for part in _CHAIN]
    return Skeleton((replace(bones[0], parent=None), *bones[1:]), full.stature)


def reach(side: str, angles: Array, lengths: Array, shift: Array) -> Array:
    """Angles (F,7) of an arm whose wrist has moved by `shift` (F,3) from where `angles` (F,7) have it.

    `lengths` (2,) metres of upper arm and forearm, `shift` metres in the axes of a chest at rest. What the
    limits or the arm's length forbid is approached. Gauss-Newton; an angle that a step would take over its
    limit is held there while the others make up for it.
    """
    skeleton = arm_skeleton(side)
    all_lengths = skeleton.lengths.copy()
    all_lengths[1:3] = lengths

    def solve_block(start: Array, shift: Array) -> Array:
        pose = forward_kinematics(skeleton, start, all_lengths)
        hand, shoulder = pose.rotations[:, 3], pose.heads[:, 1]
        goal = pose.tails[:, 2] + shift - shoulder
        far = np.linalg.norm(goal, axis=-1, keepdims=True)
        goal = shoulder + goal * np.minimum(1.0, STRETCH * sum(lengths) / far)
        current = start
        for _ in range(ITERATIONS):
            pose = forward_kinematics(skeleton, current, all_lengths)
            normal, gradient = _normal(pose, goal, hand)
            normal[:, range(7), range(7)] += 1.0 / JOINT**2
            gradient += (start - current) / JOINT**2
            step = np.clip(solve(normal, gradient), -STEP, STEP)
            edge = np.clip(current + step, skeleton.lower, skeleton.upper) - current
            fixed = np.where(np.abs(edge - step) > 0, _FIXED, 0.0)
            normal[:, range(7), range(7)] += fixed
            step = np.clip(solve(normal, gradient + fixed * edge), -STEP, STEP)
            current = np.clip(current + step, skeleton.lower, skeleton.upper)
        return current

    return in_blocks(solve_block, angles, shift)


def _normal(pose: Pose, goal: Array, hand: Array) -> tuple[Array, Array]:
    """Normal matrix (F,7,7) and gradient (F,7) of what the wrist and the hand's turn miss."""
    wrist = pose.tails[:, 2]
    pivots = pose.heads[:, [1, 1, 1, 2, 2, 3, 3]]
    moves = np.cross(pose.axes, wrist[:, None] - pivots) / WRIST
    turns = pose.axes / HAND
    slope = np.concatenate([moves, turns], axis=-1)
    twist = np.cross(pose.rotations[:, 3], hand, axis=1).sum(-1) / 2
    miss = np.concatenate([(goal - wrist) / WRIST, twist / HAND], axis=-1)
    return slope @ np.swapaxes(slope, -1, -2), (slope @ miss[..., None])[..., 0]
