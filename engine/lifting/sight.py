"""Keypoints of a clip as the networks see them: turned to the optical axis of the part."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Array, Mask, check_shapes
from ..geometry.camera import Camera, turn_to_axis, turned
from ..keypoints import HANDS, POSE_NAMES, Keypoints, Side
from .features import BODY_POINTS, SEEN

_SHOULDERS = [BODY_POINTS.index(name) for name in ("left_shoulder", "right_shoulder")]
_MIRROR = np.array([-1.0, 1.0, 1.0])


@dataclass(frozen=True)
class Sight:
    """One part over F frames, N points; frames in which it was not found repeat another one."""

    detected: Mask
    """(F,) frames in which the part was found."""
    pixels: Array
    """(F,N,2)."""
    confidence: Array
    """(F,N) 0..1."""
    turn: Array
    """(F,3,3) turned camera from the picture's."""
    plane: Array
    """(F,N,2) in the turned camera's image plane."""

    def __post_init__(self) -> None:
        frames, points = self.confidence.shape
        flat = (frames, points, 2)
        check_shapes(self, detected=(frames,), pixels=flat, turn=(frames, 3, 3), plane=flat)


@dataclass(frozen=True)
class BodySight(Sight):
    """A body, N points that begin as BODY_POINTS."""

    seen: Array
    """(F,N) 1 where a point is seen."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_shapes(self, seen=self.confidence.shape)


@dataclass(frozen=True)
class HandSight(Sight):
    """A hand, N = 21; a left one as the right hand that its mirror image is."""

    depth: Array
    """(F,21) in the image plane's unit."""
    known: Array
    """(F,1) 1 where depth is known."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_shapes(self, depth=self.confidence.shape, known=(len(self.detected), 1))


def see_body(keypoints: Keypoints, camera: Camera, names: tuple[str, ...] = BODY_POINTS) -> BodySight:
    """A body's named points; where a hand is found, its own wrist stands for the pose's, being the better one."""
    detected = keypoints.seen[:, 0]
    columns = [POSE_NAMES.index(name) for name in names]
    pixels = keypoints.points[_rows(detected)[:, None], columns]
    confidence = keypoints.confidence[:, columns].astype(np.float64)
    for side in Side:
        found, wrist = keypoints.seen[:, side.column] & detected, BODY_POINTS.index(f"{side}_wrist")
        pixels[found, wrist] = keypoints.points[found, HANDS[side].start]
        confidence[found, wrist] = keypoints.confidence[found, HANDS[side].start]
    seen = (confidence >= SEEN).astype(np.float64)
    seen[:, _SHOULDERS] = 1.0  # the frame of reference: taken as detected
    rays = camera.rays(pixels)
    turn = turn_to_axis(rays[:, _SHOULDERS].mean(1))
    return BodySight(detected, pixels, confidence, turn, turned(rays, turn), seen)


def see_hand(keypoints: Keypoints, camera: Camera, side: Side) -> HandSight:
    """One side's hand."""
    detected, hand = keypoints.seen[:, side.column], HANDS[side]
    pixels = keypoints.points[_rows(detected), hand]
    depth, known = np.zeros(pixels.shape[:2]), np.zeros((len(pixels), 1))
    if keypoints.depth is not None:
        depth, known = keypoints.depth[_rows(detected), hand] / camera.focal[0], known + 1.0
    rays = camera.rays(pixels)
    if side is Side.LEFT:
        rays = rays * _MIRROR
    turn = turn_to_axis(rays.mean(1))
    confidence = keypoints.confidence[:, hand].astype(np.float64)
    return HandSight(detected, pixels, confidence, turn, turned(rays, turn), depth, known)


def _rows(detected: Mask) -> NDArray[np.int64]:
    """(F,) each frame itself, or the first with a detection where it has none."""
    return np.where(detected, np.arange(len(detected)), np.argmax(detected))
