"""The keypoints of one hand that fills the picture, by MediaPipe's HandLandmarker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Array, Image
from ..keypoints import HANDS, Row, Side
from .closes import Closes
from .hand_search import inside
from .landmarkers import HANDS as HAND_TASK
from .landmarkers import Landmarker, fill

MARGINS = (1.0, 1.5, 2.0)
"""Sides of the square canvases that a still hand is tried on, in longer sides of the picture.

The palm detector misses hands without room around them: of 456 cut-out photographs it finds 7 in 10
on the first, nearly all on one of the three.
"""
PALM_CONFIDENCE = 0.3


class OneHand(Closes):
    """Follows one hand through the frames of a video, or finds one in unrelated pictures."""

    def __init__(self, models: Path, *, video: bool) -> None:
        options = {"num_hands": 1, "min_hand_detection_confidence": PALM_CONFIDENCE}
        self._still = Landmarker(HAND_TASK, models, video=False, **options)
        self._follow = Landmarker(HAND_TASK, models, video=True, **options) if video else None

    def __call__(self, image: Image, time: float) -> Row:
        """The hand in an (H,W,3) RGB image shown at time, s, in the rows of the side it looks like."""
        if self._follow is not None:
            result = self._follow(image, time)
            if result.hand_landmarks:
                return _row(result, image, np.zeros(2, np.float32), image)
        for margin in MARGINS:
            canvas, corner = _on_canvas(image, margin)
            result = self._still(canvas, time)
            if result.hand_landmarks:
                return _row(result, canvas, corner, image)
        return Row()

    def close(self) -> None:
        """Free the landmarkers."""
        self._still.close()
        if self._follow is not None:
            self._follow.close()


def unify_side(confidence: Array, others: tuple[Array, ...], side: Side | None) -> None:
    """Move the hand of every picture to one side, in place: the given one, or the one most pictures have.

    `confidence` (F,75), and others (F,75,...) that go with it.
    """
    if side is None:
        left, right = (int(confidence[:, hand].any(1).sum()) for hand in HANDS.values())
        side = Side.RIGHT if right >= left else Side.LEFT
    target, other = HANDS[side], HANDS[side.other]
    moved = confidence[:, other].any(1)
    for values in (confidence, *others):
        values[moved, target] = values[moved, other]
        values[moved, other] = 0.0


def _row(result: Any, canvas: Image, corner: NDArray[np.float32], image: Image) -> Row:
    """The result's hand on the canvas, as pixels of the image whose first pixel is the canvas's corner."""
    row = Row()
    hand = HANDS[Side(result.handedness[0][0].category_name.lower())]
    fill(row, hand, result.hand_landmarks[0], result.hand_world_landmarks[0], canvas)
    row.points[hand] -= corner
    row.confidence[hand] = inside(row.points[hand], (image.shape[1], image.shape[0]))
    return row


def _on_canvas(image: Image, margin: float) -> tuple[Image, NDArray[np.float32]]:
    """The image in the middle of a black square, and where its first pixel (2,) is; margin 1: as it is."""
    if margin == 1.0:
        return image, np.zeros(2, np.float32)
    height, width = image.shape[:2]
    side = round(max(height, width) * margin)
    left, top = (side - width) // 2, (side - height) // 2
    canvas = np.zeros((side, side, 3), np.uint8)
    canvas[top : top + height, left : left + width] = image
    return canvas, np.array([left, top], np.float32)
