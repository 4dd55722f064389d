"""The keypoints of one hand that fills the picture, by MediaPipe's HandLandmarker."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Array, Image
from ..keypoints import HANDS, Row, Side
from .closes import Closes
from .hand_search import inside
from .landmarkers import HANDS as HAND_TASK
from .landmarkers import Landmarker
from .looks import Look, look_again

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
        look = self._first(image, time)
        if look is None:
            return Row()
        if self._follow is None:
            look = look_again(self._still, image, look)
        row, hand = Row(), HANDS[Side.RIGHT if look.right > 0.5 else Side.LEFT]
        row.points[hand], row.depth[hand], row.world[hand] = look.points, look.depth, look.world
        row.confidence[hand] = inside(row.points[hand], (image.shape[1], image.shape[0]))
        return row

    def _first(self, image: Image, time: float) -> Look | None:
        followed = None if self._follow is None else Look.of(self._follow(image, time), image)
        if followed is not None:
            return followed
        for margin in MARGINS:
            canvas, corner = _on_canvas(image, margin)
            look = Look.of(self._still(canvas, time), canvas)
            if look is not None:
                return replace(look, points=look.points - corner)
        return None

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
