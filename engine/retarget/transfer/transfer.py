"""Orientations of our skeleton carried over to a rig: in the world, through each rig's rest pose.

A segment of the target turns away from its anatomical rest frame as ours does from its own; bone rolls,
rest poses and the way a rig faces do not matter.
"""

from functools import cache
from itertools import pairwise

import numpy as np

from ...geometry.arrays import Array
from ...geometry.rotations import shortest_turn
from ...skeleton import Kind, Pose, Skeleton, forward_kinematics, load_skeleton
from ..anatomy.rest import Rest, Segments, untwisted
from ..recognise.match import Match
from ..rig import Rig

#: A last bone's own direction is believed within this angle of the bone before it, degrees: importers give
#: bones without children any tail.
PLAUSIBLE_TIP = 45.0
_INNER = {
    "upper_arm": "forearm",
    "forearm": "hand",
    "hand": "f_middle.01",
    **{f"palm.{finger}": f"f_{finger}.01" for finger in ("index", "middle", "ring", "pinky")},
    "thigh": "shin",
    "shin": "foot",
    "foot": "toe",
}


@cache
def own_rest() -> Rest:
    """Our full skeleton at rest."""
    skeleton = load_skeleton(Kind.FULL_BODY)
    pose = forward_kinematics(skeleton, np.zeros(len(skeleton.freedoms)), skeleton.lengths)
    segments = {name: (pose.heads[bone], pose.tails[bone]) for bone, name in enumerate(skeleton.names)}
    axis = {name: skeleton.rest[bone][:, 0] for bone, name in enumerate(skeleton.names)}
    hinges = {name: axis[name] for name in axis if name[:-2] in ("forearm", "shin")}
    rest = Rest(segments, hinges, {})
    thumbs = {name: rest.palm(name[-1]).T @ axis[name] for name in axis if name.startswith("thumb")}
    return Rest(segments, hinges, thumbs)


def rig_rest(rig: Rig, found: Match) -> Rest:
    """A rig at rest, its segments by our names."""
    segments: Segments = {}
    for name, bones in found.bones.items():
        segments[name] = (rig.heads[bones[0]], _end(rig, found, name, segments))
    for side in "LR":
        twist, forearm = f"forearm_twist.{side}", f"forearm.{side}"
        if twist in segments:
            segments[twist] = segments[forearm]
    return Rest(segments, {}, own_rest().thumbs)


def _end(rig: Rig, found: Match, name: str, known: Segments) -> Array:
    """Where a segment ends (3,): at the next one, at a child, or where its own tail or the one before points."""
    part, side, bone = name[:-2], name[-2:], found.bones[name][-1]
    following = _INNER.get(part) or (f"{part[:-1]}{int(part[-1]) + 1}" if part[-1:].isdigit() else "")
    if following + side in found.bones:
        return rig.heads[found.bones[following + side][0]]
    before = known.get(f"{part[:-1]}{int(part[-1]) - 1}{side}") if part[-1:].isdigit() else None
    if before is None:
        return rig.tails[bone]
    along = before[1] - before[0]
    ends = [rig.heads[child] for child in rig.children[bone]] + [rig.tails[bone]]
    for end in ends:
        own = end - rig.heads[bone]
        length = np.linalg.norm(own) * np.linalg.norm(along)
        if length > 0 and own @ along > np.cos(np.radians(PLAUSIBLE_TIP)) * length:
            return end
    return rig.heads[bone] + along


def transfer(
    rig: Rig,
    found: Match,
    skeleton: Skeleton,
    angles: Array,
    *,
    rest: Rest | None = None,
    pose: Pose | None = None,
) -> Array:
    """World rotations (F,B,3,3) of the rig's bones for angles (F,A) of our skeleton.

    The rig's `rest` and the `pose` of the angles are computed where they are not known.

    Bones that nothing of ours moves keep their place in their parent. Without legs in the skeleton the
    pelvis rests too, and the spine takes the lean and turn of the whole.
    """
    source, target = own_rest().frames, rest or rig_rest(rig, found)
    frames = target.frames
    turns = _turns(skeleton, angles, pose)
    facing = target.body @ own_rest().body.T

    def away(turn: Array, own: str, alike: str) -> Array:
        """(F,3,3) the turn of a target's segment away from its rest, in the world."""
        return facing @ turn @ source[alike] @ frames[own].T

    wanted: dict[int, Array] = {}
    for name, bones in found.bones.items():
        part, side = name[:-2], name[-2:]
        for place, bone in enumerate(bones):
            share = (place + 1) / len(bones)
            if part in ("forearm", "forearm_twist") and f"forearm_twist{side}" in found.bones:
                # The bone at the elbow does not twist, the hand does all the way, those between share it.
                forearm = f"forearm{side}"
                straight = away(turns[untwisted(forearm)], untwisted(name), untwisted(forearm))
                twisted = away(turns[forearm], name, forearm)
                share = 0.0 if part == "forearm" else (place + 1) / (len(bones) + 1)
                wanted[bone] = _between(straight, twisted, share) @ rig.rest[bone]
                continue
            turn = _share(turns, name, share)
            if turn is not None:
                wanted[bone] = away(turn, name, _alike(name)) @ rig.rest[bone]
    for side in (".L", ".R"):
        elbow = f"forearm{side}"
        if f"forearm_twist{side}" in found.bones:
            start, end = target.segments[elbow]
            straight = away(turns[untwisted(elbow)], untwisted(elbow), untwisted(elbow))
            _point(rig, found, side, straight @ (end - start), wanted)
    world = np.empty((len(angles), len(rig.names), 3, 3))
    for bone in range(len(rig.names)):
        world[:, bone] = wanted[bone] if bone in wanted else rig.carried(world, bone)
    return world


