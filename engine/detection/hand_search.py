"""A second look for a hand that Holistic missed, and checks that each hand is where its arm ends."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Image, Mask
from ..keypoints import HANDS, POSE_NAMES, Row, Side
from .landmarkers import HANDS as HAND_TASK
from .landmarkers import Landmarker, fill
from .view import Box

WRIST_SEEN = 0.2
"""Least confidence of the pose's wrist that makes a missing hand worth a search."""
SEARCH_SIDES = (2.4, 1.5, 3.4)
"""Sides of the searched squares in arm units, in the order of search; found again in the first: 97 of 100
hands that Holistic found, against 78 at 1.3 (too little around the hand for the palm detector)."""
LAST_SIDES = (6.0, 4.2)
"""The same around the hand of a video's last picture, in its palms (wrist to middle knuckle)."""
PALM_CONFIDENCE, HAND_PRESENCE = 0.1, 0.2
"""Least confidences of a found palm and of its points: where a hand is known to be, little is enough.
Of 385 visible hands of rendered signers Holistic finds 325, the search 40 more, 39 of them rightly (from
wrists seen with 0.5 only, with 0.3 and 0.5 here, one square and nothing of the last picture: 20)."""
NEAR_WRIST, NEAR_LAST = 0.6, 1.2
"""Largest distances of a found wrist from the pose's wrist, in arm units, and from the last one, in palms."""
IN_VAIN = 4
"""After so many pictures of a video in which a hand was searched for in vain, one square alone is searched: where an
arm hangs down the search takes a third of the time. Of 634 hands seen in three real videos it costs two."""
SAME_PLACE = 0.35
"""Two hands whose points are closer than this part of a palm are one hand, found twice."""

_SHOULDERS = [POSE_NAMES.index(f"{side}_shoulder") for side in Side]
_WRISTS = {side: POSE_NAMES.index(f"{side}_wrist") for side in Side}
_ELBOWS = {side: POSE_NAMES.index(f"{side}_elbow") for side in Side}
_KNUCKLES = {side: [POSE_NAMES.index(f"{side}_{finger}") for finger in ("pinky", "index")] for side in Side}

Points = NDArray[np.float32]


@dataclass(frozen=True)
class _Place:
    """Where a hand may be, pixels: a square, the wrist that it should have, how far from that it may be."""

    centre: Points
    half: float
    wrist: Points
    reach: float


class HandSearch:
    """Searches around the wrists of a pose, and where a video's last picture had the hand.

    Its landmarker starts with the first search.
    """

    def __init__(self, models: Path, *, video: bool) -> None:
        self._models, self._video = models, video
        self._landmarker: Landmarker | None = None
        self._last: dict[Side, Points] = {}
        self._in_vain = dict.fromkeys(Side, 0)

    def __call__(self, image: Image, row: Row) -> None:
        """Fill the missing hands of a row of the (H,W,3) image, in place."""
        size, points, confidence = (image.shape[1], image.shape[0]), row.points, row.confidence
        for side, hand in HANDS.items():
            if confidence[hand].any():
                self._in_vain[side] = 0
                continue
            self._in_vain[side] += 1
            places = (*_at_wrist(row, side, size), *_at_last(self._last.get(side)))
            for place in places[:1] if self._video and self._in_vain[side] > IN_VAIN else places:
                box = Box.around(place.centre, place.half, size)
                found = None if box is None else self._nearest(image, box, place.wrist, hand)
                if found is not None and _belongs(found.points[hand], row, side, place):
                    for values, own in zip(row.arrays, found.arrays, strict=True):
                        values[hand] = own[hand]
                    confidence[hand] = inside(points[hand], size)
                    self._in_vain[side] = 0
                    break
        if self._video:
            self._last = {side: points[hand].copy() for side, hand in HANDS.items() if confidence[hand].any()}

    def close(self) -> None:
        """Free the landmarker."""
        if self._landmarker is not None:
            self._landmarker.close()

    def _nearest(self, image: Image, box: Box, wrist: Points, hand: slice) -> Row | None:
        """A row whose hand is the one found nearest to the wrist (2,)."""
        if self._landmarker is None:
            self._landmarker = Landmarker(
                HAND_TASK,
                self._models,
                video=False,
                num_hands=2,
                min_hand_detection_confidence=PALM_CONFIDENCE,
                min_hand_presence_confidence=HAND_PRESENCE,
            )
        part = box.cut(image)
        result, rows = self._landmarker(part, 0.0), list[Row]()
        for landmarks, world in zip(result.hand_landmarks, result.hand_world_landmarks, strict=True):
            row = Row()
            fill(row, hand, landmarks, world, part)
            row.points[hand] += box.origin
            rows.append(row)
        return min(rows, key=lambda row: _distance(row.points[hand.start], wrist), default=None)


