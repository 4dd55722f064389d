"""A second look for a hand that Holistic missed, and checks that each hand is where its arm ends."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .keypoints import HANDS, POSE_NAMES, SIDES, Row
from .landmarkers import HANDS as HAND_TASK
from .landmarkers import Landmarker, fill
from .view import Box

WRIST_SEEN = 0.5
"""Least confidence of the pose's wrist that makes a missing hand worth a search."""
SEARCH_SIDE = 2.4
"""Side of the searched square in arm units; found again in it: 97 of 100 hands that Holistic found,
against 78 at 1.3 (too little around the hand for the palm detector) and 94 at 3.2."""
PALM_CONFIDENCE = 0.3
NEAR_WRIST = 0.4
"""Largest distance of a found wrist from the pose's wrist, in arm units."""
SAME_PLACE = 0.35
"""Two hands whose points are closer than this part of a palm are one hand, found twice."""

_SHOULDERS = [POSE_NAMES.index(f"{side}_shoulder") for side in SIDES]
_WRISTS = {side: POSE_NAMES.index(f"{side}_wrist") for side in SIDES}
_ELBOWS = {side: POSE_NAMES.index(f"{side}_elbow") for side in SIDES}
_KNUCKLES = {side: [POSE_NAMES.index(f"{side}_{finger}") for finger in ("pinky", "index")] for side in SIDES}

Points = NDArray[np.float32]


class HandSearch:
    """Searches around the wrists of a pose; its landmarker starts with the first search."""

    def __init__(self, models: Path) -> None:
        self._models = models
        self._landmarker: Landmarker | None = None

    def __call__(self, image: NDArray[np.uint8], row: Row) -> None:
        """Fill the missing hands of a row of the (H,W,3) image, in place."""
        size, points, confidence = (image.shape[1], image.shape[0]), row.points, row.confidence
        for side, hand in HANDS.items():
            wrist = _WRISTS[side]
            if confidence[hand].any() or confidence[wrist] < WRIST_SEEN or not inside(points[wrist], size):
                continue
            box = Box.around(points[_KNUCKLES[side]].mean(0), arm_unit(points, side) * SEARCH_SIDE / 2, size)
            if box is None:
                continue
            found = self._nearest(image, box, points[wrist], hand)
            if found is not None and _belongs(found.points[hand], points, confidence, side):
                for values, own in zip(row.arrays, found.arrays, strict=True):
                    values[hand] = own[hand]
                confidence[hand] = inside(points[hand], size)

    def close(self) -> None:
        """Free the landmarker."""
        if self._landmarker is not None:
            self._landmarker.close()

    def _nearest(self, image: NDArray[np.uint8], box: Box, wrist: Points, hand: slice) -> Row | None:
        """A row whose hand is the one found nearest to the wrist (2,)."""
        if self._landmarker is None:
            self._landmarker = Landmarker(
                HAND_TASK, self._models, video=False, num_hands=2, min_hand_detection_confidence=PALM_CONFIDENCE
            )
        part = box.cut(image)
        result, rows = self._landmarker(part, 0.0), list[Row]()
        for landmarks, world in zip(result.hand_landmarks, result.hand_world_landmarks, strict=True):
            row = Row()
            fill(row, hand, landmarks, world, part)
            row.points[hand] += box.origin
            rows.append(row)
        return min(rows, key=lambda row: _distance(row.points[hand.start], wrist), default=None)


def arm_unit(points: Points, side: str) -> float:
    """A length in pixels that goes with the arm's size and survives foreshortening of one of its two parts."""
    shoulders = _distance(*points[_SHOULDERS])
    forearm = _distance(points[_ELBOWS[side]], points[_WRISTS[side]])
    return max(0.8 * shoulders, forearm)


def settle_sides(row: Row) -> None:
    """Exchange two hands that are on each other's wrist; drop the worse of two that are one hand; in place."""
    points, confidence = row.points, row.confidence
    left, right = (HANDS[side] for side in SIDES)
    if not (confidence[left].any() and confidence[right].any()):
        return
    wrists = {side: points[_WRISTS[side]] for side in SIDES}
    kept = [_distance(points[HANDS[side].start], wrists[side]) for side in SIDES]
    crossed = [
        _distance(points[HANDS[side].start], wrists[other]) for side, other in zip(SIDES, SIDES[::-1], strict=True)
    ]
    if 2 * sum(crossed) < sum(kept):
        row.swap(left, right)
    elif same_hand(points[left], points[right]) and _distance(*wrists.values()) > 2 * min(kept):
        row.clear(HANDS[SIDES[int(kept[1] > kept[0])]])


def same_hand(a: Points, b: Points) -> bool:
    """Whether two sets (21,2) of hand points lie on each other."""
    palm = max(_distance(a[0], a[9]), _distance(b[0], b[9]))
    return float(np.linalg.norm(a - b, axis=1).mean()) < SAME_PLACE * palm


def inside(points: Points, size: tuple[int, int]) -> NDArray[np.bool_]:
    """(...) whether points (...,2) lie in a picture of size (width, height)."""
    return ((points >= 0) & (points < size)).all(-1)


def _belongs(found: Points, points: Points, confidence: Points, side: str) -> bool:
    """Near the wrist of its side, and not the hand that the other side already has."""
    other = SIDES[1 - SIDES.index(side)]
    gap = _distance(found[0], points[_WRISTS[side]])
    if gap > NEAR_WRIST * arm_unit(points, side):
        return False
    if not confidence[HANDS[other]].any():
        wrist = _WRISTS[other]
        return confidence[wrist] < WRIST_SEEN or gap <= _distance(found[0], points[wrist])
    return not same_hand(found, points[HANDS[other]])


def _distance(a: Points, b: Points) -> float:
    return float(np.linalg.norm(a - b))
