"""What the networks see: rays through the keypoints, turned to the person, scaled; one function each.

The same functions serve training and running, on NumPy arrays and torch tensors alike.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import namespace
from .keypoints import POSE_NAMES

#: The 19 body points of the paper's table: face, shoulders, elbows, wrists, hips.
BODY_POINTS: tuple[str, ...] = (*POSE_NAMES[:17], "left_hip", "right_hip")
#: With legs: knees, ankles, heels, tips of the feet.
FULL_POINTS: tuple[str, ...] = (*BODY_POINTS, *POSE_NAMES[25:])
#: Pose points below this visibility are treated as not seen. Elbows just beside the picture have 0.4
#: and are still right within a hand's breadth; hips below the picture have 0.02.
SEEN = 0.3
_NOSE, _LEFT_SHOULDER, _RIGHT_SHOULDER = (
    BODY_POINTS.index(name) for name in ("nose", "left_shoulder", "right_shoulder")
)


def rays_through(points: NDArray[Any], camera: NDArray[Any]) -> NDArray[Any]:
    """Pixels (..., 2) and fx, fy, cx, cy -> rays (..., 3) with z = 1, camera frame."""
    plane = (points - camera[2:]) / camera[:2]
    return np.concatenate([plane, np.ones_like(plane[..., :1])], -1)


def turn_to_axis(directions: NDArray[Any]) -> NDArray[Any]:
    """The smallest rotations (F,3,3) that bring directions (F,3), camera frame, onto the optical axis.

    A hand beside the optical axis is seen from its side; after this turn, orientation no longer
    depends on where in the picture it is.
    """
    z = directions / np.linalg.norm(directions, axis=-1, keepdims=True)
    x, y, w = z[:, 0], z[:, 1], z[:, 2]
    k = 1.0 / (1.0 + w)
    rows = [[1 - x * x * k, -x * y * k, -x], [-x * y * k, 1 - y * y * k, -y], [x, y, w]]
    return np.stack([np.stack(row, -1) for row in rows], -2)


def turned(rays: NDArray[Any], rotation: NDArray[Any]) -> NDArray[Any]:
    """Rays (F,N,3) in the turned camera, as points (F,N,2) of its image plane."""
    rotated = rays @ np.swapaxes(rotation, -1, -2)
    return rotated[..., :2] / rotated[..., 2:]


def hand_scaled(plane: Any, depth: Any) -> tuple[Any, Any]:
    """A right hand's points (..., 21, 2) and depths (..., 21), of one unit, about their means.

    The points' mean square radius becomes 1.
    """
    xp = namespace(plane)
    centred = plane - plane.mean(-2)[..., None, :]
    scale = xp.sqrt((centred**2).sum(-1).mean(-1))
    return centred / scale[..., None, None], (depth - depth.mean(-1)[..., None]) / scale[..., None]


def hand_features(plane: Any, depth: Any, known: Any) -> Any:
    """Points (..., 21, 2), depths (..., 21) and whether these are known (..., 1) -> (..., 64), scaled."""
    xp = namespace(plane)
    plane, depth = hand_scaled(plane, depth)
    return xp.concatenate([plane.reshape(*plane.shape[:-2], 42), depth * known, known], -1)


def body_scaled(plane: Any) -> Any:
    """A body's points (..., K, 2), centred between the shoulders.

    Scaled by shoulder width and neck-to-nose length together, which a turn of the person leaves positive.
    """
    xp = namespace(plane)
    left, right = plane[..., _LEFT_SHOULDER, :], plane[..., _RIGHT_SHOULDER, :]
    neck = (left + right) / 2
    square = ((left - right) ** 2).sum(-1) + ((plane[..., _NOSE, :] - neck) ** 2).sum(-1)
    return (plane - neck[..., None, :]) / xp.sqrt(square)[..., None, None]


def body_features(plane: Any, seen: Any) -> Any:
    """Points (..., K, 2), the first as BODY_POINTS, and whether they are seen (..., K) -> (..., 3 K), scaled.

    What is not seen is zero.
    """
    xp = namespace(plane)
    mask = seen[..., None]
    both = xp.concatenate([body_scaled(plane) * mask, mask], -1)
    return both.reshape(*plane.shape[:-2], 3 * plane.shape[-2])
