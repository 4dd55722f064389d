"""Legal motions of ours, and where their joints are."""

import numpy as np

from engine.geometry.arrays import Array
from engine.skeleton import Kind, Skeleton, camera_positions, load_skeleton

_KEYS = 5


def legal_motion(skeleton: Skeleton, frames: int = 25, seed: int = 0, *, straight: bool = True) -> Array:
    """(F,A) radians, float32, that begin facing the camera: through random poses in the middle 60 % of every range.

    `straight` keeps spine and chest at rest.
    """
    rng = np.random.default_rng(seed)
    low, high = skeleton.lower, skeleton.upper
    keys = rng.uniform(0.8 * low + 0.2 * high, 0.2 * low + 0.8 * high, (_KEYS, len(low)))
    keys[:, skeleton.root_angles] = rng.uniform(-0.4, 0.4, (_KEYS, 3))
    keys[0, skeleton.root_angles] = 0.0
    keys[: None if straight else 1, [name.startswith(("spine", "chest")) for name in skeleton.angle_names]] = 0.0
    at = np.linspace(0, _KEYS - 1, frames)
    before = np.minimum(at.astype(int), _KEYS - 2)
    share = (at - before)[:, None]
    share = share * share * (3 - 2 * share)
    return skeleton.clamp((keys[before] * (1 - share) + keys[before + 1] * share).astype(np.float32))


def joints_of(skeleton: Skeleton, angles: Array) -> Array:
    """(F,J,3) metres, camera's axes, of a person of the table's size who walks through the room."""
    path = np.linspace(0, 1, len(angles))[:, None] * [0.3, 0.0, -0.5] + [0.2, 0.1, 0.4]
    return camera_positions(skeleton, angles.astype(np.float64), skeleton.lengths) + path[:, None]


FULL, UPPER = load_skeleton(Kind.FULL_BODY), load_skeleton(Kind.UPPER_BODY)
