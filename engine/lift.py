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
from .keypoints import HANDS, POSE_NAMES, Keypoints
from .networks import angles_from_raw, lengths_from_raw, load_network
from .rotations import CAMERA_FROM_BLENDER, euler_to_matrix, matrix_to_euler
from .skeleton import Skeleton, body_skeleton, hand_skeleton

_BODY_COLUMNS = [POSE_NAMES.index(name) for name in BODY_POINTS]
_SHOULDERS = [BODY_POINTS.index(name) for name in ("left_shoulder", "right_shoulder")]
_MIRROR = np.array([-1.0, 1.0, 1.0])


@dataclass(frozen=True)
class Lift:
    """Angles (F,A), radians, and lengths (F,B), metres, of one skeleton; arbitrary where not seen."""

    angles: NDArray[np.float64]
    lengths: NDArray[np.float64]
    seen: NDArray[np.bool_]
    """(F,) frames in which the part was detected."""


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
    confidence = keypoints.confidence[:, _BODY_COLUMNS]
    inside = ((points >= 0) & (points < np.array(keypoints.size))).all(-1)
    visible = ((confidence >= SEEN) & inside).astype(np.float64)
    visible[:, _SHOULDERS] = 1.0  # the frame of reference: taken as detected
    detected = keypoints.seen[:, 0]
    points[~detected] = points[detected][0] if detected.any() else 1.0
    rays = rays_through(points, camera)
    turn = turn_to_axis(rays[:, _SHOULDERS].mean(1))
    features = body_features(turned(rays, turn), visible)
    angles = angles_from_raw(skeleton, load_network("body_angles")(features))
    _turn_root(skeleton, angles, turn)
    lengths = lengths_from_raw(skeleton, load_network("body_lengths")(features))
    return Lift(angles, lengths, detected)


def lift_hand(keypoints: Keypoints, camera: NDArray[Any], side: str) -> Lift:
    """The hand networks over a clip: 26 angles, root in the camera frame, of one side's skeleton.

    A left hand is mirrored into the networks, which know right hands, and out again.
    """
    skeleton = hand_skeleton("right")
    detected = keypoints.seen[:, 1 if side == "left" else 2]
    points = keypoints.points[:, HANDS[side]].astype(np.float64)
    points[~detected] = points[detected][0] if detected.any() else np.arange(42.0).reshape(21, 2)
    rays = rays_through(points, camera)
    if side == "left":
        rays = rays * _MIRROR
    turn = turn_to_axis(rays.mean(1))
    features = hand_features(turned(rays, turn))
    angles = angles_from_raw(skeleton, load_network("hand_angles")(features))
    _turn_root(skeleton, angles, turn)
    if side == "left":
        angles = angles * _mirror_signs(skeleton)
    lengths = lengths_from_raw(skeleton, load_network("hand_lengths")(features))
    return Lift(angles, lengths, detected)


def _mirror_signs(skeleton: Skeleton) -> NDArray[np.float64]:
    """(A,) X angles keep their sign on the other side, Y and Z angles change it."""
    return np.array([1.0 if axis == 0 else -1.0 for _, axis in skeleton.freedoms])
