"""HybrIK: 3D joints to angles, where each bone points (swing) from the joints, its turn about itself (twist) beside.

Li, Xu, Chen, Bian, Yang and Lu, "HybrIK: A Hybrid Analytical-Neural Inverse Kinematics Solution for 3D Human Pose
and Shape Estimation" (CVPR 2021); equations and algorithms bear the paper's numbers. From the root outwards every
bone gets the rotation that brings it onto the joints. Beyond the paper, the nearest legal one follows
(`nearest_legal`), and it is that which the bones farther out see: in the adaptive form no error adds up, be it of
joints, of bone lengths or of limits. Limits of a turn about the bone itself come first: they cost no joint its place.

The paper's twists come from a network. Here joints tell most of them (`told_twist`), where they are not given:

- A fork is rotated as a whole, as the paper's root: pelvis with the hips, chest with the shoulders, the head with its
  face, a palm. Where a joint of the trunk's own is not known, those farther out stand in for it, the trunk between
  bent as at the start.
- A bone before a hinge turns so that the hinge can bend that way: an upper arm by its forearm, a thigh by its shin.
- A bone before a fork takes what turn the fork cannot take itself: a forearm of its hand, the spine of the chest.
- A bone that cannot turn about itself has the twist that its other angles leave it.

What no joint tells is as at the start. NumPy arrays or torch tensors, which can be differentiated on.
"""

from typing import Any

from ...geometry.arrays import namespace
from ...skeleton import Pose, Skeleton
from ..legal import nearest_legal, rotation_of
from .given_joints import GivenJoints
from .swing_twist import rotation_to, twist_of, unit_twist
from .told_twists import possible_twist, told_twist

#: How well joints are known where nothing else is said, metres.
TRUST = 2e-4


def solve_angles(
    skeleton: Skeleton,
    joints: Any,
    known: Any,
    lengths: Any,
    start: Any,
    twists: Any = None,
    *,
    adaptive: bool = True,
    trust: float = TRUST,
) -> Any:
    """Angles (F,A), radians, within the limits, that bring a skeleton of any kind onto joints (F,J,3).

    Joints are metres in Blender's axes, relative to the root joint; they count where `known` (F,J). `lengths` (B,) or
    (F,B) metres. `start` (F,A) are legal angles: those of bones of which no known joint tells, and the turns of others
    of which none does. `twists` (F,B,2), where given, are cosines and sines of twists to be believed of bones that can
    turn about themselves, and zeros of bones of which they say nothing. `adaptive` is the paper's Algorithm 2,
    otherwise it is Algorithm 1. `trust`, metres, is how well joints are known: a turn that they tell less surely than
    that stays as at the start.
    """
    given = GivenJoints.of(skeleton, joints, known, lengths, start, twists, trust)
    return _walk(given, adaptive=adaptive, limited=True)[0]


def solve_pose(
    skeleton: Skeleton, joints: Any, known: Any, lengths: Any, start: Any, twists: Any = None, *, adaptive: bool = True
) -> Pose:
    """The pose of the paper's own form, which knows no limits: a bone that has any freedom has all of it.

    Takes what `solve_angles` takes; twists are as given, or as at the start.
    """
    given = GivenJoints.of(skeleton, joints, known, lengths, start, twists, TRUST)
    return _walk(given, adaptive=adaptive, limited=False)[1]


def _walk(given: GivenJoints, *, adaptive: bool, limited: bool) -> tuple[Any, Pose]:
    """From the root outwards: angles (F,A), those of the start if not limited, and the pose."""
    xp, skeleton = namespace(given.joints), given.skeleton
    angles = [given.start[..., angle] for angle in range(len(skeleton.freedoms))]
    rotations: list[Any] = []
    heads: list[Any] = []
    tails: list[Any] = []
    for bone, parent in enumerate(skeleton.bone_parents):
        if parent < 0:
            head = 0.0 * given.joints[:, 0]
            rotation = given.rest(bone) + 0.0 * head[..., None]
        else:
            head = heads[parent] if skeleton.at_head[bone] else tails[parent]
            rotation = rotations[parent] @ given.rest(bone)
        if turns := skeleton.turns[bone]:
            origin = head  # Algorithm 2: from where the bone does start; Algorithm 1: from where it is to start
            if not adaptive:
                begin = given.parts[bone].start
                origin = xp.where(given.known[:, begin, None], given.joints[:, begin], head)
            own, told = _ideal(given, bone, rotation, origin, limited=limited)
            if limited:
                columns, axes = [angle for angle, _ in turns], tuple(axis for _, axis in turns)
                legal = nearest_legal(own, axes, skeleton.lower[columns], skeleton.upper[columns])
                for place, angle in enumerate(columns):
                    angles[angle] = xp.where(told, legal[..., place], angles[angle])
                own = rotation_of(xp.stack([angles[angle] for angle in columns], -1), axes)
            rotation = rotation @ own
        rotations.append(rotation)
        heads.append(head)
        tails.append(head + rotation[..., 1] * given.lengths[..., bone, None])
    pose = Pose(xp.stack(rotations, -3), xp.stack(heads, -2), xp.stack(tails, -2), given.held.axes)
    return xp.stack(angles, -1), pose


def _ideal(given: GivenJoints, bone: int, frame: Any, origin: Any, *, limited: bool) -> tuple[Any, Any]:
    """A bone's rotation (F,3,3) from its frame at zero angles (F,3,3), and whether any known joint tells of it (F).

    `origin` (F,3) is where it starts.
    """
    xp, part, base, seen = namespace(frame), given.parts[bone], given.base(bone), given.end_known(bone)
    pointed = xp.where(seen[:, None], given.wanted(part.end, frame, origin), base[..., 1])
    twist = twist_of(base)
    if limited:
        twist = told_twist(given, bone, frame, pointed, twist)
    if given.twists is not None and (not limited or "Y" in given.skeleton.bones[bone].limits):
        believed = (xp.abs(given.twists[:, bone]).sum(-1) > 0.0)[:, None]
        twist = xp.where(believed, unit_twist(given.twists[:, bone]), twist)
    if limited:
        twist = possible_twist(given, bone, pointed, twist)
    ideal = rotation_to(pointed, twist)
    points = [(carried, given.straight, given.end_known(carried)) for carried in part.carried]
    points += [(farther, given.held, given.end_known(farther) & ~seen) for farther in part.farther]
    if len(points) > 1:
        ideal = given.fitted(bone, frame, origin, points, ideal)
    return ideal, sum(counts for _, _, counts in points) > 0
