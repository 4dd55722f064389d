"""The surfaces that hands touch: how far from them the person's hands are, and where those belong by the rig's.

Each takes points (F,N,3) of a person, with flesh (N,) about them, and gives their distances (F,N), metres from skin
to skin, and (F,N,3) where the rig's belong.
"""

import numpy as np

from ...geometry.arrays import Array
from ..anatomy.body import HEIGHTS
from ..anatomy.moving import Moving

#: What is nearer touches, metres.
NEAR = 0.015
#: What lies so deep in the trunk touches it: the depth of an arm is the least certain.
IN = 0.03
#: A head's ellipsoid over half its width: where its middle is from the tip of the nose, and its half axes.
_HEAD_MIDDLE, _HEAD_AXES = np.array([0.0, 1.15, 0.35]), np.array([0.97, 0.97, 1.33])
#: The radius of the tip of a nose, over half a head's width.
_NOSE = 0.15
#: Half the width of a trunk, over the distance of its shoulder joints.
TRUNK_WIDTH = 0.55


def on_head(points: Array, flesh: Array, own: Moving, rig: Moving) -> tuple[Array, Array]:
    """Of the head, in proportion to its size."""
    turn = own.turns["head"]
    off = (points - own.point("head", own.body.nose)[:, None]) @ turn
    outside = (np.linalg.norm((off / own.body.head - _HEAD_MIDDLE) / _HEAD_AXES, axis=-1) - 1.0) * _HEAD_AXES[0]
    outside = np.minimum(outside, np.linalg.norm(off / own.body.head - [0.0, _NOSE, 0.0], axis=-1) - _NOSE)
    back = off * (rig.body.head / own.body.head) @ np.swapaxes(turn, -1, -2)
    return outside * own.body.head - flesh, rig.point("head", rig.body.nose)[:, None] + back


def on_trunk(points: Array, flesh: Array, own: Moving, rig: Moving) -> tuple[Array, Array]:
    """Of the trunk's front, which moves with the chest; what nearly touches it or is in it lies on it."""
    turn = own.turns["chest"]
    off = (points - own.neck[:, None]) @ turn
    height, aside = -off[..., 2] / own.body.trunk, off[..., 0] / own.body.breadth
    before = -off[..., 1] - own.body.front_at(height, aside) - flesh
    past = np.maximum(HEIGHTS[0] - height, height - HEIGHTS[-1]) * own.body.trunk
    past = np.hypot(np.maximum(past, 0.0), np.maximum(np.abs(aside) - TRUNK_WIDTH, 0.0) * own.body.breadth)
    distance = np.hypot(np.maximum(np.maximum(before, off[..., 1]), 0.0), past)
    scale = rig.body.trunk / own.body.trunk
    above = (before - np.clip(before, -IN, NEAR)) * scale + flesh * (rig.body.palm / own.body.palm)
    there = [aside * rig.body.breadth, -rig.body.front_at(height, aside) - above, -height * rig.body.trunk]
    return distance, rig.neck[:, None] + np.stack(there, axis=-1) @ np.swapaxes(turn, -1, -2)
