"""Epipolar lines: points of two pictures that are one point lie on them, others lie beside them."""

import numpy as np
import pytest

from engine.geometry.camera import Extrinsics
from engine.geometry.epipolar import epipolar_distances, epipolar_misfit
from tests.takes import CAMERA, beside, joints_at

TIME = np.arange(0.0, 3.0, 0.1)


def test_rays_to_one_point_meet_and_lines_that_run_across_tell_the_distance() -> None:
    joints, stand = joints_at(TIME), beside(40.0)
    rays, others = (CAMERA.rays(CAMERA.project(own)) for own in (joints, stand.move(joints)))
    np.testing.assert_allclose(epipolar_distances(stand, rays, others), 0.0, atol=1e-12)
    across = Extrinsics(np.eye(3), np.array([-0.5, 0.0, 0.0]))
    rays, others = (CAMERA.rays(CAMERA.project(own)) for own in (joints, across.move(joints)))
    off = epipolar_distances(across, rays, others + np.array([0.3, 0.02, 0.0]))
    np.testing.assert_allclose(np.abs(off), 0.02 / 2**0.5)  # each of both points moves half of the way


def test_cameras_that_are_not_known_fit_what_they_saw_at_one_time_only() -> None:
    chance = np.random.default_rng(0)
    stand, weights = beside(40.0), chance.uniform(0.1, 1.0, joints_at(TIME)[..., 0].size)
    points = CAMERA.project(joints_at(TIME)).reshape(-1, 2)
    later = [CAMERA.project(stand.move(joints_at(TIME + late))).reshape(-1, 2) for late in (0.0, 0.05, 0.1)]
    exact, near, far = (epipolar_misfit(points, own, weights) for own in later)
    assert exact < 1e-12 < near < far
    assert epipolar_misfit(3.0 * points + 50.0, later[1], weights) == pytest.approx(near)
    lost = np.where(np.arange(len(points))[:, None] == 7, points + 1e4, points)
    assert np.isfinite(epipolar_misfit(lost, later[0], weights))
