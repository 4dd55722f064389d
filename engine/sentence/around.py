"""A way that bows out of what is in it: of the hands from pose to pose, around head, trunk and each other."""

from dataclasses import replace

import numpy as np

from ..geometry.arrays import Array
from ..keypoints import Side
from ..retarget import Performance
from ..retarget.contacts.reach import arm_skeleton, reach
from .solids import Depths, depths_of

#: Metres: what is less deep is a touch.
TOUCH = 0.01
#: Share of the way in which a hand comes out of what it is in where the way begins, as a sign that touches is.
_LEAVING = 0.4
_TRIES, _FARTHEST = 16, 0.3  # metres
#: What is moved less by the bow where it is deep would be moved too far elsewhere.
_LEAST = 0.15


def around(way: Performance) -> Performance:
    """The same way from its first pose to its last, the arms bowed out as far as hands went through something.

    The bow and its speed and acceleration are 0 at both ends. Where limits or lengths leave no free way it is the one
    of those tried that is the least deep in anything.
    """
    bow = (1.0 - np.linspace(-1.0, 1.0, len(way.angles)) ** 4) ** 3
    inside = depths_of(way)
    shift, allowed, tried = np.zeros((len(Side), 3)), _allowed(inside.depths), way
    best, least = way, np.inf
    for _ in range(_TRIES):
        deepest = (inside.depths - allowed).max()
        if deepest < least:
            best, least = tried, deepest
        if least <= 0.0:
            break
        shift += _shift(inside, allowed, bow)
        far = np.linalg.norm(shift, axis=1, keepdims=True)
        shift *= np.minimum(1.0, _FARTHEST / np.maximum(far, _FARTHEST))
        tried = _bowed(way, bow[:, None, None] * shift)
        inside = depths_of(tried)
    return best


def _allowed(depths: Array) -> Array:
    """(F,2,3) metres that the hands may be inside: at both ends as they are."""
    share = np.linspace(0.0, 1.0, len(depths))[:, None, None]
    leaving, coming = (np.maximum(1.0 - part / _LEAVING, 0.0) for part in (share, 1.0 - share))
    return TOUCH + np.maximum(np.maximum(leaving * depths[0], coming * depths[-1]), 0.0)


def _shift(inside: Depths, allowed: Array, bow: Array) -> Array:
    """(2,3) metres, in the axes of a chest at rest: what moves each wrist, where the bow is whole, out of the worst."""
    too_deep = np.maximum(inside.depths - allowed, 0.0)
    too_deep[..., 2] /= 2.0  # the other arm gives way as much
    needed = too_deep / np.maximum(bow, _LEAST)[:, None, None]
    worst = needed.max(axis=2)
    frames, sides = worst.argmax(axis=0), np.arange(len(Side))
    solids = needed[frames, sides].argmax(axis=1)
    return needed[frames, sides, solids, None] * inside.ways_out[frames, sides, solids]


def _bowed(way: Performance, shifts: Array) -> Performance:
    """With wrists moved by shifts (F,2,3), metres in the axes of a chest at rest, hands turned as before."""
    skeleton, angles = way.skeleton, way.angles.copy()
    for column, side in enumerate(Side):
        arm = np.array(arm_skeleton(side).angles_in(skeleton))
        lengths = np.array([way.lengths[skeleton.names.index(side.bone(part))] for part in ("upper_arm", "forearm")])
        nowhere = np.zeros((len(angles), 3))
        moved, still = (reach(side, angles[:, arm], lengths, nowhere, shift) for shift in (shifts[:, column], nowhere))
        angles[:, arm] += moved - still  # which bends an arm that is stretched out, even where nothing moves it
    return replace(way, angles=skeleton.clamp(angles))
