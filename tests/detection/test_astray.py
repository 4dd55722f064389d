"""A person whose left is taken for right for a moment is not seen then; one who turns round is."""

from dataclasses import replace

import numpy as np

from engine.detection.astray import drop_exchanged
from engine.keypoints import KEYPOINT_NAMES, POSE_NAMES, Keypoints, mirrored_name


def facing(frames: int = 60) -> Keypoints:
    points = np.zeros((frames, len(KEYPOINT_NAMES), 2), np.float32)
    for name, place in {"nose": (0, -60), "left_shoulder": (60, 0), "right_shoulder": (-60, 0)}.items():
        points[:, POSE_NAMES.index(name)] = place
    return Keypoints(points, np.ones(points.shape[:2], np.float32), np.arange(frames) / 30, 30.0, (640, 480))


def exchanged(keypoints: Keypoints, rows: slice) -> Keypoints:
    points = keypoints.points.copy()
    points[rows] = points[rows][:, [KEYPOINT_NAMES.index(mirrored_name(name)) for name in KEYPOINT_NAMES]]
    return replace(keypoints, points=points)


def test_sides_that_are_exchanged_for_a_moment_are_not_seen() -> None:
    seen = drop_exchanged(exchanged(facing(), slice(20, 24))).seen
    assert np.flatnonzero(~seen.all(axis=1)).tolist() == [20, 21, 22, 23]


def test_a_person_who_turns_round_or_stands_in_profile_is_seen() -> None:
    assert drop_exchanged(exchanged(facing(), slice(20, 60))).seen.all()
    profile = facing()
    profile.points[:, [POSE_NAMES.index(f"{side}_shoulder") for side in ("left", "right")], 0] /= 10
    assert drop_exchanged(exchanged(profile, slice(20, 24))).seen.all()
