"""Forearms of rigs that twist along bones of their own."""

from itertools import pairwise

import numpy as np

from ...geometry.arrays import Array
from ...geometry.rotations import shortest_turn, slerp
from ...keypoints import Side
from ..anatomy.rest import Rest
from ..anatomy.segments import own_rest
from ..recognise.match import Match
from ..rig import Rig
from .turns import away_from_rest


def twisted_forearm(rig: Rig, match: Match, rest: Rest, side: Side, elbow: Array, hand: Array) -> dict[int, Array]:
    """World rotations (F,3,3) of the bones between an elbow and a hand, by the turns (F,3,3) of ours at both.

    The bone at the elbow does not twist, the hand does all the way, those between share it.
    """
    forearm, own = side.bone("forearm"), own_rest()
    straight = away_from_rest(elbow, own.forearm_at_elbow(side), rest, rest.forearm_at_elbow(side))
    twisted = away_from_rest(hand, own.frames[forearm], rest, rest.frames[forearm])
    outer, twists = match.bones[forearm], match.bones[side.bone("forearm_twist")]
    world = {bone: straight @ rig.rest[bone] for bone in outer}
    for place, bone in enumerate(twists, 1):
        world[bone] = slerp(straight, twisted, place / (len(twists) + 1)) @ rig.rest[bone]
    start, end = rest.segments[forearm]
    return world | _pointed(rig, match.bones[side.bone("hand")][0], world, straight @ (end - start))


def _pointed(rig: Rig, hand: int, world: dict[int, Array], along: Array) -> dict[int, Array]:
    """Those of the bones that carry the hand, swung so that it is `along` (F,3) from the elbow.

    A twist bone between them that begins beside the forearm's line takes the hand off it.
    """
    carriers = rig.ancestors(hand)
    chain = [bone for bone in world if bone in carriers]
    lines = [world[a] @ (rig.rest[a].T @ (rig.heads[b] - rig.heads[a])) for a, b in pairwise([*chain, hand])]
    swing = shortest_turn(np.sum(lines, axis=0), along)
    return {bone: swing @ world[bone] for bone in chain}
