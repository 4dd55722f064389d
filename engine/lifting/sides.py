"""Left and right, where a detector takes one for the other: somebody seen the wrong way round for a while."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Array, Mask
from ..geometry.camera import Camera, Extrinsics
from ..geometry.epipolar import epipolar_distances
from ..keypoints import KEYPOINT_NAMES, POSE_NAMES, Keypoints, Side, mirrored_name
from .views import View

#: How far points are from each other's epipolar lines, and how far they move from one frame to the next, in shoulder
#: widths (one standard deviation); beyond so many deviations all is equally far.
NEAR, FAR = 0.15, 3.0
#: What it costs to take a frame the other way round, beside squared deviations: the detector is right more often.
DOUBT = 0.1
_LIMBS = [
    POSE_NAMES.index(f"{side}_{joint}")
    for side in Side
    for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
]
_OTHER = np.array([KEYPOINT_NAMES.index(mirrored_name(name)) for name in KEYPOINT_NAMES])


def mistaken_sides(views: Sequence[View]) -> Mask:
    """(V,F) the frames in which a view has left and right the wrong way round.

    The cheapest way through the clip (Viterbi), in which each view may swap its sides in each frame: points of two
    views are to lie on each other's epipolar lines, those of one are not to jump. Of two views that disagree for the
    whole clip the first is believed.
    """
    count, frames = len(views), len(views[0].keypoints.time)
    states: NDArray[np.int64] = np.arange(1 << count)
    bits: NDArray[np.int64] = 1 << np.arange(count)[::-1]
    turned: Mask = states[:, None] & bits > 0
    here: Array = np.tile(DOUBT * turned.sum(1), (frames, 1))
    for a, b in combinations(range(count), 2):
        here += _disagreement(views[a], views[b])[:, (turned[:, a] != turned[:, b]).astype(int)]
    jumps = np.stack([_jumps(view.keypoints) for view in views], 1)
    cost: Array = here[0]
    came = np.zeros((frames, count, len(states)), dtype=bool)
    for frame in range(1, frames):
        for view, bit in enumerate(bits):
            stay, jump = jumps[frame - 1, view]
            crossed = cost[states ^ bit] + jump
            came[frame, view] = crossed < cost + stay
            cost = np.minimum(crossed, cost + stay)
        cost = cost + here[frame]
    way, state = np.zeros((count, frames), dtype=bool), int(cost.argmin())
    for frame in range(frames - 1, -1, -1):
        way[:, frame] = turned[state]
        for view in range(count - 1, -1, -1):
            state ^= int(bits[view]) * int(came[frame, view, state])
    return way


def steady_sides(keypoints: Keypoints) -> Keypoints:
    """What one camera sees, without a while in which left and right are the wrong way round."""
    return sides_swapped(keypoints, mistaken_sides([View(keypoints, Camera.assumed(keypoints.size, None))])[0])


def sides_swapped(keypoints: Keypoints, frames: Mask) -> Keypoints:
    """Keypoints with left and right swapped in some frames (F,)."""

    def swapped(values: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.where(frames.reshape(-1, *(1,) * (values.ndim - 1)), values[:, _OTHER], values)

    depth = None if keypoints.depth is None else swapped(keypoints.depth)
    return replace(keypoints, points=swapped(keypoints.points), confidence=swapped(keypoints.confidence), depth=depth)


def _disagreement(first: View, second: View) -> Array:
    """(F,2) how little the limbs of two views are one person's, as they are told, and with one's sides swapped."""
    still = Extrinsics(np.eye(3), np.zeros(3))
    between = (second.extrinsics or still).after((first.extrinsics or still).inverse)
    width = (_width(first) + _width(second)) / 2.0
    rays, others = (view.camera.rays(view.keypoints.points.astype(np.float64)) for view in (first, second))
    costs: list[Array] = []
    for own in (_LIMBS, _OTHER[_LIMBS]):
        off = epipolar_distances(between, rays[:, own], others[:, _LIMBS]) / width
        sure = np.minimum(first.keypoints.confidence[:, own], second.keypoints.confidence[:, _LIMBS])
        costs.append(_mean(off, sure))
    return np.stack(costs, 1)


def _jumps(keypoints: Keypoints) -> Array:
    """(F-1,2) how far limbs move from each frame to the next, as they are told, and with one's sides swapped."""
    shown = keypoints.seen[:, 0]
    last = np.maximum.accumulate(np.where(shown, np.arange(len(shown)), 0))
    points, confidence = keypoints.points[last].astype(np.float64), keypoints.confidence[last]
    width = _shoulders(points[shown])
    costs: list[Array] = []
    for own in (_LIMBS, _OTHER[_LIMBS]):
        off = np.linalg.norm(points[:-1, own] - points[1:, _LIMBS], axis=-1) / width
        costs.append(_mean(off, np.minimum(confidence[:-1, own], confidence[1:, _LIMBS])))
    return np.stack(costs, 1)


def _width(view: View) -> float:
    """Of the shoulders, on the image plane."""
    return _shoulders(view.camera.plane(view.keypoints.points[view.keypoints.seen[:, 0]].astype(np.float64)))


def _shoulders(points: Array) -> float:
    """The median distance of the shoulders of points (F,K,2)."""
    left, right = (points[:, POSE_NAMES.index(f"{side}_shoulder")] for side in Side)
    widths: Array = np.linalg.norm(left - right, axis=-1)
    return max(float(np.median(widths)), 1e-9) if len(points) else 1.0


def _mean(off: Array, weights: Array) -> Array:
    """(F,) mean of distances (F,N), shoulder widths, as squared deviations, none beyond FAR."""
    squares = np.minimum((off / NEAR) ** 2, FAR**2)
    return (weights * squares).sum(1) / np.maximum(weights.sum(1), 1.0)
