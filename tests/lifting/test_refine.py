"""Refinement: angles come back to a pose that the picture shows, and stay legal."""

import numpy as np
import pytest

from engine.geometry.camera import Camera
from engine.geometry.rotations import CAMERA_FROM_BLENDER
from engine.keypoints import Evidence, Side
from engine.lifting.observations import Picture
from engine.lifting.refine import refine, refine_lengths
from engine.skeleton import Skeleton, body_skeleton, forward_kinematics, hand_skeleton, joint_positions

CAMERA = np.array([1000.0, 1000.0, 500.0, 500.0])
SPREAD = 0.05


def project(skeleton: Skeleton, angles: np.ndarray, lengths: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    lengths = skeleton.lengths if lengths is None else lengths
    joints = joint_positions(skeleton, forward_kinematics(skeleton, angles, lengths))
    seen = joints @ CAMERA_FROM_BLENDER.T + np.array([0.05, -0.1, 1.5])
    return joints, seen[..., :2] / seen[..., 2:] * CAMERA[:2] + CAMERA[2:]


@pytest.mark.parametrize("skeleton", [body_skeleton(), hand_skeleton(Side.LEFT), hand_skeleton(Side.RIGHT)])
def test_a_disturbed_pose_is_brought_back_onto_its_picture(skeleton: Skeleton) -> None:
    random = np.random.default_rng(0)
    truth = random.uniform(skeleton.lower, skeleton.upper, (100, len(skeleton.lower)))
    truth[:, :3] = random.uniform(-0.5, 0.5, (100, 3))
    joints, points = project(skeleton, truth)
    start = skeleton.clamp(truth + SPREAD * random.standard_normal(truth.shape))
    every = list(range(len(skeleton.joints)))
    seen = Evidence(every, points, np.ones(points.shape[:2]), 0.001)
    spreads = np.full(start.shape, SPREAD)
    result, _ = refine(skeleton, start, spreads, skeleton.lengths, Picture(Camera.of(CAMERA), seen))

    def errors(angles: np.ndarray) -> tuple[float, float]:
        found, seen = project(skeleton, angles.astype(np.float64))
        return float(np.median(np.abs(found - joints))), float(np.median(np.abs(seen - points)))

    (space, picture), (space_before, picture_before) = errors(result), errors(start)
    assert picture < 0.2 * picture_before
    assert space < 0.7 * space_before
    assert (result[:, 3:] >= skeleton.lower[3:]).all()
    assert (result[:, 3:] <= skeleton.upper[3:]).all()


def test_points_without_weight_do_not_pull() -> None:
    skeleton = body_skeleton()
    start = np.zeros((1, 19))
    _, points = project(skeleton, start)
    wrist = skeleton.joints.index("left_wrist")
    points[0, wrist] += 300.0
    weights = np.ones(points.shape[:2])
    weights[0, wrist] = 0.0
    every = list(range(len(skeleton.joints)))
    seen, spreads = Evidence(every, points, weights, 0.004), np.full(start.shape, SPREAD)
    result, _ = refine(skeleton, start, spreads, skeleton.lengths, Picture(Camera.of(CAMERA), seen))
    np.testing.assert_allclose(result, start, atol=1e-3)


def test_what_is_doubted_most_gives_way() -> None:
    """Either of a finger's joints could explain where its tip is seen, from the side."""
    skeleton = hand_skeleton()
    start = np.zeros((2, len(skeleton.freedoms)))
    start[:, 1] = 1.3
    truth = start.copy()
    near, far = (skeleton.angle_names.index(f"f_index.0{part}.R.X") for part in (1, 2))
    truth[:, [near, far]] = 0.3
    _, points = project(skeleton, truth)
    weights = np.zeros(points.shape[:2])
    for name in ("wrist", "pinky_mcp", "middle_finger_mcp", "thumb_cmc", "index_finger_tip"):
        weights[:, skeleton.joints.index(f"right_hand_{name}")] = 1.0
    spreads = np.full(start.shape, 1e-3)
    spreads[0, near] = spreads[1, far] = 0.5
    seen = Evidence(list(range(len(skeleton.joints))), points, weights, 0.001)
    result, _ = refine(skeleton, start, spreads, skeleton.lengths, Picture(Camera.of(CAMERA), seen))
    assert result[0, near] > 0.3 and abs(result[0, far]) < 0.02
    assert result[1, far] > 0.3 and abs(result[1, near]) < 0.02


def test_lengths_that_all_frames_share_come_back() -> None:
    """A trunk and a palm that are longer than the network says; the angles are not quite known either."""
    random = np.random.default_rng(3)
    for skeleton, part in ((body_skeleton(), ("spine", "chest")), (hand_skeleton(), ("palm.index.R", "palm.pinky.R"))):
        truth = 0.5 * random.uniform(skeleton.lower, skeleton.upper, (60, len(skeleton.lower)))
        truth[:, :3] = random.uniform(-0.6, 0.6, (60, 3))
        grown = skeleton.lengths.copy()
        grown[[skeleton.names.index(name) for name in part]] *= 1.15
        _, points = project(skeleton, truth, grown)
        start = skeleton.clamp(truth + SPREAD * random.standard_normal(truth.shape))
        seen = Evidence(list(range(len(skeleton.joints))), points, np.ones(points.shape[:2]), 0.002)
        found = refine_lengths(
            skeleton, start, np.full(start.shape, SPREAD), skeleton.lengths, Picture(Camera.of(CAMERA), seen)
        )
        assert found.sum() == pytest.approx(skeleton.lengths.sum())
        before, after = (np.abs(np.log(x / x.sum() / grown * grown.sum())) for x in (skeleton.lengths, found))
        assert after.max() < 0.4 * before.max()
        np.testing.assert_allclose(found, found[skeleton.mirrored])


def test_lengths_move_what_they_reach() -> None:
    skeleton = body_skeleton()
    angles = 0.5 * np.random.default_rng(5).uniform(skeleton.lower, skeleton.upper)[None]
    pose = forward_kinematics(skeleton, angles, skeleton.lengths)
    for bone in range(len(skeleton.bones)):
        longer = skeleton.lengths.copy()
        longer[bone] += 0.01
        moved = joint_positions(skeleton, forward_kinematics(skeleton, angles, longer)) - joint_positions(
            skeleton, pose
        )
        expected = 0.01 * skeleton.reaches[:, bone, None] * pose.rotations[0, bone, :, 1]
        np.testing.assert_allclose(moved[0], expected, atol=1e-9)
