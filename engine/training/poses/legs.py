"""Leg poses: of recorded motion, sitting, standing, and anywhere within the limits.

Legs are the ten angles of legs_skeleton() without its root.
"""

import numpy as np

from ...geometry.arrays import Array
from ...skeleton import legs_skeleton

#: Share of: legs of recorded motion, sitting, standing, legs uniform within the limits.
SHARES = (0.4, 0.22, 0.3, 0.08)
#: Degrees: thigh about X, Y, Z, shin, foot; mean and standard deviation.
SITTING = ((82.0, 14.0), (5.0, 12.0), (-8.0, 10.0), (80.0, 22.0), (5.0, 10.0))
STANDING = ((2.0, 6.0), (6.0, 8.0), (-3.0, 4.0), (5.0, 8.0), (0.0, 5.0))


def sample_legs(count: int, recorded: Array, random: np.random.Generator) -> Array:
    """Legs (N,10), radians, all legal; `recorded` (M,10)."""
    skeleton = legs_skeleton()
    lower, upper = skeleton.lower[3:], skeleton.upper[3:]
    left = [skeleton.names[bone].endswith(".L") for bone, _ in skeleton.freedoms[3:]]
    signs = np.where(left, skeleton.mirror_signs[3:], 1.0)
    kind = random.choice(len(SHARES), count, p=SHARES)
    angles = lower + (upper - lower) * random.random((count, len(lower)))
    angles[kind == 0] = recorded[random.integers(len(recorded), size=int((kind == 0).sum()))]
    for chosen, style in ((kind == 1, SITTING), (kind == 2, STANDING)):
        mean, deviation = np.radians(np.tile(style, (2, 1))).T
        angles[chosen] = signs * (mean + deviation * random.standard_normal((int(chosen.sum()), len(lower))))
    return np.clip(angles, lower, upper).astype(np.float32)
