"""Signs chained: each comes to rest, the hands go to the next by the shortest free way, and that sets off."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..geometry.arrays import Array
from ..keypoints import Side
from ..retarget import Performance
from .around import around
from .pace import duration, minimum_jerk, paces
from .poses import at_places, joined, on_the_way


@dataclass(frozen=True)
class Part:
    """A sign, and what its clip has before and after it."""

    performance: Performance
    first: int
    """The frame in which the sign begins."""
    last: int
    """The frame in which it ends."""


def chain(parts: Sequence[Part], rate: float) -> Performance:
    """One motion of all parts, all of one skeleton and one person's lengths, `rate` frames per second.

    What is before the first sign and after the last one stays; between two, a movement takes the place of what was
    there. Angles and their speeds are continuous, and within the limits.
    """
    signs: list[Performance] = []
    for number, part in enumerate(parts):
        enters, leaves = number > 0, number < len(parts) - 1
        count = len(part.performance.angles)
        places = paces(part.first, part.last, count, rate, enters=enters, leaves=leaves)
        signs.append(at_places(part.performance, places))
    moved = [signs[0]]
    for one, following in pairwise(signs):
        moved += [_between(one, following, rate), following]
    return joined(moved)


def _between(one: Performance, following: Performance, rate: float) -> Performance:
    """From the last pose of a sign to the first of the following one, without these two."""
    leaves, enters = at_places(one, np.array([len(one.angles) - 1.0])), at_places(following, np.array([0.0]))
    pair = joined([leaves, enters])
    steps = max(round(duration(_distance(pair)) * rate), 2)
    way = around(on_the_way(pair, minimum_jerk(np.linspace(0.0, 1.0, steps + 1))))
    return at_places(way, np.arange(1.0, steps))


def _distance(pair: Performance) -> float:
    """Metres that the wrist or the fingertip goes that has the longest way from one pose to the other."""
    names = pair.skeleton.names
    hands = [names.index(side.bone("hand")) for side in Side]
    tips = [names.index(side.bone("f_middle.03")) for side in Side]
    points: Array = np.concatenate([pair.pose.heads[:, hands], pair.pose.tails[:, tips]], axis=1)
    return float(np.linalg.norm(points[1] - points[0], axis=-1).max())
