"""Refinement: angles come back to a pose that the picture shows, and stay legal."""

import numpy as np
import pytest

from engine.geometry.camera import Camera
from engine.geometry.rotations import CAMERA_FROM_BLENDER
from engine.keypoints import Evidence, Side
from engine.lifting.refine import ANGLE, refine
from engine.skeleton import Skeleton, body_skeleton, forward_kinematics, hand_skeleton, joint_positions

CAMERA = np.array([1000.0, 1000.0, 500.0, 500.0])


def project(skeleton: Skeleton, angles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    joints = joint_positions(skeleton, forward_kinematics(skeleton, angles, skeleton.lengths))
    seen = joints @ CAMERA_FROM_BLENDER.T + np.array([0.05, -0.1, 1.5])
    return joints, seen[..., :2] / seen[..., 2:] * CAMERA[:2] + CAMERA[2:]


@pytest.mark.parametrize("skeleton", [body_skeleton(), hand_skeleton(Side.LEFT), hand_skeleton(Side.RIGHT)])
def test_a_disturbed_pose_is_brought_back_onto_its_picture(skeleton: Skeleton) -> None:
    random = np.random.default_rng(0)
    truth = random.uniform(skeleton.lower, skeleton.upper, (100, len(skeleton.lower)))
    truth[:, :3] = random.uniform(-0.5, 0.5, (100, 3))
    joints, points = project(skeleton, truth)
    start = skeleton.clamp(truth + ANGLE * random.standard_normal(truth.shape))
    every = list(range(len(skeleton.joints)))
    seen = Evidence(every, points, np.ones(points.shape[:2]), 0.001)
    result = refine(skeleton, start, skeleton.lengths, Camera.of(CAMERA), seen)

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
    result = refine(skeleton, start, skeleton.lengths, Camera.of(CAMERA), Evidence(every, points, weights, 0.004))
    np.testing.assert_allclose(result, start, atol=1e-3)
