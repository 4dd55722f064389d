"""The legal rotation that is nearest to a given one: the smallest turn away from it, of all within a box of angles."""

from itertools import product
from typing import Any

import numpy as np

from ..geometry.arrays import Array, namespace
from ..geometry.rotations import matrix_to_euler, turn_about

SWEEPS = 8
#: Shares of an angle's range from which it is sought as well: from one end alone the descent may find a lesser summit.
_STARTS = (0.15, 0.85)
#: Entries of matrices: of rotations that differ by less, one is the other, legal as it is.
_SAME = 1e-6
_AXES = "XYZ"


def nearest_legal(target: Any, axes: tuple[int, ...], lower: Array, upper: Array) -> Any:
    """Angles (F,N), radians, within limits (N,), of the legal rotation nearest to the given one (F,3,3).

    Of R = R(axes[0]) R(axes[1]) ..., at most one turn about each of X, Y, Z (0 to 2), nearest is what is the smallest
    angle away from the target. About one axis it is known in closed form, and where the target's Euler angles are
    legal, they are the answer. Elsewhere, from them and from everywhere in the box, each angle in turn is set to its
    best legal value (coordinate descent on the rotation angle; each step is closed form), and the nearest end is
    taken. NumPy arrays or torch tensors.
    """
    xp = namespace(target)
    if len(axes) == 1:
        return nearest_angle(angle_about(target, axes[0]), float(lower[0]), float(upper[0]))[..., None]
    order = "".join(_AXES[axis] for axis in (*axes, *(axis for axis in range(3) if axis not in axes)))[::-1]
    euler, limits = matrix_to_euler(target, order), list(zip(lower.tolist(), upper.tolist(), strict=True))
    angles = xp.stack([nearest_angle(euler[..., axis], *limit) for axis, limit in zip(axes, limits, strict=True)], -1)
    wrong = xp.abs(rotation_of(angles, axes) - target).reshape(len(target), 9).sum(-1) > _SAME
    if not wrong.any():
        return angles
    asked, starts = target[wrong], [angles[wrong]]
    for shares in product(_STARTS, repeat=len(axes)):
        within = [low + (high - low) * share for share, (low, high) in zip(shares, limits, strict=True)]
        starts.append(xp.stack([starts[0][:, 0] * 0.0 + angle for angle in within], -1))
    best, agreed = starts[0], -np.inf
    for start in starts:
        end = _descended(asked, axes, start, limits)
        agreement = (rotation_of(end, axes) * asked).sum(-1).sum(-1)  # trace of R^T target
        best = xp.where((agreement > agreed)[..., None], end, best)
        agreed = xp.where(agreement > agreed, agreement, agreed)
    angles = angles + 0.0  # a copy, of either kind
    angles[wrong] = best
    return angles


def rotation_of(angles: Any, axes: tuple[int, ...]) -> Any:
    """Rotations (F,3,3) of angles (F,N), radians, about N axes, outermost first."""
    rotation = turn_about(axes[0], angles[..., 0])
    for column, axis in enumerate(axes[1:], start=1):
        rotation = rotation @ turn_about(axis, angles[..., column])
    return rotation


def twist_of(rotation: Any, axis: int = 1) -> tuple[Any, Any]:
    """Cosine and sine (F), of a common factor, of the turn about an axis that is nearest to rotations (F,3,3)."""
    i, j = (axis + 1) % 3, (axis + 2) % 3
    return rotation[..., i, i] + rotation[..., j, j], rotation[..., j, i] - rotation[..., i, j]


def _descended(target: Any, axes: tuple[int, ...], start: Any, limits: list[tuple[float, float]]) -> Any:
    xp = namespace(target)
    angles = [start[..., column] for column in range(len(axes))]
    for _ in range(SWEEPS):
        turns = [turn_about(axis, angle) for axis, angle in zip(axes, angles, strict=True)]
        left = target  # what is left of it for one turn, once those outside and inside of that are taken off
        for turn in reversed(turns):
            left = left @ xp.swapaxes(turn, -1, -2)
        for column, axis in enumerate(axes):
            left = left @ turns[column]
            angles[column] = nearest_angle(angle_about(left, axis), *limits[column])
            left = xp.swapaxes(turn_about(axis, angles[column]), -1, -2) @ left
    return xp.stack(angles, -1)


def angle_about(rotation: Any, axis: int) -> Any:
    """Radians (F), of the turn about an axis, 0 to 2, that is nearest to rotations (F,3,3)."""
    cosine, sine = twist_of(rotation, axis)
    return namespace(rotation).arctan2(sine, cosine)


def nearest_angle(angle: Any, lower: float, upper: float) -> Any:
    """Angles within the limits as they are; others at the circularly nearest limit."""
    middle = (lower + upper) / 2.0
    return namespace(angle).clip((angle - middle + np.pi) % (2.0 * np.pi) - np.pi + middle, lower, upper)