def _at_wrist(row: Row, side: Side, size: tuple[int, int]) -> list[_Place]:
    """Around the pose's hand, if its wrist is seen."""
    wrist, unit = row.points[_WRISTS[side]], arm_unit(row.points, side)
    if row.confidence[_WRISTS[side]] < WRIST_SEEN or not inside(wrist, size):
        return []
    centre = row.points[_KNUCKLES[side]].mean(0)
    return [_Place(centre, unit * square / 2, wrist, NEAR_WRIST * unit) for square in SEARCH_SIDES]


def _at_last(last: Points | None) -> list[_Place]:
    """Around the hand (21,2) of the picture before."""
    if last is None:
        return []
    palm = _distance(last[0], last[9])
    return [_Place(last.mean(0), palm * square / 2, last[0], NEAR_LAST * palm) for square in LAST_SIDES]


def arm_unit(points: Points, side: Side) -> float:
    """A length in pixels that goes with the arm's size and survives foreshortening of one of its two parts."""
    shoulders = _distance(*points[_SHOULDERS])
    forearm = _distance(points[_ELBOWS[side]], points[_WRISTS[side]])
    return max(0.8 * shoulders, forearm)


def settle_sides(row: Row) -> None:
    """Exchange two hands that are on each other's wrist; drop the worse of two that are one hand; in place."""
    points, confidence = row.points, row.confidence
    left, right = (HANDS[side] for side in Side)
    if not (confidence[left].any() and confidence[right].any()):
        return
    wrists = {side: points[_WRISTS[side]] for side in Side}
    kept = [_distance(points[HANDS[side].start], wrists[side]) for side in Side]
    crossed = [_distance(points[HANDS[side].start], wrists[side.other]) for side in Side]
    if 2 * sum(crossed) < sum(kept):
        row.swap(left, right)
    elif same_hand(points[left], points[right]) and _distance(*wrists.values()) > 2 * min(kept):
        row.clear(right if kept[1] > kept[0] else left)


def same_hand(a: Points, b: Points) -> bool:
    """Whether two sets (21,2) of hand points lie on each other."""
    palm = max(_distance(a[0], a[9]), _distance(b[0], b[9]))
    return float(np.linalg.norm(a - b, axis=1).mean()) < SAME_PLACE * palm


def inside(points: Points, size: tuple[int, int]) -> Mask:
    """(...) whether points (...,2) lie in a picture of size (width, height)."""
    return ((points >= 0) & (points < size)).all(-1)


def _belongs(found: Points, row: Row, side: Side, place: _Place) -> bool:
    """Near enough, and not the hand that the other side already has, or that is nearer to its wrist."""
    gap = _distance(found[0], place.wrist)
    if gap > place.reach:
        return False
    if row.confidence[HANDS[side.other]].any():
        return not same_hand(found, row.points[HANDS[side.other]])
    wrist = _WRISTS[side.other]
    return row.confidence[wrist] < WRIST_SEEN or gap <= _distance(found[0], row.points[wrist])


def _distance(a: Points, b: Points) -> float:
    return float(np.linalg.norm(a - b))
