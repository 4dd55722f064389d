"""HybrIK on a picture: bones come to lie where they are seen, and stay legal."""

from dataclasses import replace

import numpy as np
import pytest

from engine.geometry.camera import Camera, place_in_camera
from engine.geometry.rotations import CAMERA_FROM_BLENDER
from engine.keypoints import Evidence, Side
from engine.lifting.hybrik.seen_joints import pointed, seen_joints
from engine.lifting.lift import Lift, lift_body, lift_hand
from engine.skeleton import Kind, Skeleton, body_skeleton, camera_positions, hand_skeleton
from engine.training.measuring.recordings import load_sample

CAMERA = Camera.of(np.array([1000.0, 1000.0, 500.0, 500.0]))
PLACE = np.array([0.1, -0.2, 2.0])


def projected(skeleton: Skeleton) -> tuple[np.ndarray, np.ndarray, Lift]:
    """Angles and joints of known poses, and a lift that sees them in the picture and is told nearly the same poses."""
    random = np.random.default_rng(0)
    truth = 0.6 * random.uniform(skeleton.lower, skeleton.upper, (60, len(skeleton.lower)))
    truth[:, :3] = random.uniform(-0.4, 0.4, (60, 3))
    joints = camera_positions(skeleton, truth, skeleton.lengths)
    every = list(range(len(skeleton.joints)))
    evidence = Evidence(every, CAMERA.project(joints + PLACE), np.ones(joints.shape[:2]), 0.005)
    near = skeleton.clamp((truth + 0.05 * random.standard_normal(truth.shape)).astype(np.float32))
    lengths = np.tile(skeleton.lengths, (60, 1))
    shown = np.ones(joints.shape[:2], bool)
    return truth, joints, Lift(skeleton, near, np.full(near.shape, 0.05), lengths, shown[:, 0], evidence, shown)


def misfit(lift: Lift, angles: np.ndarray, lengths: np.ndarray, camera: Camera) -> float:
    """Median distance of joints from their points, pixels, of those that are shown."""
    evidence = lift.evidence
    pose = camera_positions(lift.skeleton, angles, lengths)[:, evidence.joints].astype(np.float64)
    place = place_in_camera(pose, evidence.pixels, evidence.weights, camera)
    off = np.linalg.norm(camera.project(pose + place[:, None]) - evidence.pixels, axis=-1)
    return float(np.median(off[lift.shown & lift.seen[:, None]]))


@pytest.mark.parametrize("skeleton", [body_skeleton(), hand_skeleton(Side.LEFT)], ids=lambda own: own.kind.value)
def test_points_as_deep_as_the_true_pose_are_its_joints(skeleton: Skeleton) -> None:
    truth, joints, lift = projected(skeleton)
    seen, known = seen_joints(replace(lift, angles=truth), skeleton.lengths, CAMERA)
    assert known.all()
    np.testing.assert_allclose(seen @ CAMERA_FROM_BLENDER.T, joints, atol=1e-5)


@pytest.mark.parametrize("skeleton", [body_skeleton(), hand_skeleton(Side.LEFT)], ids=lambda own: own.kind.value)
def test_bones_of_known_poses_point_to_where_they_are_seen(skeleton: Skeleton) -> None:
    _, _, lift = projected(skeleton)
    found = pointed(lift, skeleton.lengths, CAMERA)
    before, after = (misfit(lift, angles, skeleton.lengths, CAMERA) for angles in (lift.angles, found))
    assert after < 0.6 * before


def test_the_sample_lies_nearer_to_its_picture_than_the_networks_put_it() -> None:
    keypoints = load_sample()
    camera = Camera.assumed(keypoints.size, None)
    for lift in (lift_body(keypoints, camera, Kind.UPPER_BODY), lift_hand(keypoints, camera, Side.RIGHT)):
        lengths = np.median(lift.lengths, axis=0)
        found = pointed(lift, lengths, camera)
        assert misfit(lift, found, lengths, camera) < 0.8 * misfit(lift, lift.angles, lengths, camera)
        own = found[:, 3:]
        skeleton = lift.skeleton
        assert (own >= skeleton.lower[3:].astype(np.float32)).all() and (
            own <= skeleton.upper[3:].astype(np.float32)
        ).all()
