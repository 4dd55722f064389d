"""Joints in space before a camera that sees all of them, and where in its picture they are."""

from dataclasses import replace

import numpy as np

from ..geometry.camera import Camera
from ..keypoints import HANDS, KEYPOINT_NAMES, Keypoints
from .points import Points3D

#: Share of the picture that all joints of a take fill, and metres that they are away at the least.
_FILLED, _AWAY = 0.8, 0.5


def before_camera(points: Points3D, camera: Camera, size: tuple[int, int]) -> Points3D:
    """The same, moved as a whole to where the camera sees every known joint of the take in its picture, pixels."""
    there = points.joints[points.known]
    middle = (there.min(0) + there.max(0)) / 2
    across = np.abs(there - middle)[:, :2] * camera.focal / (_FILLED * np.array(size) / 2)
    near = middle[2] - there[:, 2]
    away = max(float((across.max(1) + near).max()), float(near.max()) + _AWAY)
    moved = points.joints - middle + [0.0, 0.0, away]
    return replace(points, joints=np.where(points.known[..., None], moved, 0.0))


def shown_to(points: Points3D, camera: Camera, size: tuple[int, int]) -> Keypoints:
    """The known joints as keypoints of the camera's picture, of confidence 1."""
    frames, names = len(points.time), points.skeleton.joints
    pixels = np.zeros((frames, len(KEYPOINT_NAMES), 2), np.float32)
    confidence = np.zeros((frames, len(KEYPOINT_NAMES)), np.float32)
    for column, name in enumerate(KEYPOINT_NAMES):
        if name in names:
            joint = names.index(name)
            known = points.known[:, joint]
            pixels[known, column] = camera.project(points.joints[known, joint])
            confidence[known, column] = 1.0
    for hand in HANDS.values():  # whose wrist is the arm's, too
        confidence[~(confidence[:, hand][:, 1:] > 0).any(1), hand] = 0.0
    return Keypoints(pixels, confidence, points.time, points.fps, size, notes=points.notes)
