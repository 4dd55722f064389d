"""How our segments turn away from rest, and what that is for the segments of a rig."""

import numpy as np

from ...geometry.arrays import Array
from ...geometry.rotations import rotation_about, slerp
from ...keypoints import Side
from ...skeleton import Pose, Skeleton
from ..anatomy.rest import Rest
from ..anatomy.segments import own_rest

_ALONG = np.array([0.0, 1.0, 0.0])


def segment_turns(skeleton: Skeleton, pose: Pose) -> dict[str, Array]:
    """Our segment -> (F,3,3) its turn away from rest, in the world; without legs the pelvis rests."""
    away = pose.rotations @ np.swapaxes(skeleton.rest, -1, -2)
    turns = {name: away[:, bone] for bone, name in enumerate(skeleton.names)}
    if not skeleton.kind.has_legs:
        return turns | {"pelvis": np.broadcast_to(np.eye(3), turns["pelvis"].shape)}
    return turns | {side.bone("toe"): turns[side.bone("foot")] for side in Side}


def forearm_at_elbow(skeleton: Skeleton, angles: Array, pose: Pose, side: Side) -> Array:
    """(F,3,3) the turn of a forearm away from rest but for its pronation, which is the innermost of its turns."""
    name = side.bone("forearm")
    forearm, pronation = skeleton.names.index(name), skeleton.angle_names.index(f"{name}.Y")
    straight = pose.rotations[:, forearm] @ rotation_about(_ALONG, -angles[:, pronation])
    return straight @ skeleton.rest[forearm].T


def turn_at(turns: dict[str, Array], name: str, share: float) -> Array | None:
    """(F,3,3) the turn at a share, 0 to 1, of the way along a segment; None if nothing of ours moves it.

    A rig's spine is ours and our chest; its neck goes half the way from the chest to the head.
    """
    if name == "spine" and share > 0.5:
        return slerp(turns["spine"], turns["chest"], 2 * share - 1)
    if name == "spine":
        return slerp(turns["pelvis"], turns["spine"], 2 * share)
    if name == "neck":
        return slerp(turns["chest"], turns["head"], share / 2)
    return turns.get(name)


def away_from_rest(turn: Array, own_frame: Array, rest: Rest, frame: Array) -> Array:
    """A turn (F,3,3) of ours as that of a rig's segment away from its `rest`, in the world.

    It brings the rig's anatomical rest frame (3,3) to where it brings our own.
    """
    facing = rest.body @ own_rest().body.T
    return facing @ turn @ own_frame @ frame.T
