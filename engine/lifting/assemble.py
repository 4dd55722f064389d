"""Body and hands joined into the finished skeleton, inside every limit."""

import numpy as np

from ..geometry.arrays import Array, in_blocks
from ..geometry.rotations import euler_to_matrix
from ..keypoints import Side
from ..skeleton import Kind, Skeleton, body_skeleton, forward_kinematics, hand_skeleton, load_skeleton
from .wrist import solve_wrist, wrist_angles

#: Share of their range that fingers of a hand that is never seen are bent by.
RELAXED = 0.2


def assemble_angles(kind: Kind, body: Array, hands: dict[Side, Array], body_lengths: Array) -> Array:
    """Angles of a body's part (F,19 or 29), camera-frame hand angles {side: (F,26)} -> the whole's (F,71 or 81)."""

    def join(trunk: Array, *own: Array) -> Array:
        return _joined(kind, trunk, dict(zip(hands, own, strict=True)), body_lengths)

    return in_blocks(join, body, *hands.values())


def _joined(kind: Kind, body: Array, hands: dict[Side, Array], body_lengths: Array) -> Array:
    """What assemble_angles gives, of a block of frames."""
    full, skeleton = load_skeleton(kind), body_skeleton(kind)
    angles = np.zeros((len(body), len(full.freedoms)))
    angles[:, skeleton.angles_in(full)] = body
    forearms = [skeleton.names.index(side.bone("forearm")) for side in Side]
    elbows = forward_kinematics(skeleton, body, body_lengths).rotations[:, forearms]
    for column, side in enumerate(Side):
        hand = hand_skeleton(side)
        fingers = [full.angle_names.index(name) for name in hand.angle_names[3:]]
        if side not in hands:
            angles[:, fingers] = relaxed_fingers(hand)
            continue
        angles[:, fingers] = hands[side][:, 3:]
        root = hand.rest[0] @ euler_to_matrix(hands[side][:, hand.root_angles], hand.bones[0].order)
        angles[:, wrist_angles(full, side)] = solve_wrist(full, elbows[:, column], root, side)
    return full.clamp(angles)


def relaxed_fingers(hand: Skeleton) -> Array:
    """(A-3,) radians: a hand's angles but its root's, where nothing is known of them."""
    flexions = np.array([1.0 if axis == 0 else 0.0 for _, axis in hand.freedoms[3:]])
    return np.maximum(hand.upper[3:], 0.0) * RELAXED * flexions
