"""SMPL-X's tree of joints at rest, for a person of ours.

The tree and its names are published (Pavlakos et al. 2019). Where the joints of its mean body lie is the licensed
model's own, and not here: this is our skeleton with its arms spread and its palms down.
"""

import numpy as np

from ..geometry.arrays import Array
from ..geometry.rotations import frame_along
from ..keypoints import Side
from ..retarget import Rig, read_map
from ..retarget.anatomy.segments import own_segments
from ..retarget.recognise.map_files import MAPS
from ..retarget.recognise.match import Match
from ..skeleton import Skeleton

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
    """The joints of TREE at rest for a full body of bone lengths (B,), metres, and which of our bones they are.

    In Blender's axes; every joint's own axes are the world's.
    """
    names, known = [*TREE], read_map(MAPS / "smplx.toml").bones
    match = {bone: tuple(map(names.index, joints)) for bone, joints in known.items()}
    segments = _segments(skeleton, lengths)
    starts, ends = np.empty((len(names), 3)), np.empty((len(names), 3))
    for bone, joints in match.items():
        start, end = segments[bone]
        for part, joint in enumerate(joints):
            starts[joint], ends[joint] = (start + (end - start) * share / len(joints) for share in (part, part + 1))
    for joint, bone in {"jaw": "head", **{f"{side}_eye": side.bone("eye") for side in Side}}.items():
        starts[names.index(joint)] = ends[names.index(joint)] = segments[bone][1]
    parents = tuple(names.index(parent) if parent else -1 for parent in TREE.values())
    axes = np.broadcast_to(np.eye(3), (len(names), 3, 3))
    return Rig(tuple(names), parents, axes, starts, ends, (True,) * len(names)), Match("SMPL-X", match, ())


def _segments(skeleton: Skeleton, lengths: Array) -> dict[str, Array]:
    """Bone of a rig map -> (2,3) where it starts and ends, metres."""
    segments = own_segments(skeleton, lengths)
    for side, aside in zip(Side, (1.0, -1.0), strict=True):
        arm, hand = (skeleton.names.index(side.bone(part)) for part in ("upper_arm", "hand"))
        palm_down = frame_along(np.array([aside, 0.0, 0.0]), np.array([0.0, aside, 0.0]))  # thumbs to the front
        turn, shoulder = palm_down @ skeleton.rest[hand].T, segments[side.bone("upper_arm")][0]
        for name, carriers in zip(skeleton.names, skeleton.carriers, strict=True):
            if arm in carriers:
                segments[name] = shoulder + (segments[name] - shoulder) @ turn.T
        start, end = segments[side.bone("foot")]
        segments[side.bone("toe")] = np.stack([end, 2 * end - start])
    segments["spine"] = np.stack([segments["spine"][0], segments["chest"][1]])
    start, end = segments["head"]
    segments["neck"], segments["head"] = np.stack([start, (start + end) / 2]), np.stack([(start + end) / 2, end])
    return segments
