"""SMPL-X's tree of joints at rest, for a person of ours.

The tree and its names are published (Pavlakos et al. 2019). Where the joints of its mean body lie is the licensed
model's own, and not here: this is our skeleton with its arms spread and its palms down.
"""

from ..geometry.arrays import Array
from ..keypoints import Side
from ..retarget import Rig, read_map
from ..retarget.recognise.map_files import MAPS
from ..retarget.recognise.match import Match
from ..skeleton import Skeleton
from .spread_rig import spread_rig

_BODY = {
    "pelvis": "",
    "{side}_hip": "pelvis",
    "spine1": "pelvis",
    "{side}_knee": "{side}_hip",
    "spine2": "spine1",
    "{side}_ankle": "{side}_knee",
    "spine3": "spine2",
    "{side}_foot": "{side}_ankle",
    "neck": "spine3",
    "{side}_collar": "spine3",
    "head": "neck",
    "{side}_shoulder": "{side}_collar",
    "{side}_elbow": "{side}_shoulder",
    "{side}_wrist": "{side}_elbow",
    "jaw": "head",
    "{side}_eye": "head",
}
_FINGERS = ("index", "middle", "pinky", "ring", "thumb")
#: (55) joint -> the one that carries it, in the order of the model's pose parameters.
TREE = {side.fill(joint): side.fill(parent) for joint, parent in _BODY.items() for side in Side} | {
    f"{side}_{finger}{k}": f"{side}_{finger}{k - 1}" if k > 1 else f"{side}_wrist"
    for side in Side
    for finger in _FINGERS
    for k in (1, 2, 3)
}


def smplx_rig(skeleton: Skeleton, lengths: Array) -> tuple[Rig, Match]:
    """The joints of TREE at rest for a full body of bone lengths (B,), metres, and which of our bones they are."""
    at_ends = {"jaw": "head", **{f"{side}_eye": side.bone("eye") for side in Side}}
    return spread_rig(TREE, read_map(MAPS / "smplx.toml"), skeleton, lengths, at_ends)
