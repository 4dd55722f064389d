"""Body and hands joined into the finished skeleton, inside every limit."""

import numpy as np

from .arrays import in_blocks, solve
from .keypoints import SIDES
from .kinematics import forward_kinematics, joint_positions
from .rotations import CAMERA_FROM_BLENDER, Array, euler_to_matrix, matrix_to_euler
from .skeleton import Skeleton, body_skeleton, forearm, hand_root, hand_skeleton, load_skeleton

#: Share of their range that fingers of a hand that is never seen are bent by.
RELAXED = 0.2
SWEEPS = 8


def assemble_angles(name: str, body: Array, hands: dict[str, Array], body_lengths: Array) -> Array:
    """Angles of the table's body (F,19 or 29), camera-frame hand angles {side: (F,26)} -> its angles (F,71 or 81)."""
    full, skeleton = load_skeleton(name), body_skeleton(name)
    angles = np.zeros((len(body), len(full.freedoms)))
    angles[:, skeleton.angles_in(full)] = body
    forearms = [skeleton.names.index(forearm(side)) for side in SIDES]

    def frames(rows: Array) -> Array:
        return forward_kinematics(skeleton, rows, body_lengths).rotations[:, forearms]

    elbows: Array = in_blocks(frames, body)
    for column, side in enumerate(SIDES):
        hand = hand_skeleton(side)
        fingers = [full.angle_names.index(name) for name in hand.angle_names[3:]]
        if side not in hands:
            angles[:, fingers] = np.maximum(hand.upper[3:], 0.0) * RELAXED * _flexions(hand)
            continue
        angles[:, fingers] = hands[side][:, 3:]
        root = hand.rest[0] @ euler_to_matrix(hands[side][:, hand.root_angles], hand.bones[0].order)
        angles[:, wrist_angles(full, side)] = solve_wrist(full, elbows[:, column], root, side)
    return full.clamp(angles)


def _flexions(skeleton: Skeleton) -> Array:
    return np.array([1.0 if axis == 0 else 0.0 for _, axis in skeleton.freedoms[3:]])


def wrist_angles(full: Skeleton, side: str) -> list[int]:
    """Indices of pronation, wrist flexion and wrist deviation."""
    names = (f"{forearm(side)}.Y", f"{hand_root(side)}.X", f"{hand_root(side)}.Z")
    return [full.angle_names.index(name) for name in names]


def solve_wrist(full: Skeleton, elbow: Array, hand: Array, side: str) -> Array:
    """Pronation, flexion and deviation (F,3) that bring the hand nearest to its orientation.

    `elbow` (F,3,3) is the forearm's frame after elbow flexion, `hand` (F,3,3) the hand's, both in
    Blender's axes. M = rest^T elbow^T hand = Ry(pronation) Rx(flexion) Rz(deviation), since the
    hand's rest frame differs from the forearm's by a turn about their common Y. Where that leaves
    the limits, each angle in turn is set to its best legal value (coordinate descent on the
    rotation angle; each step is closed form).
    """
    rest = full.rest_local[full.names.index(hand_root(side))]
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


def place_in_camera(positions: Array, points: Array, weights: Array, camera: Array) -> Array:
    """Translations (F,3), metres, that project positions (F,N,3) best onto points (F,N,2) pixels.

    Linear least squares in the ray equations x + tx = u (z + tz), y + ty = v (z + tz) with weights
    (F,N); `positions` in the camera frame, relative to the root joint.
    """
    plane = (points - camera[2:]) / camera[:2]
    rows = np.zeros((*plane.shape, 3))
    rows[..., 0, 0] = rows[..., 1, 1] = 1.0
    rows[..., 2] = -plane
    right = plane * positions[..., 2:] - positions[..., :2]
    rows *= weights[..., None, None]
    right *= weights[..., None]
    rows = rows.reshape(len(rows), -1, 3)
    right = right.reshape(len(right), -1)
    transposed = np.swapaxes(rows, -1, -2)
    normal = transposed @ rows + 1e-9 * np.eye(3)
    return solve(normal, (transposed @ right[..., None])[..., 0])


def camera_positions(skeleton: Skeleton, angles: Array, lengths: Array) -> Array:
    """Joints (F,J,3) of angles (F,A) in the camera frame, metres, relative to the root joint."""

    def place(rows: Array) -> Array:
        return joint_positions(skeleton, forward_kinematics(skeleton, rows, lengths)) @ CAMERA_FROM_BLENDER.T

    return in_blocks(place, angles).astype(angles.dtype)
