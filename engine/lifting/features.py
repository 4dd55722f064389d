"""What the networks see: rays through the keypoints, turned to the person, scaled; one function each.

The same functions serve training and running, on NumPy arrays and torch tensors alike.
"""

from typing import Any

from ..geometry.arrays import namespace
from ..keypoints import POSE_NAMES

#: The 19 body points of the paper's table: face, shoulders, elbows, wrists, hips.
BODY_POINTS: tuple[str, ...] = (*POSE_NAMES[:17], "left_hip", "right_hip")
#: With legs: knees, ankles, heels, tips of the feet.
FULL_POINTS: tuple[str, ...] = (*BODY_POINTS, *POSE_NAMES[25:])
#: How many numbers a hand's features are.
HAND_FEATURES = 64
#: Pose points below this visibility are treated as not seen. Elbows just beside the picture have 0.4
#: and are still right within a hand's breadth; hips below the picture have 0.02.
SEEN = 0.3
_NOSE, _LEFT_SHOULDER, _RIGHT_SHOULDER = (
    BODY_POINTS.index(name) for name in ("nose", "left_shoulder", "right_shoulder")
)


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