def _point(rig: Rig, found: Match, side: str, along: Array, wanted: dict[int, Array]) -> None:
    """Swing the bones between elbow and hand so that the hand is (F,3) from the elbow.

    A twist bone between them that begins beside the forearm's line takes the hand off it.
    """
    hand = found.bones[f"hand{side}"][0]
    between = [bone for part in ("forearm", "forearm_twist") for bone in found.bones[f"{part}{side}"]]
    chain = [bone for bone in between if bone in rig.ancestors(hand)]
    lines = [wanted[a] @ (rig.rest[a].T @ (rig.heads[b] - rig.heads[a])) for a, b in pairwise([*chain, hand])]
    swing = shortest_turn(np.sum(lines, axis=0), along)
    for bone in chain:
        wanted[bone] = swing @ wanted[bone]


def _turns(skeleton: Skeleton, angles: Array, pose: Pose | None) -> dict[str, Array]:
    """Our bone -> (F,3,3) its turn away from rest, in the world."""
    if pose is None:
        pose = forward_kinematics(skeleton, angles.astype(np.float64), skeleton.lengths)
    away = pose.rotations @ np.swapaxes(skeleton.rest, -1, -2)
    turns = {name: away[:, bone] for bone, name in enumerate(skeleton.names)}
    for side in "LR":
        forearm, twist = skeleton.names.index(f"forearm.{side}"), skeleton.angle_names.index(f"forearm.{side}.Y")
        # Pronation is the innermost of a forearm's turns.
        cos, sin = np.cos(angles[:, twist, None]), np.sin(angles[:, twist, None])
        x, y, z = np.moveaxis(pose.rotations[:, forearm], -1, 0)
        straight = np.stack([x * cos + z * sin, y, z * cos - x * sin], axis=-1)
        turns[untwisted(f"forearm.{side}")] = straight @ skeleton.rest[forearm].T
    if "thigh.L" not in turns:
        turns["pelvis"] = np.broadcast_to(np.eye(3), turns["pelvis"].shape)
    return turns


def _share(turns: dict[str, Array], name: str, share: float) -> Array | None:
    """(F,3,3) the turn of the bone that lies at a share, 0 to 1, of one of our segments; None if nothing moves it."""
    part, side = name[:-2], name[-2:]
    if name == "spine":
        if share <= 0.5:
            return _between(turns["pelvis"], turns["spine"], 2 * share)
        return _between(turns["spine"], turns["chest"], 2 * share - 1)
    if name == "neck":
        return _between(turns["chest"], turns["head"], share / 2)
    if part == "shoulder":
        return turns["chest"]
    if part == "toe":
        return turns.get(f"foot{side}")
    return turns.get(name)


def _alike(name: str) -> str:
    """The segment of ours whose rest frame a segment of a rig is compared with."""
    part, side = name[:-2], name[-2:]
    return {"neck": "head"}.get(name, f"foot{side}" if part == "toe" else name)


def _between(first: Array, second: Array, share: float) -> Array:
    """Rotations (F,3,3) at a share of the way from the first to the second, about a fixed axis."""
    turn = np.swapaxes(first, -1, -2) @ second
    axis = np.stack([turn[:, 2, 1] - turn[:, 1, 2], turn[:, 0, 2] - turn[:, 2, 0], turn[:, 1, 0] - turn[:, 0, 1]], -1)
    size = np.linalg.norm(axis, axis=-1, keepdims=True)
    angle = np.arctan2(size[:, 0], np.trace(turn, axis1=1, axis2=2) - 1.0) * share
    axis = np.divide(axis, size, out=np.zeros_like(axis), where=size > 1e-12)
    cross = np.swapaxes(np.cross(axis[:, None], np.eye(3)), -1, -2)  # Rodrigues
    s, c = np.sin(angle)[:, None, None], np.cos(angle)[:, None, None]
    return first @ (np.eye(3) + s * cross + (1 - c) * cross @ cross)
