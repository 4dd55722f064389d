"""`.pose` files of MediaPipe's landmarks as what a detector sees in a video."""

from itertools import pairwise
from pathlib import Path

import numpy as np

from ...keypoints import BODY, HANDS, KEYPOINT_NAMES, Keypoints, Side
from ...points.pose_format import load_pose

_PARTS = {
    "POSE_LANDMARKS": BODY,
    "LEFT_HAND_LANDMARKS": HANDS[Side.LEFT],
    "RIGHT_HAND_LANDMARKS": HANDS[Side.RIGHT],
}


def read_pose_file(path: Path) -> Keypoints:
    """Body and hands of the first person in the picture, as `detect` gives them, without depth."""
    size, fps, components, data, sure = load_pose(path)
    frames = len(data)
    points = np.zeros((frames, len(KEYPOINT_NAMES), 2), np.float32)
    confidence = np.zeros((frames, len(KEYPOINT_NAMES)), np.float32)
    ends = pairwise(np.cumsum([0, *(len(own.points) for own in components)]).tolist())
    for own, (start, end) in zip(components, ends, strict=True):
        if own.name in _PARTS:
            points[:, _PARTS[own.name]] = data[:, 0, start:end, :2]
            confidence[:, _PARTS[own.name]] = sure[:, 0, start:end]
    return Keypoints(points, confidence, np.arange(frames) / fps, fps, size)
