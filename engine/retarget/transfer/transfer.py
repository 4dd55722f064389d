"""Orientations of our skeleton carried over to a rig: in the world, through each one's rest pose.

A segment of the rig turns away from its anatomical rest frame as ours does from its own; bone rolls,
rest poses and the way a rig faces do not matter.
"""

import numpy as np

from ...geometry.arrays import Array
from ...keypoints import Side
from ...skeleton import Pose, Skeleton, forward_kinematics
from ..anatomy.rest import Rest
from ..anatomy.segments import own_rest, rig_rest
from ..recognise.match import Match
from ..rig import Rig
from .turns import away_from_rest, forearm_at_elbow, segment_turns, turn_at
from .twist import twisted_forearm


def transfer(
    rig: Rig,
    match: Match,
    skeleton: Skeleton,
    angles: Array,
    *,
    rest: Rest | None = None,
    pose: Pose | None = None,
) -> Array:
    """World rotations (F,B,3,3) of the rig's bones for angles (F,A), radians, of our skeleton.

    The rig's `rest` and the `pose` of the angles are computed where they are not known.

    Bones that nothing of ours moves keep their place in their parent. Without legs in the skeleton the
    pelvis rests too, and the spine takes the lean and turn of the whole.
    """
    rest = rest or rig_rest(rig, match)
    pose = pose or forward_kinematics(skeleton, angles.astype(np.float64), skeleton.lengths)
    turns = segment_turns(skeleton, pose)
    wanted = dict[int, Array]()
    for name, bones in match.bones.items():
        for place, bone in enumerate(bones, 1):
            turn = turn_at(turns, name, place / len(bones))
            if turn is not None:
                wanted[bone] = away_from_rest(turn, own_rest().frames[name], rest, rest.frames[name]) @ rig.rest[bone]
    for side in Side:
        if side.bone("forearm_twist") in match.bones:
            elbow, hand = forearm_at_elbow(skeleton, angles, pose, side), turns[side.bone("forearm")]
            wanted |= twisted_forearm(rig, match, rest, side, elbow, hand)
    world = np.empty((len(angles), len(rig.names), 3, 3))
    for bone in range(len(rig.names)):
        world[:, bone] = wanted[bone] if bone in wanted else rig.carried(world, bone)
    return world
