"""Uneven presentation times become even ones, at the right moments."""

from dataclasses import replace

import numpy as np

from engine.geometry.camera import Camera
from engine.geometry.rotations import euler_to_matrix
from engine.keypoints import KEYPOINT_NAMES, Evidence, Keypoints, Side
from engine.lifting.observations import Picture
from engine.motion import Motion
from engine.resample import resample
from engine.skeleton import load_skeleton
from engine.track import build_motion

SKELETON = load_skeleton()


def motion_at(time: np.ndarray) -> Motion:
    """An elbow that bends at 1 radian a second and a person who turns past half a circle."""
    frames = len(time)
    angles = np.zeros((frames, 71), dtype=np.float32)
    angles[:, SKELETON.angle_names.index("forearm.R.X")] = time
    angles[:, 1] = 3.0 + time
    points = np.random.default_rng(0).uniform(100, 300, (frames, len(KEYPOINT_NAMES), 2)).astype(np.float32)
    confidence = np.ones(points.shape[:2], dtype=np.float32)
    confidence[time > 0.5, 33:54] = 0.0
    keypoints = Keypoints(points, confidence, time, 25.0, (640, 480))
    lengths = SKELETON.lengths.astype(np.float32)
    shoulders = [SKELETON.joints.index(f"{side}_shoulder") for side in Side]
    seen = Evidence(shoulders, points[:, 11:13], np.ones((frames, 2)), 0.01)
    picture = Picture(Camera.of(np.array([640.0, 640.0, 320.0, 240.0])), seen)
    return build_motion(SKELETON, angles, lengths, picture.camera, [picture], keypoints, 0.0)


def test_angles_land_on_their_real_times() -> None:
    uneven = np.cumsum(np.random.default_rng(1).uniform(0.01, 0.09, 30))
    result = resample(motion_at(uneven), 25.0)
    np.testing.assert_allclose(np.diff(result.time), 0.04, atol=1e-12)
    assert abs(result.time[-1] - uneven[-1]) <= 0.02
    inside = result.time <= uneven[-1]
    elbow = result.angles[:, SKELETON.angle_names.index("forearm.R.X")]
    np.testing.assert_allclose(elbow[inside], result.time[inside], atol=1e-5)
    turn = euler_to_matrix(result.angles[inside, :3].astype(np.float64), "ZXY")
    expected = euler_to_matrix(np.stack([0 * result.time, 3.0 + result.time, 0 * result.time], 1)[inside], "ZXY")
    np.testing.assert_allclose(turn, expected, atol=2e-3)
    np.testing.assert_array_equal(result.seen[inside, 1], result.confidence[inside, 33] > 0)


def test_even_times_stay_as_they_are_and_a_still_is_one_frame() -> None:
    motion = motion_at(np.arange(20) / 25.0)
    same = resample(motion, 25.0)
    np.testing.assert_allclose(same.angles, motion.angles, atol=1e-6)
    np.testing.assert_allclose(same.positions, motion.positions, atol=1e-6)
    still = resample(replace(motion_at(np.zeros(1)), fps=np.array(0.0)), 25.0)
    assert len(still.time) == 1
