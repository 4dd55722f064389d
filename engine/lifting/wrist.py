"""The wrist: pronation, flexion and deviation that bring a hand to its orientation, inside the limits."""

import numpy as np

from ..geometry.arrays import Array
from ..geometry.rotations import euler_to_matrix, matrix_to_euler
from ..keypoints import Side
from ..skeleton import Skeleton

SWEEPS = 8


def wrist_angles(full: Skeleton, side: Side) -> list[int]:
    """Indices of pronation, wrist flexion and wrist deviation."""
    names = (f"{side.bone('forearm')}.Y", *(f"{side.bone('hand')}.{axis}" for axis in "XZ"))
    return [full.angle_names.index(name) for name in names]


def solve_wrist(full: Skeleton, elbow: Array, hand: Array, side: Side) -> Array:
    """Pronation, flexion and deviation (F,3) that bring the hand nearest to its orientation.

    `elbow` (F,3,3) is the forearm's frame after elbow flexion, `hand` (F,3,3) the hand's, both in
    Blender's axes. M = rest^T elbow^T hand = Ry(pronation) Rx(flexion) Rz(deviation), since the
    hand's rest frame differs from the forearm's by a turn about their common Y. Where that leaves
    the limits, each angle in turn is set to its best legal value (coordinate descent on the
    rotation angle; each step is closed form).
    """
    rest = full.rest_local[full.names.index(side.bone("hand"))]
    target = np.swapaxes(elbow @ rest, -1, -2) @ hand
    euler = matrix_to_euler(target, "ZXY")
    angles = np.stack([euler[:, 1], euler[:, 0], euler[:, 2]], -1)
    columns = wrist_angles(full, side)
    lower, upper = full.lower[columns], full.upper[columns]
    angles = np.clip(angles, lower, upper)
    for _ in range(SWEEPS):
        for k, axis in enumerate((1, 0, 2)):
            turns = [_turn(angles[:, i], a) for i, a in enumerate((1, 0, 2))]
            before = np.broadcast_to(np.eye(3), target.shape)
            after = before
            for i in range(k):
                before = before @ turns[i]
            for i in range(k + 1, 3):
                after = after @ turns[i]
            rest_turn = np.swapaxes(before, -1, -2) @ target @ np.swapaxes(after, -1, -2)
            i, j = (axis + 1) % 3, (axis + 2) % 3
            best = np.arctan2(rest_turn[:, j, i] - rest_turn[:, i, j], rest_turn[:, i, i] + rest_turn[:, j, j])
            angles[:, k] = _nearest_legal(best, lower[k], upper[k])
    return angles


def _turn(angle: Array, axis: int) -> Array:
    angles = np.zeros((*angle.shape, 3))
    angles[..., axis] = angle
    return euler_to_matrix(angles, "XYZ")


def _nearest_legal(angle: Array, lower: float, upper: float) -> Array:
    """Angles within the limits as they are; others at the circularly nearest limit."""
    middle = (lower + upper) / 2.0
    centred = (angle - middle + np.pi) % (2.0 * np.pi) - np.pi
    return middle + np.clip(centred, (lower - upper) / 2.0, (upper - lower) / 2.0)
