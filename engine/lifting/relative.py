"""Where several cameras stand, from the person that all of them see: no calibration is needed."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..geometry.arrays import Array
from ..geometry.camera import Extrinsics
from ..geometry.epipolar import epipolar_distances
from ..geometry.rotations import nearest_rotation, rotation_by, unit
from ..skeleton import camera_positions
from .lengths import clip_lengths
from .lift import Lift, lift_body
from .observations import Picture, place_in_space
from .refine import refine
from .views import View, shown_kind

#: Joints that lie farther from each other than this, metres, count less and less.
NEAR = 0.1
ROUNDS = 10
#: How far the bodies may mislead, radians (one standard deviation), and points, on the image plane.
TURN, POINT = 0.1, 0.006
#: Points that are surer than this are believed, and all of a clip as if this many frames showed them independently:
#: what is off in a frame is off in many, and many are alike. Of 0.5, 1 and 3, with this the cameras of a still person
#: stay where the bodies put them, and those of a moving one come nearest to where they are.
SURE, INDEPENDENT = 0.5, 0.5
STEPS = 20
_TINY = 1e-5  # of difference quotients


def solve_cameras(views: Sequence[View]) -> list[View]:
    """The views, the first being that of the others' axes, with the extrinsics that fit the person.

    Each view is lifted by itself and the bodies are laid onto each other; from there each camera moves to where its
    points fit the first one's (see `onto_points`). The scale is that of the body's predicted lengths.
    """
    kind = shown_kind(views)
    lifts = [lift_body(view.keypoints, view.camera, kind) for view in views]
    lengths = clip_lengths(lifts[0], Picture(views[0].camera, lifts[0].evidence))
    bodies = [_body(lift, lengths, view) for lift, view in zip(lifts, views, strict=True)]
    weights = [lift.evidence.weights * lift.seen[:, None] for lift in lifts]
    placed = [views[0]]
    for view, body, own in zip(views[1:], bodies[1:], weights[1:], strict=True):
        start = laid_onto(bodies[0], body, np.minimum(weights[0], own))
        placed.append(replace(view, extrinsics=onto_points(start, views[0], view)))
    return placed


def _body(lift: Lift, lengths: Array, view: View) -> Array:
    """(F,N,3) metres: the points of a body where one view by itself puts them, in its own axes."""
    picture = Picture(view.camera, lift.evidence)
    angles, _ = refine(lift.skeleton, lift.angles, lift.spreads, lengths, picture)
    positions = camera_positions(lift.skeleton, angles, lengths).astype(np.float64)
    place = place_in_space(positions, [picture])
    return positions[:, picture.joints] + place[:, None]


def laid_onto(points: Array, others: Array, weights: Array) -> Extrinsics:
    """From the axes of points (F,N,3), metres, to those of others (F,N,3): the same bodies, each a little wrong.

    How a body is turned is told by its own shape in each frame, whatever its distance (Kabsch over all frames); points
    that do not fit count less and less (Cauchy's weights), beside their own weights (F,N).
    """
    robust, rotation, ways = weights, np.eye(3), np.zeros((1, 3))
    for _ in range(ROUNDS):
        share = robust / np.maximum(robust.sum(1, keepdims=True), 1e-9)
        centre, other = ((share[..., None] * x).sum(1, keepdims=True) for x in (points, others))
        weighed = (robust[..., None] * (others - other)).reshape(-1, 3)
        rotation = nearest_rotation(weighed.T @ (points - centre).reshape(-1, 3))
        gaps = np.linalg.norm((points - centre) @ rotation.T - (others - other), axis=-1)
        robust = weights / (1.0 + (gaps / NEAR) ** 2)
        ways = (other - centre @ rotation.T)[weights.sum(1) > 0, 0]
    return Extrinsics(rotation, np.median(ways, axis=0))


def onto_points(start: Extrinsics, first: View, second: View) -> Extrinsics:
    """The second camera near where it starts, from the first one's axes, where the points of both views fit best.

    Gauss-Newton on how far points are from each other's epipolar lines, robustly, with the start as the prior. Points
    tell the direction to the second camera, not how far it is: that stays.
    """
    sure = np.minimum(first.keypoints.confidence, second.keypoints.confidence)
    told = sure >= SURE
    rays = [view.camera.rays(view.keypoints.points[told].astype(np.float64)) for view in (first, second)]
    weights = sure[told].astype(np.float64) * min(1.0, INDEPENDENT / len(sure))
    far = float(np.linalg.norm(start.translation))
    begin = Extrinsics(start.rotation, start.translation / far)
    current = begin
    for _ in range(STEPS):
        off = epipolar_distances(current, *rays) / POINT
        moved = [epipolar_distances(_moved(current, _TINY * way), *rays) / POINT for way in np.eye(5)]
        slopes = (np.stack(moved, 1) - off[:, None]) / _TINY
        weighed = slopes * (weights / (1.0 + (off / 2.0) ** 2))[:, None]
        normal = weighed.T @ slopes + np.eye(5) / TURN**2
        step = -np.linalg.solve(normal, weighed.T @ off + _away(begin, current) / TURN**2)
        current = _moved(current, step * min(1.0, TURN / max(np.abs(step).max(), 1e-12)))
    return Extrinsics(current.rotation, current.translation * far)


def _moved(extrinsics: Extrinsics, step: Array) -> Extrinsics:
    """Turned by three of the five numbers, radians, and its unit translation tipped across by the other two."""
    tipped = extrinsics.translation + step[3:] @ _across(extrinsics.translation)
    return Extrinsics(rotation_by(step[:3]) @ extrinsics.rotation, tipped / np.linalg.norm(tipped))


def _away(begin: Extrinsics, current: Extrinsics) -> Array:
    """(5,) the step that led from one to another, to first order."""
    turn = current.rotation @ begin.rotation.T
    vector = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]]) / 2.0
    return np.append(vector, _across(current.translation) @ (current.translation - begin.translation))


def _across(direction: Array) -> Array:
    """(2,3) unit vectors at right angles to a direction (3,) and each other."""
    axis: Array = np.eye(3)[np.abs(direction).argmin()]
    first = unit(axis - (axis @ direction) * direction)
    return np.stack([first, np.cross(direction, first)])
