"""A range of frames bridged: what some bones do there is replaced by the way from its first pose to its last."""

from collections.abc import Set

import numpy as np

from ...engine.geometry.arrays import Array, Index
from ...engine.keypoints import Side
from ..keying.curves import replace_keys
from .played import Played

#: Seconds for which a movement into the range, or out of it, is felt inside: it runs out, it does not swing.
_CARRY = 0.25


def bridge_range(played: Played, channels: list[int], first: int, last: int, rate: float) -> None:
    """Replace the keys of these channels between two frames, in place; the poses in both of them stay.

    Speed is continuous at both ends, every angle within its limits; a key a frame. `rate` is the scene's, 1/s.
    """
    inside = np.flatnonzero(played.within(first, last))
    values = played.values.copy()
    values[inside] = _way(played.values, inside, _CARRY * rate)
    values = played.legal(values)
    for channel in channels:
        replace_keys(played.curves[played.channels[channel]], played.frames[inside], values[inside, channel])


def hand_channels(played: Played, side: Side) -> list[int]:
    """Of the hand: wrist, fingers, and the forearm's turn about itself, which turns the hand."""
    hand = played.of_bones(carried_by(played, side.bone("hand")))
    turn = played.of_bones({side.bone("forearm")})
    return [channel for channel in turn if played.channels[channel][1] == 1] + hand


def carried_by(played: Played, top: str) -> Set[str]:
    """The bone and all that it carries; none where it is not there."""
    found = set[str]()
    for bone in played.skeleton.bones:
        if bone.name == top or bone.parent in found:
            found.add(bone.name)
    return found


def _way(values: Array, rows: Index, carry: float) -> Array:
    """(N,C) for the consecutive rows (N,) of values (F,C).

    Cubic Hermite interpolation with speed 0 at the ends, and the speeds outside, which run out as the Hermite
    basis of a range of `carry` frames, or of all of it where that is shorter.
    """
    start, end = rows[0], rows[-1]
    into = values[start] - values[max(start - 1, 0)]
    out = values[min(end + 1, len(values) - 1)] - values[end]
    past, left = (rows - start)[:, None], (end - rows)[:, None]
    part = past / (end - start)
    eased = part**2 * (3 - 2 * part)
    length = min(carry, end - start)
    way = values[start] + (values[end] - values[start]) * eased
    return way + into * _running_out(past, length) - out * _running_out(left, length)


def _running_out(frames: Array, length: float) -> Array:
    """How far something with speed 1 at frame 0 gets that is back in its place after `length` frames."""
    return frames * np.clip(1 - frames / length, 0.0, None) ** 2
