"""The hand prior as a solver: joints become legal angles, and points that are missing say nothing."""

from dataclasses import replace

import numpy as np
import pytest

from engine.geometry.camera import Camera
from engine.keypoints import HANDS, Keypoints, Side
from engine.lifting.lift import Lift, lift_hand
from engine.lifting.prior import angles_at, hand_prior, lifted, reference
from engine.skeleton import camera_positions, hand_skeleton
from engine.training.clips import DATA, load_clips

CAMERA = Camera.of(np.array([800.0, 800.0, 300.0, 400.0]))


@pytest.fixture(scope="module")
def keypoints() -> Keypoints:
    return load_clips(DATA / "signing.npz").keypoints(0)


def hand_of(keypoints: Keypoints, side: Side) -> Lift:
    lift = lift_hand(keypoints, CAMERA, side)
    return lift.rows(lift.seen)


@pytest.mark.parametrize("side", Side)
def test_joints_become_the_legal_angles_that_they_came_of(side: Side) -> None:
    random, skeleton = np.random.default_rng(0), hand_skeleton(side)
    truth = random.uniform(skeleton.lower, skeleton.upper, (100, len(skeleton.lower)))
    truth[:, 1] /= 2  # the root's middle axis
    places = camera_positions(skeleton, truth, skeleton.lengths)
    joints = [skeleton.joints.index(name) for name in side.hand_names]
    angles = angles_at(skeleton, joints, places[:, joints] + [0.1, 0.0, 0.7], skeleton.lengths)
    found = camera_positions(skeleton, angles.astype(np.float64), skeleton.lengths)
    assert np.percentile(np.linalg.norm(found - places, axis=-1), 90) < 0.001
    assert (angles[:, 3:] >= skeleton.lower[3:]).all() and (angles[:, 3:] <= skeleton.upper[3:]).all()


def test_what_is_missing_says_nothing(keypoints: Keypoints) -> None:
    lift = hand_of(keypoints, Side.RIGHT)
    weights, pixels = lift.evidence.weights.copy(), lift.evidence.pixels.copy()
    weights[:, 8:13] = 0.0
    pixels[:, 8:13] += 200.0
    evidence = replace(lift.evidence, weights=weights)
    here, there = (replace(lift, evidence=replace(evidence, pixels=own)) for own in (lift.evidence.pixels, pixels))
    first, second, whole = (hand_prior(own, lift.skeleton.lengths, CAMERA)[0] for own in (here, there, lift))
    np.testing.assert_allclose(first, second, atol=1e-3)
    assert np.abs(whole - first).max() > 0.01


def test_a_left_hand_is_the_mirror_image_of_a_right_one(keypoints: Keypoints) -> None:
    points, confidence = keypoints.points.copy(), keypoints.confidence.copy()
    points[:, HANDS[Side.LEFT]] = [600.0, 0.0] + points[:, HANDS[Side.RIGHT]] * [-1.0, 1.0]
    confidence[:, HANDS[Side.LEFT]] = confidence[:, HANDS[Side.RIGHT]]
    both = replace(keypoints, points=points, confidence=confidence, depth=None)
    left, right = (hand_of(both, side) for side in Side)
    lengths = right.skeleton.lengths
    places = [reference(own.skeleton, lengths) * lifted(own, CAMERA) for own in (left, right)]
    np.testing.assert_allclose(places[0], places[1] * [-1.0, 1.0, 1.0], atol=1e-5)
    angles = [hand_prior(own, lengths, CAMERA)[0] for own in (left, right)]
    np.testing.assert_allclose(angles[0][:, 3:], (angles[1] * right.skeleton.mirror_signs)[:, 3:], atol=2e-3)
