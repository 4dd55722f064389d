"""Our skeleton at rest as formats with a T-pose have it: arms to the sides, palms down, all axes the world's."""

from collections.abc import Mapping

import numpy as np

from ..geometry.arrays import Array
from ..geometry.rotations import frame_along
from ..keypoints import Side
from ..motion import Motion
from ..retarget import Rig, RigMap
from ..retarget.anatomy.segments import own_segments
from ..retarget.recognise.match import Match
from ..skeleton import Kind, Skeleton, load_skeleton


def spread_rig(
    tree: Mapping[str, str], known: RigMap, skeleton: Skeleton, lengths: Array, at_ends: Mapping[str, str]
) -> tuple[Rig, Match]:
    """A tree's joints at rest for a full body of bone lengths (B,), metres, and which of our bones they are.

    In Blender's axes. `tree` is joint -> the one that carries it, "" for the root; `known` says which of our bones
    they are, and `at_ends` at the ends of which of our bones the others lie.
    """
    names = [*tree]
    match = {bone: tuple(map(names.index, joints)) for bone, joints in known.bones.items()}
    segments = _segments(skeleton, lengths)
    starts, ends = np.empty((len(names), 3)), np.empty((len(names), 3))
    for bone, joints in match.items():
        start, end = segments[bone]
        for part, joint in enumerate(joints):
            starts[joint], ends[joint] = (start + (end - start) * share / len(joints) for share in (part, part + 1))
    for joint, bone in at_ends.items():
        starts[names.index(joint)] = ends[names.index(joint)] = segments[bone][1]
    parents = tuple(names.index(parent) if parent else -1 for parent in tree.values())
    axes = np.broadcast_to(np.eye(3), (len(names), 3, 3))
    return Rig(tuple(names), parents, axes, starts, ends, (True,) * len(names)), Match(known.name, match, ())


def on_full_body(motion: Motion) -> tuple[Array, Array]:
    """Angles (F,A), radians, and bone lengths (B,), metres, of a person on the full skeleton.

    What was tracked without legs stands.
    """
    skeleton, own = load_skeleton(Kind.FULL_BODY), motion.skeleton
    angles, lengths = np.zeros((len(motion.time), len(skeleton.freedoms))), skeleton.lengths.copy()
    angles[:, own.angles_in(skeleton)] = motion.angles
    lengths[own.bones_in(skeleton)] = motion.lengths_of_bones()
    return angles, lengths


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
