"""How deep hands and forearms are in the head, the trunk and the other arm."""

from dataclasses import dataclass

import numpy as np

from ..geometry.arrays import Array, check_shapes
from ..geometry.rotations import unit
from ..keypoints import Side
from ..retarget import Performance
from ..retarget.anatomy.body import HEIGHTS
from ..retarget.anatomy.moving import Moving
from ..retarget.contacts.surfaces import TRUNK_WIDTH, on_head
from ..retarget.contacts.touches import PLACES, TRUNK, apart, arm_points

_MOVING = [place for place in PLACES if place.follows > 0]
_FLESH = np.array([place.flesh for place in _MOVING])
#: How far behind the shoulder joints a trunk reaches, over its length.
_BACK = 0.2
_FORWARDS = np.array([0.0, -1.0, 0.0])


@dataclass(frozen=True)
class Depths:
    """Of F frames and both sides, left and right, by solid: the head, the trunk, the other arm."""

    depths: Array
    """(F,2,3) metres that the deepest point of a hand or forearm is inside; below 0 it is outside."""
    ways_out: Array
    """(F,2,3,3) unit vectors in the chest's axes at rest: where such a point is moved, the wrist with it."""

    def __post_init__(self) -> None:
        frames = len(self.depths)
        check_shapes(self, depths=(frames, 2, 3), ways_out=(frames, 2, 3, 3))


def depths_of(performance: Performance) -> Depths:
    """By ellipsoid, height field and round limbs as those that tell what hands touch."""
    own = performance.moving
    size = own.body.trunk / TRUNK
    arms = [arm_points(own, side, _MOVING) for side in Side]
    depths, out = np.empty((len(arms[0]), 2, 3)), np.empty((len(arms[0]), 2, 3, 3))
    chest, between = own.turns["chest"], np.stack(arms, axis=2)
    for column in range(2):
        points = arms[column]
        distance, _ = on_head(points, _FLESH * size, own, own)
        depths[:, column, 0], deepest = _deepest(-distance, points)
        from_head = (deepest - own.point("head", own.rest.segments["head"].mean(axis=0)))[:, None] @ chest
        out[:, column, 0] = unit(unit(from_head[:, 0]) + _FORWARDS)
        depths[:, column, 1], _ = _deepest(-_outside_trunk(points, _FLESH * size, own), points)
        out[:, column, 1] = _FORWARDS
        other = between[:, :, 1 - column]
        reach = apart(points, other) - (_FLESH[:, None] + _FLESH) * size
        frames, flat = np.arange(len(points)), reach.reshape(len(points), -1)
        here, there = np.divmod(flat.argmin(axis=1), reach.shape[2])
        depths[:, column, 2] = -flat.min(axis=1)
        away = ((points[frames, here] - other[frames, there])[:, None] @ chest)[:, 0]
        out[:, column, 2] = unit(away + 1e-3 * _FORWARDS * (1 if column else -1))
    return Depths(depths, out)


def _deepest(depths: Array, points: Array) -> tuple[Array, Array]:
    """(F,) the greatest of depths (F,N), and its point (F,3)."""
    at = depths.argmax(axis=1)
    frames = np.arange(len(points))
    return depths[frames, at], points[frames, at]


def _outside_trunk(points: Array, flesh: Array, own: Moving) -> Array:
    """(F,N) metres that points (F,N,3) with flesh (N,) are outside of the trunk; below 0 they are inside."""
    off = (points - own.neck[:, None]) @ own.turns["chest"]
    height, aside = -off[..., 2] / own.body.trunk, off[..., 0] / own.body.breadth
    before = -off[..., 1] - own.body.front_at(height, aside) - flesh
    behind = off[..., 1] - _BACK * own.body.trunk
    past = np.maximum(HEIGHTS[0] - height, height - HEIGHTS[-1]) * own.body.trunk
    beside = (np.abs(aside) - TRUNK_WIDTH) * own.body.breadth
    return np.maximum.reduce([before, behind, past, beside])
