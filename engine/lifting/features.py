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
#: How many numbers a hand's features are where points may be missing.
PRIOR_FEATURES = 63
#: How many numbers a body's features are, a point.
BODY_FEATURES = 4
#: MediaPipe's depth of bodies is of no known unit; times this it is of the order of the truth.
BODY_DEPTH = 0.22
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


def prior_features(plane: Any, seen: Any) -> Any:
    """A right hand's points (..., 21, 2), and which of them are seen (..., 21), 1 or 0 -> (..., 63), scaled.

    As `hand_scaled`, about the mean of the seen ones; what is not seen is zero.
    """
    xp = namespace(plane)
    there = seen[..., None]
    count = seen.sum(-1)[..., None].clip(1.0)
    centred = (plane - ((plane * there).sum(-2) / count)[..., None, :]) * there
    flat = centred.reshape(*plane.shape[:-2], 42)
    scale = xp.sqrt((flat**2).sum(-1)[..., None] / count)
    return xp.concatenate([flat / scale.clip(1e-9), seen], -1)


def body_scaled(plane: Any, depth: Any) -> tuple[Any, Any]:
    """A body's points (..., K, 2) and depths (..., K), of one unit, from between the shoulders.

    Scaled by shoulder width and neck-to-nose length together, which a turn of the person leaves positive.
    """
    xp = namespace(plane)
    left, right = plane[..., _LEFT_SHOULDER, :], plane[..., _RIGHT_SHOULDER, :]
    neck = (left + right) / 2
    square = ((left - right) ** 2).sum(-1) + ((plane[..., _NOSE, :] - neck) ** 2).sum(-1)
    scale = xp.sqrt(square)
    middle = (depth[..., _LEFT_SHOULDER] + depth[..., _RIGHT_SHOULDER]) / 2
    return (plane - neck[..., None, :]) / scale[..., None, None], (depth - middle[..., None]) / scale[..., None]


def body_features(plane: Any, depth: Any, known: Any, seen: Any) -> Any:
    """Points (..., K, 2), depths (..., K), whether these are known (..., 1), whether a point is seen (..., K).

    The first points are BODY_POINTS. Gives (..., 4 K + 1), scaled; what is not seen or known is zero.
    """
    xp = namespace(plane)
    plane, depth = body_scaled(plane, depth)
    each = [plane * seen[..., None], (depth * seen * known)[..., None], seen[..., None]]
    both = xp.concatenate(each, -1)
    return xp.concatenate([both.reshape(*plane.shape[:-2], BODY_FEATURES * plane.shape[-2]), known], -1)
