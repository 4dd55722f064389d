"""Solvers: the window and the command lines offer those that there are, and each keeps its word."""

from dataclasses import replace

import numpy as np
import pytest

from engine.geometry.camera import Camera
from engine.keypoints import Keypoints, Side
from engine.lifting.lift import lift_body, lift_hand
from engine.lifting.solvers import SOLVERS
from engine.options import TrackOptions, options_of
from engine.skeleton import Kind
from engine.track import motion_from_keypoints
from engine.training.clips import DATA, load_clips


@pytest.fixture(scope="module")
def keypoints() -> Keypoints:
    return load_clips(DATA / "signing.npz").keypoints(0)


def test_the_option_offers_the_solvers_that_there_are() -> None:
    assert list(options_of(TrackOptions)["solver"].choices) == list(SOLVERS)


@pytest.mark.parametrize("name", SOLVERS)
def test_every_solver_stays_within_the_limits(name: str, keypoints: Keypoints) -> None:
    motion = motion_from_keypoints(keypoints, TrackOptions(solver=name))
    skeleton, own = motion.skeleton, motion.angles[:, 3:]
    assert (own >= skeleton.lower[3:].astype(np.float32)).all()
    assert (own <= skeleton.upper[3:].astype(np.float32)).all()
    assert motion.expected_error is not None
    assert np.isfinite(motion.expected_error).all()


def test_networks_alone_are_told_no_depth_and_not_moved(keypoints: Keypoints) -> None:
    camera = Camera.assumed(keypoints.size, None)
    for lift in (lift_body(keypoints, camera, Kind.UPPER_BODY), lift_hand(keypoints, camera, Side.RIGHT)):
        angles, expected = SOLVERS["networks"].solve(lift, lift.skeleton.lengths, camera)
        np.testing.assert_array_equal(angles, lift.angles)
        ratio = expected.spreads / lift.spreads
        np.testing.assert_allclose(ratio, ratio[0, 0], rtol=1e-3)
    options = TrackOptions(solver="networks")
    deep, flat = (motion_from_keypoints(known, options) for known in (keypoints, replace(keypoints, depth=None)))
    np.testing.assert_array_equal(deep.angles, flat.angles)
