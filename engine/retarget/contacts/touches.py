"""Hands that touch face, chest or the other arm: how the wrists must move so that a rig's hands do so too.

A point of a hand near the face or the chest is wanted at the same place of the rig's, in proportion to its
head and trunk; one near the other arm or hand, in the same direction from the same place of that. The
nearer the touch, the more it counts (compare the distance weights of Ho, Komura and Tai 2010, "Spatial
relationship preserving character motion adaptation").
"""

from dataclasses import dataclass

import numpy as np

from ...geometry.arrays import Array
from ..anatomy.body import HEIGHTS, Moving

#: Between these distances of surfaces a touch fades out; metres, like all of these, on a trunk of TRUNK metres.
NEAR, FAR, TRUNK = 0.015, 0.08, 0.49
#: What lies so deep in the trunk touches it: the depth of an arm is the least certain.
IN = 0.03
#: How much farther than the nearest point of a hand another counts 1/e of that.
SPREAD = 0.006
#: Where along a segment the places are that touch or are touched (of fingers, their ends), the flesh about them,
#: and the share of a shift of the wrist that they follow.
_ARM = {"upper_arm": ((0.5, 1.0), 0.045, 0.0), "forearm": ((0.5,), 0.035, 0.5), "hand": ((0.5, 1.0), 0.016, 1.0)}
_FINGER = ((1.0,), 0.008, 1.0)
_FINGERS = ("thumb", "f_index", "f_middle", "f_ring", "f_pinky")
_PARTS = _ARM | {f"{finger}.0{k}": _FINGER for finger in _FINGERS for k in (1, 2, 3)}
#: A head's ellipsoid over half its width: where its middle is from the tip of the nose, and its half axes.
_HEAD_MIDDLE, _HEAD_AXES = np.array([0.0, 1.15, 0.35]), np.array([0.97, 0.97, 1.33])
#: The radius of the tip of a nose, over half a head's width.
_NOSE = 0.15
#: Half the width of a trunk, over the distance of its shoulder joints.
_TRUNK_WIDTH = 0.55


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
    both = [part for part in _PARTS if all(f"{part}.{side}" in rig.rest.segments for side in "LR")]
    sides = [[f"{part}.{side}" for part in both] for side in "LR"]
    arms, rig_arms = ([_arm(body, side) for side in sides] for body in (own, rig))
    flesh, follows = (np.concatenate([_of_places(name, k) for name in sides[0]]) for k in (1, 2))
    hand = follows == 1.0
    rows = list[tuple[Array, Array, Array, Array]]()
    for side in (0, 1):
        points, rig_points = arms[side][:, hand], rig_arms[side][:, hand]
        for part in (_head, _trunk):
            distance, wanted = part(points, flesh[hand] * size, own, rig)
            weights = _weights(distance / size)
            moves = np.broadcast_to(np.eye(2)[side], (*weights.shape, 2))
            rows.append((rig_points, weights, wanted - rig_points, moves))
        other, rig_other = arms[1 - side], rig_arms[1 - side]
        distance = _apart(points, other) / size - flesh[hand][:, None] - flesh
        nearest = np.exp((distance.min(-1, keepdims=True) - distance) / SPREAD)
        nearest /= nearest.sum(-1, keepdims=True)
        wanted = nearest @ rig_other + (points - nearest @ other) * (rig.body.palm / own.body.palm)
        gaps = wanted - rig_points
        moves = np.ones((*gaps.shape[:2], 2))
        moves[..., 1 - side] = -(nearest @ follows)
        rows.append((rig_points, _weights(distance.min(-1)), gaps, moves))
    return Touches(*(np.concatenate(columns, axis=1) for columns in zip(*rows, strict=True)))


def _arm(body: Moving, names: list[str]) -> Array:
    """(F,N,3) the places of an arm's segments."""
    points = list[Array]()
    for name in names:
        start, end = body.rest.segments[name]
        points += [body.point(name, start + share * (end - start)) for share in _PARTS[name[:-2]][0]]
    return np.stack(points, axis=1).astype(np.float32)


def _apart(points: Array, others: Array) -> Array:
    """(F,N,M) distances between points (F,N,3) and others (F,M,3)."""
    products = points @ np.swapaxes(others, -1, -2)
    squares = (points**2).sum(-1)[:, :, None] + (others**2).sum(-1)[:, None] - 2.0 * products
    return np.sqrt(np.maximum(squares, 0.0))


def _of_places(name: str, column: int) -> Array:
    """A number of _PARTS for each place of a segment."""
    places, *values = _PARTS[name[:-2]]
    return np.full(len(places), values[column - 1])


def _weights(distance: Array) -> Array:
    """(F,N) of distances (F,N): smooth between NEAR and FAR, the nearest of a hand before its others."""
    near = np.clip((FAR - distance) / (FAR - NEAR), 0.0, 1.0)
    first = np.maximum(distance, 0.0)
    return near**2 * (3 - 2 * near) * np.exp((first.min(-1, keepdims=True) - first) / SPREAD)


def _head(points: Array, flesh: Array, own: Moving, rig: Moving) -> tuple[Array, Array]:
    """How far points (F,N,3) with flesh (N,) are from the person's head (F,N), and where they belong by the rig's."""
    turn = own.turns["head"]
    off = (points - own.point("head", own.body.nose)[:, None]) @ turn
    outside = (np.linalg.norm((off / own.body.head - _HEAD_MIDDLE) / _HEAD_AXES, axis=-1) - 1.0) * _HEAD_AXES[0]
    outside = np.minimum(outside, np.linalg.norm(off / own.body.head - [0.0, _NOSE, 0.0], axis=-1) - _NOSE)
    back = off * (rig.body.head / own.body.head) @ np.swapaxes(turn, -1, -2)
    return outside * own.body.head - flesh, rig.point("head", rig.body.nose)[:, None] + back


def _trunk(points: Array, flesh: Array, own: Moving, rig: Moving) -> tuple[Array, Array]:
    """The same of the trunk's front, which moves with the chest; what nearly touches it or is in it lies on it."""
    turn = own.turns["chest"]
    off = (points - own.neck()[:, None]) @ turn
    height, aside = -off[..., 2] / own.body.trunk, off[..., 0] / own.body.breadth
    before = -off[..., 1] - own.body.front_at(height, aside) - flesh
    past = np.maximum(HEIGHTS[0] - height, height - HEIGHTS[-1]) * own.body.trunk
    past = np.hypot(np.maximum(past, 0.0), np.maximum(np.abs(aside) - _TRUNK_WIDTH, 0.0) * own.body.breadth)
    distance = np.hypot(np.maximum(np.maximum(before, off[..., 1]), 0.0), past)
    scale = rig.body.trunk / own.body.trunk
    above = (before - np.clip(before, -IN, NEAR)) * scale + flesh * (rig.body.palm / own.body.palm)
    there = [aside * rig.body.breadth, -rig.body.front_at(height, aside) - above, -height * rig.body.trunk]
    return distance, rig.neck()[:, None] + np.stack(there, axis=-1) @ np.swapaxes(turn, -1, -2)
