"""A person's own neutral: what points and scores are while the face is at rest, part by part.

A clip may never show a face that is quite at rest, but brows rest while the mouth speaks, and the mouth while brows are
up: every part is taken from the pictures in which it does least.
"""

import numpy as np

from ..geometry.arrays import Array
from .landmarks import FACE_POINTS
from .names import FACE_NAMES, Region, region_of

#: The share of pictures in which a part does least.
QUIET = 0.2
#: What is above a rest is stretched so that 1 stays 1, but to five times its size at most: coefficients told to be 0.8
#: or more are 0.19 off in the mean (27 in tests/data/rendered_faces.npz), so what is left above a rest that high may
#: all be an error, which would become a grimace.
ROOM = 0.2
_BROWS = {9, 8, 151, 10, 21, 251, 54, 284, 103, 332, 67, 297, 109, 338, 46, 53, 52, 65, 55, 70, 63, 105, 66, 107}
_BROWS |= {276, 283, 282, 295, 285, 300, 293, 334, 296, 336}
_EYES = {7, 33, 133, 144, 145, 153, 154, 155, 157, 158, 159, 160, 161, 163, 173, 246, 193, 122}
_EYES |= {249, 263, 362, 373, 374, 380, 381, 382, 384, 385, 386, 387, 388, 390, 398, 466, 417, 351}
_EYES |= set(range(468, 478))


def _part(point: int) -> Region:
    return Region.BROWS if point in _BROWS else Region.EYES if point in _EYES else Region.MOUTH


POINT_REGIONS: tuple[Region, ...] = tuple(_part(point) for point in FACE_POINTS)
"""(P,) the part of the face that each point tells of."""
NAME_REGIONS: tuple[Region, ...] = tuple(region_of(name) for name in FACE_NAMES)
"""(52,)."""


def at_rest(values: Array, regions: tuple[Region, ...], coefficients: Array) -> Array:
    """Values (N,K,...) of K things as they are at rest (K,...), by what N pictures show a face do (N,52)."""
    rest = np.empty(values.shape[1:])
    for region in Region:
        acts = [row for row, own in enumerate(NAME_REGIONS) if own is region and "Look" not in FACE_NAMES[row]]
        action = coefficients[:, acts].sum(1)
        quiet = action <= np.quantile(action, QUIET)
        own = [row for row, other in enumerate(regions) if other is region]
        rest[own] = np.median(values[quiet][:, own], axis=0)
    return rest


def above_rest(values: Array, rest: Array | float) -> Array:
    """Coefficients (...,52), or (...) of one, 0 to 1, with what they are at rest taken off: 0 there, and 1 at 1.

    What is below the rest is below 0. See ROOM for a rest near 1.
    """
    return (values - rest) / np.maximum(1 - np.asarray(rest), ROOM)
