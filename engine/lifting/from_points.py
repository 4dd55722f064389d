"""A person, or one hand, from known joints in space: HybrIK, then all joints at once within the limits."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..geometry.arrays import Array, Mask, in_blocks
from ..geometry.rotations import CAMERA_FROM_BLENDER
from ..keypoints import Side
from ..points import Points3D
from ..points.measure import measure
from ..skeleton import Skeleton, hand_skeleton
from .assemble import relaxed_fingers
from .expected import guessed_where_unseen
from .hybrik import solve_angles
from .lengths import known_lengths
from .observations import PointsInSpace
from .person import Tracked
from .refine import refine
from .smooth import bridge

#: Standard deviations: of joints, metres; of what HybrIK makes of them, radians, and where it is to stay.
TRUST, NEAR, HELD = 5e-4, 0.35, 0.01
#: Those of the trunk: how far it bends follows from how much nearer the shoulders come to the hips, of which a little
#: error makes a large bend; it stays as straight as HybrIK's where that puts no joint off by a centimetre.
STRAIGHT = 0.03
#: Radians by which an elbow or a knee has to be bent before it tells how far the bone above is turned about itself:
#: forearms stand off straight arms by their carrying angle, and to the back, which no hinge does.
BENT = 0.35
#: Bones that turn about themselves, the hinges at their ends, and the joints that tell how far those are bent.
_ABOVE = {"upper_arm": ("shoulder", "elbow", "wrist"), "thigh": ("hip", "knee", "ankle")}
#: Of an angle that joints tell of, less than this share of the latter stays unknown.
_TOLD = 0.8


def track_points(points: Points3D, known: Mapping[str, float] | None = None) -> Tracked:
    """The person, or hand, of known joints before a camera; `known` lengths of bones, metres, by name.

    Of an angle that no joint tells, as the turn of an arm whose elbow is straight, that is not seen.
    """
    skeleton, whole = points.skeleton, _with_trunk(points)
    told = known_lengths(skeleton, known)
    lengths = np.where(np.isfinite(told), told, measure(skeleton, points.joints, points.known).lengths)
    straight = _straight(points)
    solved = _solved(whole, lengths, straight)
    root = np.arange(len(skeleton.freedoms)) < skeleton.root_angles.stop
    near = np.minimum(np.where(skeleton.trunk & ~root, STRAIGHT, NEAR), (skeleton.upper - skeleton.lower) / 12**0.5)
    turned = [axis == 1 for _, axis in skeleton.freedoms] & straight[:, [bone for bone, _ in skeleton.freedoms]]
    every = list(range(len(skeleton.joints)))
    observed = PointsInSpace(every, whole.joints, whole.known.astype(np.float64), TRUST)
    angles, expected = refine(skeleton, solved, np.where(turned, HELD, near), lengths, observed)
    seen = (expected.spreads < _TOLD * near) & ~turned
    seen[:, skeleton.trunk | root] = points.known.any(1)[:, None]
    spreads, errors = guessed_where_unseen(skeleton, expected.spreads, expected.errors, seen)
    errors = np.where(points.known, expected.errors, errors)
    return Tracked(skeleton, angles, spreads, errors, lengths, observed, seen)


def _with_trunk(points: Points3D) -> Points3D:
    """The same, hips and shoulders on a straight way while they are lost: all else is told from them."""
    joints, known, names = points.joints.copy(), points.known.copy(), points.skeleton.joints
    for middle, outer in (("mid_hips", "hip"), ("neck", "shoulder")) if points.kind.has_body else ():
        centre, *pair = (names.index(name) for name in (middle, *(f"{side}_{outer}" for side in Side)))
        for joint in (centre, *pair):
            joints[:, joint] = bridge(joints[:, joint], known[:, joint], points.time)
            known[:, joint] = known[:, joint].any()
        if known[:, pair].all():
            joints[:, centre], known[:, centre] = joints[:, pair].mean(1), True
    return replace(points, joints=joints, known=known)


def _solved(points: Points3D, lengths: Array, straight: Mask) -> Array:
    """(F,A) HybrIK's angles, bones that are `straight` (F,B) with their hinge not turned about themselves."""
    skeleton = points.skeleton

    def solve_block(joints: Array, known: Mask, start: Array, twists: Array) -> Array:
        own = joints @ CAMERA_FROM_BLENDER
        return solve_angles(
            skeleton, own - _root(skeleton, own, known, lengths)[:, None], known, lengths, start, twists
        )

    unturned = straight[..., None] * np.array([1.0, 0.0])
    return in_blocks(solve_block, points.joints, points.known, _at_rest(skeleton, len(points.time)), unturned)


def _straight(points: Points3D) -> Mask:
    """(F,B) bones whose hinge is known to be too little bent to tell how far they are turned about themselves."""
    skeleton, joints, known = points.skeleton, points.joints, points.known
    straight = np.zeros((len(joints), len(skeleton.bones)), dtype=bool)
    for side in Side:
        for bone, names in _ABOVE.items():
            if side.bone(bone) in skeleton.names:
                start, hinge, end = (skeleton.joints.index(f"{side}_{name}") for name in names)
                above, below = joints[:, hinge] - joints[:, start], joints[:, end] - joints[:, hinge]
                along = (above * below).sum(-1) > np.cos(BENT) * np.sqrt((above**2).sum(-1) * (below**2).sum(-1))
                straight[:, skeleton.names.index(side.bone(bone))] = along & known[:, [start, hinge, end]].all(1)
    return straight


def _at_rest(skeleton: Skeleton, frames: int) -> Array:
    """(F,A) radians: where nothing is known, hands are relaxed and all else is at zero."""
    angles = np.zeros((frames, len(skeleton.freedoms)))
    for side in skeleton.kind.hands:
        hand = hand_skeleton(side)
        fingers = [skeleton.angle_names.index(name) for name in hand.angle_names[3:]]
        angles[:, fingers] = relaxed_fingers(hand)
    return angles


def _root(skeleton: Skeleton, joints: Array, known: Mask, lengths: Array) -> Array:
    """(F,3) the root joint; of a body without hips, below its neck, upright."""
    if not skeleton.kind.has_body:
        return joints[:, 0]
    neck = skeleton.joints.index("neck")
    trunk = sum(lengths[skeleton.names.index(bone)] for bone in ("spine", "chest"))
    return np.where(known[:, :1], joints[:, 0], joints[:, neck] - [0.0, 0.0, trunk])
