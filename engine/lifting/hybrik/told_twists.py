"""Twists that joints tell: how far a bone is turned about itself, seen by what hangs on it.

The paper leaves twists to a network. A twist is given as its cosine and sine (F,2), see `swing_twist`.
"""

from typing import Any

import numpy as np

from ...geometry.arrays import namespace
from ...geometry.rotations import matrix_to_euler
from ...skeleton import AXES
from ..legal import nearest_angle, nearest_legal, rotation_of
from .given_joints import GivenJoints
from .swing_twist import rotation_to, swing, twist_of, twist_turn, unit_twist

#: How far arms and legs are turned from where they are kept, radians: one standard deviation.
TURNED = 0.3
_X, _Y, _Z = range(3)


def told_twist(given: GivenJoints, bone: int, frame: Any, pointed: Any, kept: Any) -> Any:
    """The twist of a bone whose frame at zero angles is `frame` (F,3,3) and that points to `pointed` (F,3) in it.

    `kept` is the twist that it has where joints tell nothing.
    """
    if "Y" not in given.skeleton.bones[bone].limits:
        return _left_by_axes(pointed)
    child = given.parts[bone].child
    if child < 0:
        return kept
    axes = given.skeleton.bones[child].limits
    if "Z" in axes and "Y" in axes:
        return kept
    swung = frame @ swing(pointed)
    if len(given.parts[child].carried) > 1:
        return _left_by_fork(given, bone, child, swung, kept)
    return kept if "Z" in axes else _left_by_hinge(given, bone, child, swung, pointed, kept)


def possible_twist(given: GivenJoints, bone: int, pointed: Any, twist: Any) -> Any:
    """The nearest twist with which a bone whose first angle is its turn about itself can point there, if any can.

    Unlike the nearest legal rotation, it moves no joint to come nearer to a twist.
    """
    own = given.skeleton.bones[bone]
    if own.order[0] != "Y" or "Y" not in own.limits:
        return twist
    angle = matrix_to_euler(rotation_to(pointed, twist), own.order)[..., _Y]
    beyond = nearest_angle(angle, *own.limits["Y"]) - angle
    xp, cosine, sine = namespace(twist), twist[..., 0], twist[..., 1]
    c, s = xp.cos(beyond), xp.sin(beyond)
    return xp.stack([cosine * c - sine * s, sine * c + cosine * s], -1)


def _left_by_axes(pointed: Any) -> Any:
    """Of a bone that cannot turn about itself: that of Rx(x) Rz(z), which are determined by where it points."""
    xp = namespace(pointed)
    across, along, front = (pointed[..., axis] for axis in range(3))
    z = -xp.arctan2(across, xp.sqrt(along**2 + front**2))
    return twist_of(rotation_of(xp.stack([xp.arctan2(front, along), z], -1), (_X, _Z)))


def _left_by_hinge(given: GivenJoints, bone: int, child: int, swung: Any, pointed: Any, kept: Any) -> Any:
    """Of an upper arm or a thigh: what turns the hinge so that it bends to where its joint is."""
    xp, own, hinge = namespace(swung), given.skeleton.bones[bone], given.skeleton.bones[child]
    end, known = given.parts[bone].end, given.end_known(bone) & given.end_known(child)
    flexed = given.skeleton.rest_local[child][:, _Z]  # where the hinge bends to, at zero angles
    there = given.wanted(given.parts[child].end, swung, given.joints[:, end])
    there = xp.where(known[:, None], there, given.constant(flexed))
    cosine = there[..., _Z] * flexed[_Z] + there[..., _X] * flexed[_X]
    sine = there[..., _X] * flexed[_Z] - there[..., _Z] * flexed[_X]
    aside = xp.sqrt(there[..., _X] ** 2 + there[..., _Z] ** 2)
    told = aside[..., None] * xp.stack([cosine, sine], -1)
    # Bent by less than it can be overstretched, it may be so either way: the one nearer to the middle of the limits.
    overstretched = xp.arctan2(aside, there[..., _Y]) < -hinge.limits["X"][0]
    off = matrix_to_euler(rotation_to(pointed, unit_twist(told)), own.order)[..., _Y] - sum(own.limits["Y"]) / 2.0
    told = xp.where((overstretched & (xp.cos(off) < 0.0))[..., None], -told, told)
    return unit_twist(known[:, None] * told + (given.trust / TURNED) ** 2 * kept)


def _left_by_fork(given: GivenJoints, bone: int, child: int, swung: Any, kept: Any) -> Any:
    """Of a forearm before its hand, or of the spine before the chest: the turn that the fork cannot do itself."""
    xp, skeleton, rest = namespace(swung), given.skeleton, given.rest(child)
    points = [
        (carried, given.straight, given.end_known(carried) & given.end_known(bone))
        for carried in given.parts[child].carried
    ]
    before = twist_turn(kept) @ rest @ given.base(child)
    fork = given.fitted(child, swung, given.joints[:, given.parts[bone].end], points, before)
    needed = xp.swapaxes(rest, -1, -2) @ fork  # the fork's frame at zero angles is turned about Y alone
    own, theirs = skeleton.bones[bone].limits["Y"], skeleton.bones[child].limits
    if "Y" in theirs:
        both = matrix_to_euler(needed, "ZXY")[..., _Y]
        angle = both - xp.clip(both - xp.arctan2(kept[..., 1], kept[..., 0]), *theirs["Y"])
    else:
        axes = [axis for _, axis in skeleton.turns[child]]
        lower, upper = np.array([own, *(theirs[AXES[axis]] for axis in axes)]).T
        angle = nearest_legal(needed, (_Y, *axes), lower, upper)[..., 0]
    return xp.stack([xp.cos(angle), xp.sin(angle)], -1)
