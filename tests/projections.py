"""Keypoints that are exact projections of a posed skeleton."""

import numpy as np

from engine.geometry.camera import Camera
from engine.keypoints import KEYPOINT_NAMES, Keypoints
from engine.skeleton import Skeleton, camera_positions

SIZE = (1280, 720)
CAMERA = Camera.assumed(SIZE, None)


def keypoints_of(skeleton: Skeleton, angles: np.ndarray, names: dict[str, str], place: np.ndarray) -> Keypoints:
    """Exact projections of the joints `names` (keypoint -> joint) of a skeleton at `place` (3,) metres."""
    joints = camera_positions(skeleton, angles, skeleton.lengths) + place
    pixels = CAMERA.project(joints)
    points = np.zeros((len(angles), len(KEYPOINT_NAMES), 2), np.float32)
    confidence = np.zeros(points.shape[:2], np.float32)
    for keypoint, joint in names.items():
        points[:, KEYPOINT_NAMES.index(keypoint)] = pixels[:, skeleton.joints.index(joint)]
        confidence[:, KEYPOINT_NAMES.index(keypoint)] = 1.0
    return Keypoints(points, confidence, np.arange(len(angles)) / 30.0, 30.0, SIZE)
