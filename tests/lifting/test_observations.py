"""Several cameras, and points in space, tell what one picture does not: depth."""

import numpy as np
import pytest

from engine.geometry.camera import Camera, Extrinsics
from engine.geometry.rotations import euler_to_matrix
from engine.keypoints import Evidence
from engine.lifting.observations import Observation, Picture, PointsInSpace
from engine.lifting.refine import refine
from engine.skeleton import Skeleton, body_skeleton, camera_positions, hand_skeleton

CAMERA = Camera.of(np.array([1000.0, 1000.0, 500.0, 500.0]))
PLACE = np.array([0.05, -0.1, 1.5])
SPREAD = 0.2


def beside(angle: float) -> Extrinsics:
    """Of a camera that looks at the same place from another side."""
    turn = euler_to_matrix(np.array([0.1, angle, 0.0]), "XYZ")
    return Extrinsics(turn, PLACE - turn @ PLACE)


def picture(joints: np.ndarray, extrinsics: Extrinsics | None) -> Picture:
    own = joints + PLACE
    pixels = CAMERA.project(own if extrinsics is None else extrinsics.move(own))
    evidence = Evidence(list(range(joints.shape[1])), pixels, np.ones(pixels.shape[:2]), 0.002)
    return Picture(CAMERA, evidence, extrinsics)


def disturbed(skeleton: Skeleton) -> tuple[np.ndarray, np.ndarray]:
    """Angles (F,A) near true ones, and the joints (F,J,3) of these."""
    random = np.random.default_rng(1)
    truth = 0.6 * random.uniform(skeleton.lower, skeleton.upper, (60, len(skeleton.lower)))
    truth[:, :3] = random.uniform(-0.5, 0.5, (60, 3))
    start = skeleton.clamp(truth + SPREAD * random.standard_normal(truth.shape))
    return start, camera_positions(skeleton, truth, skeleton.lengths)


def off(skeleton: Skeleton, start: np.ndarray, joints: np.ndarray, *seen: Observation) -> float:
    """Metres: the median distance of refined joints from the true ones."""
    found, _ = refine(skeleton, start, np.full(start.shape, SPREAD), skeleton.lengths, *seen)
    own = camera_positions(skeleton, found.astype(np.float64), skeleton.lengths)
    return float(np.median(np.linalg.norm(own - joints, axis=-1)))


@pytest.mark.parametrize("skeleton", [body_skeleton(), hand_skeleton()])
def test_a_second_camera_and_points_in_space_bring_joints_home(skeleton: Skeleton) -> None:
    start, joints = disturbed(skeleton)
    one = off(skeleton, start, joints, picture(joints, None))
    two = off(skeleton, start, joints, picture(joints, None), picture(joints, beside(1.2)))
    from_the_side = off(skeleton, start, joints, picture(joints, beside(1.2)))
    every = list(range(joints.shape[1]))
    space = off(skeleton, start, joints, PointsInSpace(every, joints + PLACE, np.ones(joints.shape[:2]), 0.002))
    assert two < 0.2 * one
    assert space < 0.3 * one
    assert 0.3 * one < from_the_side < 3.0 * one


def test_a_point_that_is_not_known_does_not_pull() -> None:
    skeleton = body_skeleton()
    start, joints = disturbed(skeleton)
    points, weights = joints + PLACE, np.ones(joints.shape[:2])
    wrist = skeleton.joints.index("left_wrist")
    points[:, wrist] += 5.0
    weights[:, wrist] = 0.0
    every = list(range(joints.shape[1]))
    assert off(skeleton, start, joints, PointsInSpace(every, points, weights, 0.002)) < 0.004


def test_extrinsics_go_back() -> None:
    points = np.random.default_rng(2).standard_normal((5, 3))
    extrinsics = beside(0.7)
    np.testing.assert_allclose(extrinsics.back(extrinsics.move(points)), points, atol=1e-12)
    np.testing.assert_allclose(extrinsics.turn(points), points @ extrinsics.rotation.T)
