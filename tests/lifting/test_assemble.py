"""Body and hands joined: the hand keeps its orientation wherever the wrist may go there."""

import numpy as np
import pytest

from engine.geometry.camera import Camera, place_in_camera
from engine.geometry.rotations import matrix_to_euler
from engine.keypoints import Side
from engine.lifting.assemble import assemble_angles
from engine.lifting.wrist import wrist_angles
from engine.skeleton import (
    Kind,
    body_skeleton,
    camera_positions,
    forward_kinematics,
    hand_skeleton,
    load_skeleton,
)

FULL, BODY = load_skeleton(Kind.FULL_BODY), body_skeleton(Kind.FULL_BODY)


def legal(count: int) -> np.ndarray:
    random = np.random.default_rng(3)
    angles = random.uniform(FULL.lower, FULL.upper, (count, 81))
    angles[:, :3] = random.uniform(-1.0, 1.0, (count, 3))
    return angles


def parts(angles: np.ndarray, side: Side) -> tuple[np.ndarray, np.ndarray]:
    """Body angles, and the hand's angles with its root read off the forward kinematics."""
    body = angles[:, [FULL.angle_names.index(name) for name in BODY.angle_names]]
    hand = hand_skeleton(side)
    rotation = forward_kinematics(FULL, angles, FULL.lengths).rotations[:, FULL.names.index(side.bone("hand"))]
    fingers = angles[:, [FULL.angle_names.index(name) for name in hand.angle_names[3:]]]
    root = matrix_to_euler(hand.rest[0].T @ rotation, hand.bones[0].order)
    return body, np.concatenate([root, fingers], axis=1)


def test_legal_poses_come_back_exactly() -> None:
    angles = legal(300)
    hands = {}
    for side in Side:
        body, hands[side] = parts(angles, side)
    lengths = BODY.lengths
    np.testing.assert_allclose(assemble_angles(Kind.FULL_BODY, body, hands, lengths), angles, atol=1e-6)


@pytest.mark.parametrize("side", Side)
def test_an_illegal_hand_gets_the_nearest_legal_orientation(side: Side) -> None:
    """No legal wrist of a dense random search is nearer to the asked orientation."""
    random = np.random.default_rng(5)
    angles = legal(40)
    body, hand = parts(angles, side)
    hand[:, :3] = random.uniform(-np.pi, np.pi, (40, 3))
    hand[:, 1] /= 2
    other = side.other
    result = assemble_angles(Kind.FULL_BODY, body, {side: hand, other: parts(angles, other)[1]}, BODY.lengths)
    skeleton = hand_skeleton(side)
    pose = forward_kinematics(skeleton, hand, skeleton.lengths)
    wanted = pose.rotations[:, 0]

    def turned_away(candidate: np.ndarray) -> np.ndarray:
        found = forward_kinematics(FULL, candidate, FULL.lengths).rotations[:, FULL.names.index(side.bone("hand"))]
        trace = np.einsum("fij,fij->f", found, wanted)
        return np.arccos(np.clip((trace - 1) / 2, -1, 1))

    ours = turned_away(result)
    columns = wrist_angles(FULL, side)
    for _ in range(400):
        other_wrist = result.copy()
        other_wrist[:, columns] = random.uniform(FULL.lower[columns], FULL.upper[columns], (40, 3))
        assert (turned_away(other_wrist) > ours - np.radians(3.0)).mean() > 0.9
    assert ((result >= FULL.lower) & (result <= FULL.upper))[:, 3:].all()


def test_a_person_is_placed_where_the_points_are_seen() -> None:
    camera = np.array([900.0, 950.0, 640.0, 360.0])
    joints = camera_positions(FULL, legal(20), FULL.lengths)
    shift = np.array([0.2, -0.1, 2.0])
    seen = joints + shift
    points = seen[..., :2] / seen[..., 2:] * camera[:2] + camera[2:]
    found = place_in_camera(joints, points, np.ones(points.shape[:2]), Camera.of(camera))
    np.testing.assert_allclose(found, np.broadcast_to(shift, (20, 3)), atol=1e-6)
