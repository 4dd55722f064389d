"""2D keypoints to joint angles and bone lengths, by the trained networks, all frames at once."""

from dataclasses import dataclass, replace

import numpy as np

from ..geometry.arrays import Array, Index, Mask, check_shapes, in_blocks
from ..geometry.camera import Camera
from ..geometry.rotations import CAMERA_FROM_BLENDER, euler_to_matrix, matrix_to_euler
from ..keypoints import POSE_NAMES, Evidence, Keypoints, Side
from ..skeleton import Kind, Skeleton, body_skeleton, hand_skeleton, legs_skeleton
from .features import BODY_POINTS, FULL_POINTS, body_features, hand_features
from .networks import angles_from_raw, lengths_from_raw, load_network, spreads_from_raw
from .sight import BodySight, see_body, see_hand

#: How far detected points lie from our joints in the picture, metres (one standard deviation): a hand's,
#: and a body's. Wrists are the hands' own; hips and face points are less well defined than limbs.
HAND_TRUST, BODY_TRUST = 0.005, 0.008
_TRUSTS = {
    "wrist": 0.004,
    "elbow": 0.008,
    "shoulder": 0.008,
    "hip": 0.035,
    "knee": 0.02,
    "ankle": 0.015,
    "heel": 0.02,
    "foot_index": 0.02,
}
_FACE_TRUST = 0.015
#: One standard deviation in mean absolute errors, which is what networks expect: Laplace's.
SPREAD = 2.0**0.5
#: Legs are animated where a foot is seen as surely as this in half of the frames.
LEGS_SEEN = 0.5


@dataclass(frozen=True)
class Lift:
    """What the networks make of one part over F frames, and the 2D evidence that they made it of."""

    skeleton: Skeleton
    angles: Array
    """(F,A) radians; arbitrary where not seen."""
    spreads: Array
    """(F,A) radians that the angles may be off (one standard deviation)."""
    lengths: Array
    """(F,B) metres, for a person of the table's stature."""
    seen: Mask
    """(F,) frames in which the part was detected."""
    evidence: Evidence
    shown: Mask
    """(F,N) the joints of the evidence that the detector is sure of."""

    def __post_init__(self) -> None:
        frames = len(self.seen)
        check_shapes(
            self,
            shown=(frames, len(self.evidence.joints)),
            angles=(frames, len(self.skeleton.freedoms)),
            spreads=(frames, len(self.skeleton.freedoms)),
            lengths=(frames, len(self.skeleton.bones)),
            seen=(frames,),
        )

    def rows(self, frames: Mask | Index) -> "Lift":
        """The same in the chosen frames."""
        chosen = {name: getattr(self, name)[frames] for name in ("angles", "spreads", "lengths", "seen", "shown")}
        return replace(self, evidence=self.evidence.rows(frames), **chosen)


def _turn_root(skeleton: Skeleton, angles: Array, turn: Array) -> None:
    """Bring root angles from turned cameras (F,3,3) back to the picture's camera, in place."""
    root, rest = skeleton.bones[0], skeleton.rest[0]
    local = euler_to_matrix(angles[:, skeleton.root_angles], root.order)
    back = CAMERA_FROM_BLENDER.T @ np.swapaxes(turn, -1, -2) @ CAMERA_FROM_BLENDER
    angles[:, skeleton.root_angles] = matrix_to_euler(rest.T @ back @ rest @ local, root.order)


def _evaluate(part: Skeleton, network: str, features: Array, turn: Array) -> Array:
    """Angles (F,A) in the picture's camera, their spreads (F,A) and lengths (F,B), side by side, of some frames."""
    raw = load_network(f"{network}_angles")(features)
    angles = angles_from_raw(part, raw)
    _turn_root(part, angles, turn)
    lengths = lengths_from_raw(part, load_network(f"{network}_lengths")(features))
    return np.concatenate([angles, SPREAD * spreads_from_raw(part, raw), lengths], 1).astype(np.float32)


def shown_body(keypoints: Keypoints) -> Kind:
    """The body that a clip shows: with legs where the feet are in the picture."""
    ankles = keypoints.confidence[keypoints.seen[:, 0]][:, [POSE_NAMES.index(f"{side}_ankle") for side in Side]]
    return Kind.FULL_BODY if len(ankles) and np.median(ankles.max(1)) >= LEGS_SEEN else Kind.UPPER_BODY


def lift_body(keypoints: Keypoints, camera: Camera, kind: Kind) -> Lift:
    """The body networks over a clip: 19 angles, 29 with legs, and all bone lengths of that body."""
    skeleton, names, parts = body_skeleton(kind), BODY_POINTS, [("body", body_skeleton(), len(BODY_POINTS))]
    if kind.has_legs:  # first, so that pelvis and hips are as the body's networks see them
        names, parts = FULL_POINTS, [("legs", legs_skeleton(), len(FULL_POINTS)), *parts]
    sight, frames = see_body(keypoints, camera, names), len(keypoints.time)
    angles, spreads = np.empty((2, frames, len(skeleton.freedoms)), np.float32)
    lengths = np.empty((frames, len(skeleton.bones)), np.float32)
    for network, part, count in parts:
        both, freedoms = _lift_part(sight, network, part, count), len(part.freedoms)
        columns = part.angles_in(skeleton)
        angles[:, columns], spreads[:, columns] = both[:, :freedoms], both[:, freedoms : 2 * freedoms]
        lengths[:, part.bones_in(skeleton)] = both[:, 2 * freedoms :]
    trusts = np.array([_trust(point) for point in names])
    joints = [skeleton.joints.index(point) for point in names]
    evidence = Evidence(joints, sight.pixels, sight.confidence**2 * (BODY_TRUST / trusts) ** 2, BODY_TRUST)
    return Lift(skeleton, angles, spreads, lengths, sight.detected, evidence, sight.seen > 0)


def _lift_part(sight: BodySight, network: str, part: Skeleton, count: int) -> Array:
    """What `_evaluate` gives of a body's part that is told by the first `count` points."""

    def evaluate(plane: Array, depth: Array, known: Array, seen: Array, turn: Array) -> Array:
        return _evaluate(part, network, body_features(plane, depth, known, seen), turn)

    points = [values[:, :count] for values in (sight.plane, sight.depth)]
    return in_blocks(evaluate, *points, sight.known, sight.seen[:, :count], sight.turn)


def _trust(point: str) -> float:
    return _TRUSTS.get(point.removeprefix("left_").removeprefix("right_"), _FACE_TRUST)


def lift_hand(keypoints: Keypoints, camera: Camera, side: Side) -> Lift:
    """The hand networks over a clip: 26 angles, root in the camera frame, of one side's skeleton.

    A left hand is mirrored into the networks, which know right hands, and out again.
    """
    known, skeleton = hand_skeleton(), hand_skeleton(side)
    sight = see_hand(keypoints, camera, side)

    def evaluate(plane: Array, depth: Array, depth_known: Array, turn: Array) -> Array:
        return _evaluate(known, "hand", hand_features(plane, depth, depth_known), turn)

    both = in_blocks(evaluate, sight.plane, sight.depth, sight.known, sight.turn)
    angles, spreads, lengths = np.split(both, [len(known.freedoms), 2 * len(known.freedoms)], axis=1)
    if side is Side.LEFT:
        angles *= known.mirror_signs.astype(np.float32)
    joints = [skeleton.joints.index(name) for name in side.hand_names]
    evidence = Evidence(joints, sight.pixels, sight.confidence, HAND_TRUST)
    return Lift(skeleton, angles, spreads, lengths, sight.detected, evidence, sight.confidence > 0)
