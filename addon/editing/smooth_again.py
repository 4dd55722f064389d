"""The engine's filter once more, over the keys that an action has."""

from collections.abc import Set

import numpy as np

from ...engine.geometry.arrays import Array
from ...engine.geometry.rotations import continuous_euler
from ...engine.lifting.smooth import WIDTH, filter_values, smooth_angles
from ..keying.curves import keys, move_keys
from .played import Played


def smooth_again(played: Played, bones: Set[str], first: float, last: float, rate: float, strength: float) -> int:
    """Filter the keys of these bones from the first frame to the last, in place; how many keys that were.

    `rate` is the scene's, 1/s. Keys keep their frames, and angles their limits. Where the range ends amid the
    motion, the filter sets in gradually.
    """
    values = _filtered(played, played.frames / rate, strength)
    weight = _weight(played.frames, first, last, strength * WIDTH * rate)
    values = played.legal(played.values + weight[:, None] * (values - played.values))
    count = 0
    for channel in played.of_bones(bones):
        curve = played.curves[played.channels[channel]]
        at, old = keys(curve).T
        inside = (at >= first) & (at <= last)
        move_keys(curve, np.where(inside, np.interp(at, played.frames, values[:, channel]), old))
        count += int(inside.sum())
    return count


def _filtered(played: Played, time: Array, strength: float) -> Array:
    """(F,C) of times (F,), seconds: the root by the Euler triples that are nearest to those it had."""
    order = played.skeleton.bones[0].order
    angles = smooth_angles(played.angles, order, np.ones_like(played.angles, dtype=bool), time, strength)
    both = np.stack([played.angles[:, :3], angles[:, :3]])
    angles[:, :3] = continuous_euler(both, order)[1]
    return np.concatenate([angles, filter_values(played.values[:, -3:], time, strength)], axis=1)


def _weight(frames: Array, first: float, last: float, ramp: float) -> Array:
    """(F,) from 0 outside the range to 1 inside, over `ramp` frames; 1 at ends of the motion itself."""
    from_first = np.inf if first <= frames[0] else frames - first
    from_last = np.inf if last >= frames[-1] else last - frames
    return np.clip(np.minimum(from_first, from_last) / max(ramp, 1.0) * np.ones(len(frames)), 0.0, 1.0)
