"""A person, or one hand, from known joints in space: HybrIK, then all joints at once within the limits."""

from collections.abc import Mapping

import numpy as np

from ..geometry.arrays import Array, Mask, in_blocks
from ..geometry.rotations import CAMERA_FROM_BLENDER
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

#: Standard deviations: of joints, metres, and of what HybrIK makes of them, radians.
TRUST, NEAR = 5e-4, 0.35
#: Those of the trunk: how far it bends follows from how much nearer the shoulders come to the hips, of which a little
#: error makes a large bend; it stays as straight as HybrIK's where that puts no joint off by a centimetre.
STRAIGHT = 0.03
#: Of an angle that joints tell of, less than this share of the latter stays unknown.
_TOLD = 0.8


def track_points(points: Points3D, known: Mapping[str, float] | None = None) -> Tracked:
    """The person, or hand, of known joints before a camera; `known` lengths of bones, metres, by name.

    Of an angle that no joint tells, as the turn of an arm whose elbow is straight, that is not seen.
    """
    skeleton = points.skeleton
    told = known_lengths(skeleton, known)
    lengths = np.where(np.isfinite(told), told, measure(skeleton, points.joints, points.known).lengths)
    start = _at_rest(skeleton, len(points.time))

    def solve_block(joints: Array, there: Mask, begin: Array) -> Array:
        own = joints @ CAMERA_FROM_BLENDER
        return solve_angles(skeleton, own - _root(skeleton, own, there, lengths)[:, None], there, lengths, begin)

    angles = in_blocks(solve_block, points.joints, points.known, start)
    joints = list(range(len(skeleton.joints)))
    observed = PointsInSpace(joints, points.joints, points.known.astype(np.float64), TRUST)
    root = np.arange(len(skeleton.freedoms)) < skeleton.root_angles.stop
    near = np.minimum(np.where(skeleton.trunk & ~root, STRAIGHT, NEAR), (skeleton.upper - skeleton.lower) / 12**0.5)
    angles, expected = refine(skeleton, angles, np.broadcast_to(near, angles.shape), lengths, observed)
    seen = expected.spreads < _TOLD * near
    seen[:, skeleton.trunk | root] = points.known.any(1)[:, None]
    spreads, errors = guessed_where_unseen(skeleton, expected.spreads, expected.errors, seen)
    errors = np.where(points.known, expected.errors, errors)
    return Tracked(skeleton, angles, spreads, errors, lengths, observed, seen)


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
