"""Keypoints of a clip as the networks see them: turned to the optical axis of the part."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Array, Mask, check_shapes, in_blocks
from ..geometry.camera import Camera, turn_to_axis, turned
from ..keypoints import HANDS, POSE_NAMES, Keypoints, Side
from .features import BODY_DEPTH, BODY_POINTS, SEEN

_SHOULDERS = [BODY_POINTS.index(name) for name in ("left_shoulder", "right_shoulder")]
MIRROR = np.array([-1.0, 1.0, 1.0])


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
    depth: Array
    """(F,N) in the image plane's unit."""
    known: Array
    """(F,1) 1 where depth is known."""

    def __post_init__(self) -> None:
        frames, points = self.confidence.shape
        flat = (frames, points, 2)
        check_shapes(self, detected=(frames,), pixels=flat, turn=(frames, 3, 3), plane=flat)
        check_shapes(self, depth=(frames, points), known=(frames, 1))


@dataclass(frozen=True)
class BodySight(Sight):
    """A body, N points that begin as BODY_POINTS."""

    seen: Array
    """(F,N) 1 where a point is seen."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_shapes(self, seen=self.confidence.shape)


def see_body(keypoints: Keypoints, camera: Camera, names: tuple[str, ...] = BODY_POINTS) -> BodySight:
    """A body's named points; where a hand is found, its own wrist stands for the pose's, being the better one."""
    detected = keypoints.seen[:, 0]
    columns = [POSE_NAMES.index(name) for name in names]
    pixels = keypoints.points[_rows(detected)[:, None], columns]
    confidence = keypoints.confidence[:, columns]
    for side in Side:
        found, wrist = keypoints.seen[:, side.column] & detected, BODY_POINTS.index(f"{side}_wrist")
        pixels[found, wrist] = keypoints.points[found, HANDS[side].start]
        confidence[found, wrist] = keypoints.confidence[found, HANDS[side].start]
    seen = (confidence >= SEEN).astype(np.float32)
    seen[:, _SHOULDERS] = 1.0  # the frame of reference: taken as detected
    depth, known = _depths(keypoints, camera, _rows(detected)[:, None], columns)
    turn, plane = turned_to(camera, pixels, _SHOULDERS)
    return BodySight(detected, pixels, confidence, turn, plane, BODY_DEPTH * depth, known, seen)


def see_hand(keypoints: Keypoints, camera: Camera, side: Side) -> Sight:
    """One side's hand, N = 21; a left one as the right hand that its mirror image is."""
    detected, hand = keypoints.seen[:, side.column], HANDS[side]
    pixels = keypoints.points[_rows(detected), hand]
    depth, known = _depths(keypoints, camera, _rows(detected), hand)
    turn, plane = turned_to(camera, pixels, slice(None), mirrored=side is Side.LEFT)
    return Sight(detected, pixels, keypoints.confidence[:, hand], turn, plane, depth, known)


def turned_to(camera: Camera, pixels: Array, middle: Any, *, mirrored: bool = False) -> tuple[Array, Array]:
    """Cameras (F,3,3) turned to the middle of some of the pixels (F,N,2), and all of them on their planes (F,N,2)."""

    def turn_block(pixels: Array) -> Array:
        rays = camera.rays(pixels) * (MIRROR if mirrored else 1.0)
        turn = turn_to_axis(rays[:, middle].mean(1))
        plane = turned(rays, turn)
        return np.concatenate([x.reshape(len(x), -1) for x in (turn, plane)], 1).astype(np.float32)

    turn, plane = np.split(in_blocks(turn_block, pixels), [9], axis=1)
    return turn.reshape(-1, 3, 3), plane.reshape(pixels.shape)


def _depths(keypoints: Keypoints, camera: Camera, rows: Any, columns: Any) -> tuple[Array, Array]:
    """MediaPipe's depths (F,N), unit of the image plane, and whether they are known (F,1)."""
    if keypoints.depth is None:
        return np.zeros_like(keypoints.confidence[rows, columns]), np.zeros((len(keypoints.time), 1), np.float32)
    depth = keypoints.depth[rows, columns] / np.float32(camera.focal[0])
    return depth, np.ones((len(keypoints.time), 1), np.float32)


def _rows(detected: Mask) -> NDArray[np.int64]:
    """(F,) each frame itself, or the first with a detection where it has none."""
    return np.where(detected, np.arange(len(detected)), np.argmax(detected))
