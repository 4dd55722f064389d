"""The finished skeletons, and the parts of them that the networks see."""

from dataclasses import replace
from functools import cache

import numpy as np

from ..keypoints import Side
from .kind import Kind
from .skeleton import AXES, Skeleton
from .table import read_bones

UNLIMITED = (-np.pi, np.pi)


@cache
def load_skeleton(kind: Kind = Kind.UPPER_BODY) -> Skeleton:
    """The finished skeleton of a kind: 71 angles, 81 with legs, 26 of a hand by itself."""
    if not kind.has_body:
        return hand_skeleton(kind.hands[0])
    return Skeleton(*read_bones(kind.value.replace(" ", "_")), kind)


@cache
def legs_skeleton() -> Skeleton:
    """The part that the leg networks see: 13 angles, the pelvis free."""
    full = load_skeleton(Kind.FULL_BODY)
    above = _below(full, "spine")
    return replace(full, bones=tuple(bone for bone in full.bones if bone.name not in above))


@cache
def body_skeleton(kind: Kind = Kind.UPPER_BODY) -> Skeleton:
    """The part that the body networks see: 19 angles, 29 with legs; without hands and without pronation."""
    full = load_skeleton(kind)
    dropped = {bone for side in Side for bone in _below(full, side.bone("hand"))}
    forearms = {side.bone("forearm") for side in Side}
    kept = [bone for bone in full.bones if bone.name not in dropped]
    hinged = (replace(bone, limits={"X": bone.limits["X"]}) if bone.name in forearms else bone for bone in kept)
    return replace(full, bones=tuple(hinged))


@cache
def hand_skeleton(side: Side = Side.RIGHT) -> Skeleton:
    """One hand by itself: 26 angles, its root free. At rest the fingers point up, palm to the camera."""
    full = load_skeleton()
    root = side.bone("hand")
    kept = [bone for bone in full.bones if bone.name in _below(full, root)]
    upright = np.eye(3)[:, [0, 2, 1]] * [1.0, 1.0, -1.0]  # X right, Y up, Z (palm) to the front
    change = upright @ full.bones[full.names.index(root)].rest.T
    free = dict.fromkeys(AXES, UNLIMITED)
    bones = tuple(
        replace(
            bone,
            rest=change @ bone.rest,
            **({"parent": None, "order": "ZXY", "limits": free} if bone.name == root else {}),
        )
        for bone in kept
    )
    return Skeleton(bones, full.stature, Kind.LEFT_HAND if side is Side.LEFT else Kind.RIGHT_HAND)


def _below(skeleton: Skeleton, root: str) -> set[str]:
    """Names of a bone and all its descendants."""
    names = {root}
    for bone in skeleton.bones:
        if bone.parent in names:
            names.add(bone.name)
    return names
