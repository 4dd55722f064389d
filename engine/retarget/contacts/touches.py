"""Hands that touch face, chest or the other arm: how the wrists must move so that a rig's hands do so too.

A point of a hand near the face or the chest is wanted at the same place of the rig's, in proportion to its
head and trunk; one near the other arm or hand, in the same direction from the same place of that. The
nearer the touch, the more it counts (compare the distance weights of Ho, Komura and Tai 2010, "Spatial
relationship preserving character motion adaptation").
"""

from dataclasses import dataclass

import numpy as np

from ...geometry.arrays import Array, check_shapes
from ...keypoints import Side
from ..anatomy.moving import Moving
from ..recognise.match import FINGERS
from .surfaces import NEAR, on_head, on_trunk

#: From NEAR to here a touch fades out; metres, like all of these, on a trunk of TRUNK metres.
FAR, TRUNK = 0.08, 0.49
#: How much farther than the nearest point of a hand another counts 1/e of that.
SPREAD = 0.006


@dataclass(frozen=True)
class Place:
    """Somewhere along a segment of an arm that touches or is touched."""

    part: str
    """The segment's name, without its side."""
    share: float
    """Of the way along it."""
    flesh: float
    """Metres from there to the skin."""
    follows: float
    """Share of a shift of the wrist that it follows; what follows all of it belongs to the hand."""


PLACES = (
    Place("upper_arm", 0.5, 0.045, 0.0),
    Place("upper_arm", 1.0, 0.045, 0.0),
    Place("forearm", 0.5, 0.035, 0.5),
    Place("hand", 0.5, 0.016, 1.0),
    Place("hand", 1.0, 0.016, 1.0),
    *(Place(f"{finger}.0{segment}", 1.0, 0.008, 1.0) for finger in FINGERS for segment in (1, 2, 3)),
)


@dataclass(frozen=True)
class Touches:
    """What C points of the hands touch or nearly touch, and how far a rig is from that."""

    points: Array
    """(F,C,3) where the rig's are."""
    weights: Array
    """(F,C) 0 far away to 1 touching."""
    gaps: Array
    """(F,C,3) metres from where the rig's point is to where it should be."""
    follows: Array
    """(F,C,2) how much of a shift of the left and the right wrist closes the gap."""

    def __post_init__(self) -> None:
        shape = self.weights.shape
        check_shapes(self, points=(*shape, 3), weights=shape, gaps=(*shape, 3), follows=(*shape, 2))

    def shifts(self) -> Array:
        """(F,2,3) metres for the left and the right wrist that close the gaps best, fading with the weights.

        Least squares; what is between two hands is shared by them, unless face or chest hold one.
        """
        weighted = np.swapaxes(self.weights[:, :, None] * self.follows, 1, 2)
        pull, right = weighted @ self.follows, weighted @ self.gaps
        pull[:, [0, 1], [0, 1]] += 1e-3 * np.trace(pull, axis1=1, axis2=2)[:, None] + 1e-9
        near = (self.weights[:, :, None] * np.abs(self.follows)).max(axis=1)
        return np.linalg.solve(pull, right) * near[..., None]

    def middles(self) -> Array:
        """(F,2,3) the mean of the points that count for the left and the right hand."""
        counts = self.weights[:, :, None] * np.abs(self.follows)
        return np.swapaxes(counts, 1, 2) @ self.points / (counts.sum(1)[..., None] + 1e-9)


def touches(own: Moving, rig: Moving) -> Touches:
    """The touches of a person and of a rig that moves like them, both in the same axes, over F frames."""
    size = own.body.trunk / TRUNK
    places = [place for place in PLACES if all(side.bone(place.part) in rig.rest.segments for side in Side)]
    flesh, follows = np.array([place.flesh for place in places]), np.array([place.follows for place in places])
    arms, rig_arms = ({side: arm_points(body, side, places) for side in Side} for body in (own, rig))
    hand = follows == 1.0
    found = list[tuple[Array, Array, Array, Array]]()
    for column, side in enumerate(Side):
        points, rig_points = arms[side][:, hand], rig_arms[side][:, hand]
        for surface in (on_head, on_trunk):
            distance, wanted = surface(points, flesh[hand] * size, own, rig)
            weights = _weights(distance / size)
            moves = np.broadcast_to(np.eye(2)[column], (*weights.shape, 2))
            found.append((rig_points, weights, wanted - rig_points, moves))
        other, rig_other = arms[side.other], rig_arms[side.other]
        distance = apart(points, other) / size - flesh[hand][:, None] - flesh
        nearest = np.exp((distance.min(-1, keepdims=True) - distance) / SPREAD)
        nearest /= nearest.sum(-1, keepdims=True)
        wanted = nearest @ rig_other + (points - nearest @ other) * (rig.body.palm / own.body.palm)
        gaps = wanted - rig_points
        moves = np.ones((*gaps.shape[:2], 2))
        moves[..., 1 - column] = -(nearest @ follows)
        found.append((rig_points, _weights(distance.min(-1)), gaps, moves))
    return Touches(*(np.concatenate(columns, axis=1) for columns in zip(*found, strict=True)))


def arm_points(body: Moving, side: Side, places: list[Place]) -> Array:
    """(F,N,3) where places of one arm are."""
    points = list[Array]()
    for place in places:
        name = side.bone(place.part)
        start, end = body.rest.segments[name]
        points.append(body.point(name, start + place.share * (end - start)))
    return np.stack(points, axis=1).astype(np.float32)


def apart(points: Array, others: Array) -> Array:
    """(F,N,M) distances between points (F,N,3) and others (F,M,3)."""
    products = points @ np.swapaxes(others, -1, -2)
    squares = (points**2).sum(-1)[:, :, None] + (others**2).sum(-1)[:, None] - 2.0 * products
    return np.sqrt(np.maximum(squares, 0.0))


def _weights(distance: Array) -> Array:
    """(F,N) of distances (F,N): smooth between NEAR and FAR, the nearest of a hand before its others."""
    near = np.clip((FAR - distance) / (FAR - NEAR), 0.0, 1.0)
    first = np.maximum(distance, 0.0)
    return near**2 * (3 - 2 * near) * np.exp((first.min(-1, keepdims=True) - first) / SPREAD)
