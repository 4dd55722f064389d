"""2D keypoints over time, with MediaPipe's names: 33 of the pose, 21 of each hand; and points of the face."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .face.landmarks import FaceLandmarks, FaceRow
from .geometry.arrays import Array, Mask, check_shapes
from .geometry.orientation import UPRIGHT, Orientation

LONGEST_SECONDS = 24 * 3600.0
"""Of a clip."""
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


class Side(StrEnum):
    """The person's left or right, by the word that landmarks begin with."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def letter(self) -> str:
        """L or R, the end of a bone's name."""
        return self[0].upper()

    @property
    def other(self) -> "Side":
        """The opposite one."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT

    @property
    def column(self) -> int:
        """Of the hand in `Keypoints.seen`, whose first column is the body's."""
        return 1 if self is Side.LEFT else 2

    @property
    def hand_names(self) -> tuple[str, ...]:
        """(21,) keypoints of the hand."""
        return tuple(f"{self}_hand_{name}" for name in HAND_NAMES)

    def bone(self, part: str) -> str:
        """Name of this side's bone: `hand.L`."""
        return f"{part}.{self.letter}"

    def fill(self, text: str) -> str:
        """A text whose marks stand for this side: {Side} Left, {side} left, {S} L, {s} l."""
        for mark, word in (("{Side}", self.title()), ("{side}", str(self)), ("{S}", self.letter), ("{s}", self[0])):
            text = text.replace(mark, word)
        return text


def part_and_side(bone: str) -> tuple[str, Side | None]:
    """What `Side.bone` makes a bone's name of; the name itself and None in the middle."""
    for side in Side:
        if bone.endswith(side.bone("")):
            return bone.removesuffix(side.bone("")), side
    return bone, None


def mirrored_name(name: str) -> str:
    """The keypoint, joint or bone of the other side; itself in the middle."""
    part, side = part_and_side(name)
    if side is not None:
        return side.other.bone(part)
    word = next((side for side in Side if side in name), None)
    return name if word is None else name.replace(word, word.other, 1)


KEYPOINT_NAMES: tuple[str, ...] = (*POSE_NAMES, *Side.LEFT.hand_names, *Side.RIGHT.hand_names)

BODY = slice(0, len(POSE_NAMES))
LEFT_HAND = slice(BODY.stop, BODY.stop + len(HAND_NAMES))
RIGHT_HAND = slice(LEFT_HAND.stop, LEFT_HAND.stop + len(HAND_NAMES))
HANDS: dict[Side, slice] = {Side.LEFT: LEFT_HAND, Side.RIGHT: RIGHT_HAND}
PARTS: tuple[slice, ...] = (BODY, LEFT_HAND, RIGHT_HAND)


class Row:
    """The keypoints of one picture, nothing seen at first; filled in place."""

    def __init__(self) -> None:
        count = len(KEYPOINT_NAMES)
        self.points = np.zeros((count, 2), np.float32)
        """(75,2) pixels."""
        self.confidence = np.zeros(count, np.float32)
        """(75,)."""
        self.depth = np.zeros(count, np.float32)
        """(75,) pixels away from the camera, of the body from mid-hips, of a hand from its wrist: MediaPipe's guess."""
        self.world = np.zeros((count, 3), np.float32)
        """(75,3) metres from mid-hips (a hand's own middle): MediaPipe's guess."""
        self.face = FaceRow()

    @property
    def arrays(self) -> tuple[NDArray[np.float32], ...]:
        """Those of the keypoints."""
        return self.points, self.confidence, self.depth, self.world

    def swap(self, a: slice, b: slice) -> None:
        """Exchange two parts."""
        for values in self.arrays:
            values[a], values[b] = values[b].copy(), values[a].copy()

    def clear(self, part: slice) -> None:
        """Forget a part."""
        for values in self.arrays:
            values[part] = 0


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
    depth: NDArray[np.float32] | None = None
    """(F,K) MediaPipe's guess, pixels away from the camera, from mid-hips or the hand's wrist; 0 where not
    seen; None where the keypoints come without."""
    jumps: tuple[float, ...] = ()
    """Times, s, before which the file's clock jumped; the jumps are taken out of all times."""
    seams: tuple[tuple[float, float], ...] = ()
    """Times, s, at which stretches that were detected by themselves are joined, and their mean difference, pixels."""
    orientation: Orientation = UPRIGHT
    """How the file's pictures become upright."""
    face: FaceLandmarks | None = None
    """Of the F frames; None where faces were not looked for."""
    frame: tuple[int, int, int, int] | None = None
    """Left, top, width and height, pixels, of the part that has a camera of its own; None where that is all."""
    notes: tuple[str, ...] = ()
    """What was taken for granted, a sentence each."""

    def __post_init__(self) -> None:
        frames = len(self.time)
        names = len(KEYPOINT_NAMES)
        check_shapes(self, points=(frames, names, 2), confidence=(frames, names), depth=(frames, names), time=(frames,))
        if (np.diff(self.time) <= 0).any():
            raise ValueError("Keypoints.time must increase strictly")

    @property
    def seen(self) -> Mask:
        """(F,3) whether body, left hand and right hand were found in each frame."""
        return np.stack([(self.confidence[:, part] > 0).any(axis=1) for part in PARTS], axis=1)


@dataclass(frozen=True)
class Evidence:
    """Joints of a skeleton seen in the picture."""

    joints: list[int]
    """(N)."""
    pixels: Array
    """(F,N,2)."""
    weights: Array
    """(F,N) from 0 (not seen) to 1."""
    trust: float
    """Standard deviation of a point, metres at the person's distance."""

    def __post_init__(self) -> None:
        count = (len(self.pixels), len(self.joints))
        check_shapes(self, pixels=(*count, 2), weights=count)

    def rows(self, frames: NDArray[Any]) -> "Evidence":
        """The same joints in some of the frames."""
        return replace(self, pixels=self.pixels[frames], weights=self.weights[frames])
