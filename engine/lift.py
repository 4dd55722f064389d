"""2D keypoints to joint angles and bone lengths, by the trained networks, all frames at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .features import (
    BODY_POINTS,
    SEEN,
    body_features,
    hand_features,
    rays_through,
    turn_to_axis,
    turned,
)
from .keypoints import HAND_NAMES, HANDS, POSE_NAMES, SIDES, Keypoints
from .networks import angles_from_raw, lengths_from_raw, load_network
from .refine import Points
from .rotations import CAMERA_FROM_BLENDER, euler_to_matrix, matrix_to_euler
from .skeleton import Skeleton, body_skeleton, hand_skeleton

_BODY_COLUMNS = [POSE_NAMES.index(name) for name in BODY_POINTS]
_SHOULDERS = [BODY_POINTS.index(name) for name in ("left_shoulder", "right_shoulder")]
#: How far detected points lie from our joints in the picture, metres (one standard deviation): a hand's,
#: and a body's. Wrists are the hands' own; hips and face points are less well defined than limbs.
HAND_TRUST, BODY_TRUST = 0.004, 0.008
_TRUSTS = {"wrist": 0.004, "elbow": 0.008, "shoulder": 0.008, "hip": 0.035}
_FACE_TRUST = 0.015
_BODY_WEIGHTS = np.array([(BODY_TRUST / _TRUSTS.get(name.split("_")[-1], _FACE_TRUST)) ** 2 for name in BODY_POINTS])
_MIRROR = np.array([-1.0, 1.0, 1.0])


@dataclass(frozen=True)
class Lift:
    """What the networks make of one part over F frames, and the 2D points that they made it of."""

    skeleton: Skeleton
    angles: NDArray[np.float64]
    """(F,A) radians; arbitrary where not seen."""
    lengths: NDArray[np.float64]
    """(F,B) metres, for a person of the table's stature."""
    seen: NDArray[np.bool_]
    """(F,) frames in which the part was detected."""
    points: Points

    @property
    def clip_lengths(self) -> NDArray[np.float64]:
        """(B,) the median over the frames in which the part was seen."""
        return np.median(self.lengths[self.seen], axis=0)


def default_camera(size: tuple[int, int], fov: float | None) -> NDArray[np.float64]:
    """fx, fy, cx, cy in pixels from the angle of view along the longer side, radians.

    Without one the focal length equals the longer side: 53 degrees, between a telephone's
    60 to 70 and a studio camera's 30 to 40.
    """
    longer = float(max(size))
    focal = longer if fov is None else longer / (2.0 * np.tan(fov / 2.0))
    return np.array([focal, focal, size[0] / 2.0, size[1] / 2.0])


def _turn_root(skeleton: Skeleton, angles: NDArray[Any], turn: NDArray[Any]) -> None:
    """Bring root angles from turned cameras (F,3,3) back to the picture's camera, in place."""
    root, rest = skeleton.bones[0], skeleton.rest[0]
    local = euler_to_matrix(angles[:, skeleton.root_angles], root.order)
    back = CAMERA_FROM_BLENDER.T @ np.swapaxes(turn, -1, -2) @ CAMERA_FROM_BLENDER
    angles[:, skeleton.root_angles] = matrix_to_euler(rest.T @ back @ rest @ local, root.order)


def lift_body(keypoints: Keypoints, camera: NDArray[Any]) -> Lift:
    """The body networks over a clip: 19 angles and all bone lengths of the body skeleton."""
    skeleton = body_skeleton()
    points = keypoints.points[:, _BODY_COLUMNS].astype(np.float64)
    confidence = keypoints.confidence[:, _BODY_COLUMNS].astype(np.float64)
    for column, side in enumerate(SIDES, start=1):  # the hand's own wrist is the better one
        found, wrist = keypoints.seen[:, column], BODY_POINTS.index(f"{side}_wrist")
        points[found, wrist] = keypoints.points[found, HANDS[side].start]
        confidence[found, wrist] = keypoints.confidence[found, HANDS[side].start]
    visible = (confidence >= SEEN).astype(np.float64)
    visible[:, _SHOULDERS] = 1.0  # the frame of reference: taken as detected
    detected = keypoints.seen[:, 0]
    rays = rays_through(_with_stand_in(points, detected), camera)
    turn = turn_to_axis(rays[:, _SHOULDERS].mean(1))
    features = body_features(turned(rays, turn), visible)
    angles = angles_from_raw(skeleton, load_network("body_angles")(features))
    _turn_root(skeleton, angles, turn)
    lengths = lengths_from_raw(skeleton, load_network("body_lengths")(features))
    joints = [skeleton.joints.index(name) for name in BODY_POINTS]
    return Lift(skeleton, angles, lengths, detected, Points(joints, points, confidence**2 * _BODY_WEIGHTS, BODY_TRUST))


def lift_hand(keypoints: Keypoints, camera: NDArray[Any], side: str) -> Lift:
    """The hand networks over a clip: 26 angles, root in the camera frame, of one side's skeleton.

    A left hand is mirrored into the networks, which know right hands, and out again.
    """
    known, skeleton = hand_skeleton("right"), hand_skeleton(side)
    points = keypoints.points[:, HANDS[side]].astype(np.float64)
    detected = keypoints.seen[:, 1 + SIDES.index(side)]
    rays = rays_through(_with_stand_in(points, detected), camera)
    if side == "left":
        rays = rays * _MIRROR
    turn = turn_to_axis(rays.mean(1))
    features = hand_features(turned(rays, turn))
    angles = angles_from_raw(known, load_network("hand_angles")(features))
    _turn_root(known, angles, turn)
    if side == "left":  # X angles keep their sign on the other side, Y and Z angles change it
        angles = angles * [1.0 if axis == 0 else -1.0 for _, axis in known.freedoms]
    lengths = lengths_from_raw(known, load_network("hand_lengths")(features))
    joints = [skeleton.joints.index(f"{side}_hand_{name}") for name in HAND_NAMES]
    weights = keypoints.confidence[:, HANDS[side]].astype(np.float64)
    return Lift(skeleton, angles, lengths, detected, Points(joints, points, weights, HAND_TRUST))


def _with_stand_in(points: NDArray[Any], detected: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Points (F,N,2) in which frames without a detection repeat the first one that has it."""
    if detected.all():
        return points
    return np.where(detected[:, None, None], points, points[np.argmax(detected)])
