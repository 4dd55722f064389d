"""Lenses: what is bent comes back straight."""

import numpy as np
import pytest

from engine.cameras.distortion import distorted, straight
from engine.geometry.camera import Camera

CAMERA = Camera.of(np.array([900.0, 880.0, 650.0, 340.0]))
SIZE = (1280, 720)
COEFFICIENTS = [
    np.array([-0.33, 0.046, -0.0043, 0.0041, 0.067, 0.0, 0.0, 0.0]),
    np.array([0.18, -0.256, 0.0032, 0.0022, 0.124, 0.0, 0.0, 0.0]),
    np.array([-0.2, 0.1, 0.001, -0.002, 0.01, 0.02, 0.05, 0.001]),
]


@pytest.mark.parametrize("coefficients", COEFFICIENTS)
def test_what_a_lens_bends_comes_back_straight(coefficients: np.ndarray) -> None:
    random = np.random.default_rng(0)
    seen = random.uniform((0, 0), SIZE, (500, 2))
    pinhole = straight(seen, CAMERA, coefficients, SIZE)
    again = distorted(CAMERA.plane(pinhole), coefficients) * CAMERA.focal + CAMERA.centre
    assert np.abs(again - seen).max() < 1e-3
    assert np.abs(pinhole - seen).max() > 3.0


@pytest.mark.parametrize("coefficients", COEFFICIENTS)
def test_the_lens_bends_as_opencvs_does(coefficients: np.ndarray) -> None:
    cv2 = pytest.importorskip("cv2", reason="NOT TESTED: opencv-python is not installed")
    plane = np.random.default_rng(0).uniform(-0.5, 0.5, (100, 2))
    rays = np.concatenate([plane, np.ones((100, 1))], 1)
    theirs, _ = cv2.projectPoints(rays, np.zeros(3), np.zeros(3), np.eye(3), coefficients)
    np.testing.assert_allclose(distorted(plane, coefficients), theirs[:, 0], atol=1e-12)


def test_points_beyond_the_edge_are_moved_as_at_the_edge() -> None:
    edge, beyond = straight(np.array([[640.0, 720.0], [640.0, 3000.0]]), CAMERA, COEFFICIENTS[0], SIZE)
    np.testing.assert_allclose(beyond - edge, [0.0, 2280.0], atol=1e-9)
