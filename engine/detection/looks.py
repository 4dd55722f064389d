"""Several looks at one hand, in turned and mirrored copies of the picture: their median is nearer to it than one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Image
from ..geometry.picture import middles, shrunk, turn_by
from ..keypoints import HANDS, Row, Side
from .landmarkers import Landmarker, fill

TURNS = (-0.35, 0.0, 0.35)
"""Radians by which a hand is turned, straight and mirrored, to be looked at again. On photographs a hand lifted from
the medians of all six looks is 1.00 cm off, from one look 1.04; turned by 0.8 as well, the same. In videos of signers
it is the same as from one."""
AROUND, FINE = 2.0, 640
"""Side of the square that is looked at, in larger sides of the hand's box, and about its most pixels."""
ASTRAY = 0.35
"""Mean distance from the first look, in larger sides of the hand's box, beyond which another is no look at it."""


@dataclass(frozen=True)
class Look:
    """A hand as one run of the network places it."""

    points: NDArray[np.float32]
    """(21,2) pixels."""
    depth: NDArray[np.float32]
    """(21,) pixels."""
    world: NDArray[np.float32]
    """(21,3) metres."""
    right: float
    """How likely it is a right one, 0..1."""

    @classmethod
    def of(cls, result: Any, image: Image) -> Look | None:
        """The first hand of a HandLandmarker's result, if there is one."""
        if not result.hand_landmarks:
            return None
        row, part, named = Row(), HANDS[Side.RIGHT], result.handedness[0][0]
        fill(row, part, result.hand_landmarks[0], result.hand_world_landmarks[0], image)
        right = named.score if named.category_name == "Right" else 1.0 - named.score
        return cls(row.points[part], row.depth[part], row.world[part], right)

    @property
    def box(self) -> float:
        """Larger side of the box around it, pixels."""
        return float(np.ptp(self.points, axis=0).max())


def look_again(landmarker: Landmarker, image: Image, first: Look) -> Look:
    """What most looks at a hand in the image agree on; the world landmarks are the first one's.

    `landmarker` is one for unrelated pictures.
    """
    looks = [first, *_others(landmarker, image, first)]
    points, depth = (np.median([getattr(own, name) for own in looks], axis=0) for name in ("points", "depth"))
    return Look(points, depth, first.world, float(np.mean([own.right for own in looks])))


def _others(landmarker: Landmarker, image: Image, first: Look) -> Iterator[Look]:
    """The hand in turned and mirrored copies of what is around it."""
    middle, side = (first.points.max(0) + first.points.min(0)) / 2, AROUND * first.box
    coarse = max(1, round(side / FINE))
    size = max(1, round(side / coarse))
    left, top = np.maximum(middle - side, 0).astype(int).tolist()
    right, bottom = (middle + side).astype(int).tolist()
    near = shrunk(image[top:bottom, left:right], coarse).astype(np.uint8)
    grid = (middles(size) - size / 2) * coarse
    for turn, mirrored in product(TURNS, (False, True)):
        if not (turn or mirrored):
            continue
        place = turn_by(turn)
        place[:, 0] *= -1.0 if mirrored else 1.0
        x, y = np.moveaxis((grid @ place.T + middle - [left, top]) / coarse, -1, 0).astype(int)
        copy = near[y.clip(0, near.shape[0] - 1), x.clip(0, near.shape[1] - 1)]
        look = Look.of(landmarker(copy, 0.0), copy)
        if look is not None:
            points = ((look.points - size / 2) * coarse @ place.T + middle).astype(np.float32)
            if np.linalg.norm(points - first.points, axis=1).mean() < ASTRAY * first.box:
                yield Look(points, look.depth * coarse, look.world, 1.0 - look.right if mirrored else look.right)
