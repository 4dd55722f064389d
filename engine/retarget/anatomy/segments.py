"""Where the segments of a body start and end: those of our skeleton, and by our names those of a rig."""

from functools import cache

import numpy as np

from ...geometry.arrays import Array
from ...keypoints import Side, part_and_side
from ...skeleton import Kind, Skeleton, forward_kinematics, load_skeleton
from ..recognise.match import FINGERS, Match
from ..rig import Rig
from .rest import Rest

#: A last bone's own direction is believed within this angle of the bone before it, degrees: importers give
#: bones without children any tail.
PLAUSIBLE_TIP = 45.0
_ALONG_FINGERS = {f"{finger}.0{k}": f"{finger}.0{k + 1}" for finger in FINGERS for k in (1, 2)}
_BEFORE = {after: before for before, after in _ALONG_FINGERS.items()}
#: The part at whose start another one ends.
_NEXT = _ALONG_FINGERS | {
    "upper_arm": "forearm",
    "forearm": "hand",
    "hand": "f_middle.01",
    "palm.ring": "f_ring.01",
    "palm.pinky": "f_pinky.01",
    "thigh": "shin",
    "shin": "foot",
    "foot": "toe",
}


def own_segments(skeleton: Skeleton, lengths: Array) -> dict[str, Array]:
    """Bone -> (2,3) where it starts and ends at rest, for bone lengths (B,), metres."""
    pose = forward_kinematics(skeleton, np.zeros(len(skeleton.freedoms)), lengths)
    return {name: np.stack([pose.heads[bone], pose.tails[bone]]) for bone, name in enumerate(skeleton.names)}


@cache
def own_rest() -> Rest:
    """Our full skeleton at rest; it has a head for a neck, and feet for toes."""
    skeleton = load_skeleton(Kind.FULL_BODY)
    segments = own_segments(skeleton, skeleton.lengths)
    segments |= {"neck": segments["head"], **{side.bone("toe"): segments[side.bone("foot")] for side in Side}}
    axes = {name: skeleton.rest[bone, :, 0] for bone, name in enumerate(skeleton.names)}
    hinges = {side.bone(part): axes[side.bone(part)] for side in Side for part in ("forearm", "shin")}
    rest, thumbs = Rest(segments, hinges, {}), dict[str, Array]()
    for side in Side:
        thumbs |= {name: rest.palm(side).T @ axes[name] for name in (side.bone(f"thumb.0{k}") for k in (1, 2, 3))}
    return Rest(segments, hinges, thumbs)


def rig_rest(rig: Rig, match: Match) -> Rest:
    """A rig at rest, its segments by our names; a forearm's are one."""
    segments: dict[str, Array] = {}
    for name, bones in match.bones.items():
        if not name.startswith("forearm_twist"):
            segments[name] = np.stack([rig.heads[bones[0]], _end(rig, match, name, segments)])
    return Rest(segments, {}, own_rest().thumbs)


def _end(rig: Rig, match: Match, name: str, known: dict[str, Array]) -> Array:
    """Where a segment ends (3,): at the next one, at a child, or where its own tail or the one before points."""
    bone = match.bones[name][-1]
    following = _beside(name, _NEXT)
    if following in match.bones:
        return rig.heads[match.bones[following][0]]
    before = _beside(name, _BEFORE)
    if before not in known:
        return rig.tails[bone]
    along = known[before][1] - known[before][0]
    for end in [*(rig.heads[child] for child in rig.children[bone]), rig.tails[bone]]:
        own = end - rig.heads[bone]
        length = np.linalg.norm(own) * np.linalg.norm(along)
        if length > 0 and own @ along > np.cos(np.radians(PLAUSIBLE_TIP)) * length:
            return end
    return rig.heads[bone] + along


def _beside(name: str, parts: dict[str, str]) -> str | None:
    """The segment of the same side that a table of parts leads to."""
    part, side = part_and_side(name)
    return side.bone(parts[part]) if side is not None and part in parts else None
