"""An arm whose hand is moved by a little, and turned as before: inverse kinematics inside the limits."""

from dataclasses import replace
from functools import cache

import numpy as np

from ...geometry.arrays import Array, in_blocks, solve
from ...keypoints import Side
from ...skeleton import Skeleton, forward_kinematics, load_skeleton

ITERATIONS = 15
#: What a miss costs: one unit for so many metres of the point, radians of the hand, radians of any joint.
POINT, HAND, JOINT = 0.001, 0.02, 1.0
#: Of the first step, which shrinks where steps succeed.
DAMPING = 1e-3
#: Steps below this, radians, end the search.
STILL = 1e-4
#: How far an arm stretches, of its length.
STRETCH = 0.995
_CHAIN = ("shoulder", "upper_arm", "forearm", "hand")
#: Makes an angle at its limit stay there.
_FIXED = 1e9


@cache
def arm_skeleton(side: Side) -> Skeleton:
    """The 7 angles of one arm, in the axes of a chest at rest."""
    full = load_skeleton()
    bones = [full.bones[full.names.index(side.bone(part))] for part in _CHAIN]
    return replace(full, bones=(replace(bones[0], parent=None), *bones[1:]))


def reach(side: Side, angles: Array, lengths: Array, lever: Array, shift: Array) -> Array:
    """Angles (F,7) of an arm whose hand has moved by `shift` (F,3) from where `angles` (F,7) have it.

    What has to arrive is the point `lever` (F,3) away from the wrist, which moves with the hand; the hand's own
    turn gives way before it does. All in metres in the axes of a chest at rest, `lengths` (2,) those of upper
    arm and forearm. What the limits or the arm's length forbid is approached. Levenberg-Marquardt; an angle
    that is drawn over its limit is held there while the others make up for it.
    """
    skeleton = arm_skeleton(side)
    all_lengths = skeleton.lengths.copy()
    all_lengths[1:3] = lengths

    def solve_block(start: Array, lever: Array, shift: Array) -> Array:
        pose = forward_kinematics(skeleton, start, all_lengths)
        hand, shoulder = pose.rotations[:, 3], pose.heads[:, 1]
        wrist = pose.tails[:, 2] + shift - shoulder
        far = np.linalg.norm(wrist, axis=-1, keepdims=True)
        goal = shoulder + wrist * np.minimum(1.0, STRETCH * sum(lengths) / far) + lever
        fixed_lever = (np.swapaxes(hand, -1, -2) @ lever[..., None])[..., 0]
        current, damping = start, np.full(len(start), DAMPING)
        normal, gradient, cost = _normal(skeleton, current, start, all_lengths, fixed_lever, goal, hand)
        for _ in range(ITERATIONS):
            pushes_out = ((current <= skeleton.lower) & (gradient < 0)) | ((current >= skeleton.upper) & (gradient > 0))
            damped = normal.copy()
            damped[:, range(7), range(7)] *= 1.0 + damping[:, None]
            damped[:, range(7), range(7)] += np.where(pushes_out, _FIXED, 0.0)
            step = solve(damped, np.where(pushes_out, 0.0, gradient))
            tried = np.clip(current + step, skeleton.lower, skeleton.upper)
            there = _normal(skeleton, tried, start, all_lengths, fixed_lever, goal, hand)
            better = there[2] < cost
            damping = np.where(better, damping / 4, damping * 8)
            step = np.abs(tried - current).max(initial=0.0)
            current = np.where(better[:, None], tried, current)
            if step < STILL:
                break
            normal = np.where(better[:, None, None], there[0], normal)
            gradient, cost = np.where(better[:, None], there[1], gradient), np.where(better, there[2], cost)
        return current

    return in_blocks(solve_block, angles, lever, shift)


def _normal(
    skeleton: Skeleton, angles: Array, start: Array, lengths: Array, lever: Array, goal: Array, hand: Array
) -> tuple[Array, Array, Array]:
    """Normal matrix (F,7,7), gradient (F,7) and cost (F,) of what the point and the hand's turn miss."""
    pose = forward_kinematics(skeleton, angles, lengths)
    turn: Array = pose.rotations[:, 3]
    point = pose.tails[:, 2] + (turn @ lever[..., None])[..., 0]
    moves = np.cross(pose.axes, point[:, None] - pose.heads[:, [bone for bone, _ in skeleton.freedoms]])
    slope = np.concatenate([moves / POINT, pose.axes / HAND], axis=-1)
    twist = np.cross(turn, hand, axis=1).sum(-1) / 2
    miss = np.concatenate([(goal - point) / POINT, twist / HAND], axis=-1)
    normal = slope @ np.swapaxes(slope, -1, -2)
    normal[:, range(7), range(7)] += 1.0 / JOINT**2
    off = (start - angles) / JOINT
    gradient = (slope @ miss[..., None])[..., 0] + off / JOINT
    return normal, gradient, (miss**2).sum(-1) + (off**2).sum(-1)
