"""2D keypoints over time, with MediaPipe's names: 33 of the pose, 21 of each hand."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

POSE_NAMES: tuple[str, ...] = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)
_FINGERS = ("index_finger", "middle_finger", "ring_finger", "pinky")
HAND_NAMES: tuple[str, ...] = (
    "wrist",
    "thumb_cmc",
    "thumb_mcp",
    "thumb_ip",
    "thumb_tip",
    *(f"{finger}_{part}" for finger in _FINGERS for part in ("mcp", "pip", "dip", "tip")),
)
SIDES: tuple[str, ...] = ("left", "right")
KEYPOINT_NAMES: tuple[str, ...] = POSE_NAMES + tuple(f"{side}_hand_{name}" for side in SIDES for name in HAND_NAMES)

BODY = slice(0, len(POSE_NAMES))
LEFT_HAND = slice(BODY.stop, BODY.stop + len(HAND_NAMES))
RIGHT_HAND = slice(LEFT_HAND.stop, LEFT_HAND.stop + len(HAND_NAMES))
HANDS: dict[str, slice] = {"left": LEFT_HAND, "right": RIGHT_HAND}
PARTS: tuple[slice, ...] = (BODY, LEFT_HAND, RIGHT_HAND)

Row = tuple[NDArray[np.float32], NDArray[np.float32]]
"""The keypoints of one picture: points (75,2) in pixels, confidence (75,)."""


def empty_row() -> Row:
    """Nothing seen."""
    return np.zeros((len(KEYPOINT_NAMES), 2), np.float32), np.zeros(len(KEYPOINT_NAMES), np.float32)


@dataclass(frozen=True)
class Keypoints:
    """Keypoints of one person in a clip of F frames; K = 75, ordered as KEYPOINT_NAMES.

    Raises ValueError where the shapes disagree, a value is not finite, or time does not increase.
    """

    points: NDArray[np.float32]
    """(F,K,2) pixels of the upright picture, x right, y down; 0 where never seen."""
    confidence: NDArray[np.float32]
    """(F,K) 0..1; 0 = not seen."""
    time: NDArray[np.float64]
    """(F,) presentation times in seconds, strictly increasing."""
    fps: float
    """Nominal frame rate in 1/s; 0 for a still picture."""
    size: tuple[int, int]
    """Width and height of the upright picture in pixels."""

    def __post_init__(self) -> None:
        frames = len(self.time)
        expected = {
            "points": (frames, len(KEYPOINT_NAMES), 2),
            "confidence": (frames, len(KEYPOINT_NAMES)),
            "time": (frames,),
        }
        for name, shape in expected.items():
            value: NDArray[np.generic] = getattr(self, name)
            if value.shape != shape:
                raise ValueError(f"Keypoints.{name} has shape {value.shape}, expected {shape}")
            if not np.isfinite(value).all():
                raise ValueError(f"Keypoints.{name} holds values that are not finite")
        if (np.diff(self.time) <= 0).any():
            raise ValueError("Keypoints.time must increase strictly")

    @property
    def seen(self) -> NDArray[np.bool_]:
        """(F,3) whether body, left hand and right hand were found in each frame."""
        return np.stack([(self.confidence[:, part] > 0).any(axis=1) for part in PARTS], axis=1)
