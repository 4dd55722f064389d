"""The wrist: pronation, flexion and deviation that bring a hand to its orientation, inside the limits."""

import numpy as np

from ..geometry.arrays import Array
from ..keypoints import Side
from ..skeleton import Skeleton
from .legal import nearest_legal


def wrist_angles(full: Skeleton, side: Side) -> list[int]:
    """Indices of pronation, wrist flexion and wrist deviation."""
    names = (f"{side.bone('forearm')}.Y", *(f"{side.bone('hand')}.{axis}" for axis in "XZ"))
    return [full.angle_names.index(name) for name in names]


def solve_wrist(full: Skeleton, elbow: Array, hand: Array, side: Side) -> Array:
    """Pronation, flexion and deviation (F,3) that bring the hand nearest to its orientation.

    `elbow` (F,3,3) is the forearm's frame after elbow flexion, `hand` (F,3,3) the hand's, both in
    Blender's axes. rest^T elbow^T hand = Ry(pronation) Rx(flexion) Rz(deviation), since the
    hand's rest frame differs from the forearm's by a turn about their common Y.
    """
    rest, columns = full.rest_local[full.names.index(side.bone("hand"))], wrist_angles(full, side)
    return nearest_legal(np.swapaxes(elbow @ rest, -1, -2) @ hand, (1, 0, 2), full.lower[columns], full.upper[columns])
