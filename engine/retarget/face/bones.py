"""The bones of a character's eyes and jaw, and how a face turns them."""

import re
from dataclasses import dataclass

import numpy as np

from ...geometry.arrays import Array, check_shapes
from ...geometry.rotations import turn_about, unit
from ...keypoints import Side
from ..recognise.match import Match
from ..recognise.words import read_name
from ..rig import Rig

#: Radians that jawOpen at 1 turns the jaw: as far as the lower teeth of the head that `face_shapes` reads.
JAW_OPENS = np.radians(18.0)
_EYE, _JAW = re.compile("eye(ball)?$"), re.compile("(?<!upper)jaw(root|master)?$")
#: Rigify's control of the jaw, which hangs on the mechanism.
_CONTROL = "jawmaster"


@dataclass(frozen=True)
class FaceBone:
    """One of them: it is carried by the head."""

    name: str
    rest: Array
    """(3,3) its rest rotation in an upright world in which the character faces -Y."""

    def __post_init__(self) -> None:
        check_shapes(self, rest=(3, 3))


def face_bones(rig: Rig, match: Match, front: Array) -> dict[str, FaceBone]:
    """eye.L, eye.R and jaw of a rig, as far as it has them, by their names; `front` (3,3) makes it face -Y.

    The eyes of a control rig follow targets of its own: they are not to be turned, but its jaw's control is.
    """
    heads = {*match.bones["head"]}
    found: dict[str, FaceBone] = {}
    for bone, name in enumerate(rig.names):
        words, side = read_name(name)
        ours = _ours(words, side)
        if ours is None or ours in found:
            continue
        if words == _CONTROL if match.controls else _hangs(rig, bone, heads):
            found[ours] = FaceBone(name, front @ rig.rest[bone])
    return found


def _ours(words: str, side: Side | None) -> str | None:
    if side is None:
        return "jaw" if _JAW.search(words) else None
    return side.bone("eye") if _EYE.search(words) else None


def _hangs(rig: Rig, bone: int, heads: set[int]) -> bool:
    """Whether a bone goes wherever one of these does."""
    chain = [bone, *rig.ancestors(bone)]
    place = next((place for place, above in enumerate(chain) if above in heads), 0)
    return place > 0 and all(rig.inherits[carried] for carried in chain[:place])


def gaze_turns(gaze: Array, bones: dict[str, FaceBone]) -> dict[str, Array]:
    """Bone of the character -> its turns (F,3,3) away from rest, in its own axes, for a gaze (F,2,2), radians.

    At rest an eye looks to the front; it turns to the side about the vertical, then up about its own horizontal axis,
    as `Face.gaze` counts.
    """
    turns: dict[str, Array] = {}
    for eye, side in enumerate(Side):
        bone = bones.get(side.bone("eye"))
        if bone is not None:
            yaw, pitch = gaze[:, eye].T.astype(np.float64)
            turns[bone.name] = _in(bone, turn_about(2, yaw) @ turn_about(0, -pitch))
    return turns


def gaze_directions(gaze: Array) -> Array:
    """(...,3) where eyes of yaw and pitch (...,2), radians, look in a head that faces -Y with Z up."""
    yaw, pitch = np.moveaxis(gaze, -1, 0)
    looks = np.empty((*yaw.shape, 3))
    looks[..., 0], looks[..., 1], looks[..., 2] = np.sin(yaw), -np.cos(yaw), np.tan(pitch)
    return unit(looks)


def jaw_turns(opening: Array, bone: FaceBone) -> Array:
    """(F,3,3) the jaw's turn away from rest, in its own axes, for jawOpen (F,)."""
    return _in(bone, turn_about(0, JAW_OPENS * opening))


def _in(bone: FaceBone, turns: Array) -> Array:
    return bone.rest.T @ turns @ bone.rest
