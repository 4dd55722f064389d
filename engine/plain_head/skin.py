"""The skin of a plain head as formulas: slices, what stands out of them, lips, and lids that lie on the eyeballs.

Metres of a person of average size, from the middle between the ears: X to the person's left, Y to the back, Z up.
"""

import numpy as np

from ..geometry.arrays import Array

EYE = np.array([0.0353, -0.0598, 0.020])
"""(3,) middle of the left eyeball; the right one's is its mirror image."""
EYE_RADIUS = 0.0158
MOUTH = np.array([0.0287, -0.0700, -0.055])
"""(3,) left corner of the mouth."""
LID_EDGES = (0.0074, -0.0068)
"""How high the edges of upper and lower lid are above the corners of a neutral eye."""
_LID = 0.0016  # of the lids' skin from the eyeball
_EYE_WIDTH = 0.0151  # half of it
_LID_REACH = 0.021  # how far from its edge a lid still moves
_SAME_HEIGHT = 1e-6
_WIDEST = 0.012  # where a slice is widest, y

#: Heights of slices, half their width, front, back, and the exponent of the front's ellipse.
_SLICES = np.array(
    [
        [-0.158, 0.0475, -0.022, 0.072, 2.0],
        [-0.140, 0.047, -0.028, 0.070, 2.0],
        [-0.122, 0.047, -0.040, 0.069, 1.9],
        [-0.114, 0.0475, -0.066, 0.070, 1.75],
        [-0.107, 0.0485, -0.0805, 0.071, 1.7],
        [-0.098, 0.0515, -0.0865, 0.074, 1.75],
        [-0.086, 0.0555, -0.0870, 0.078, 1.85],
        [-0.073, 0.0590, -0.0845, 0.082, 2.0],
        [-0.055, 0.0625, -0.0860, 0.087, 2.1],
        [-0.030, 0.067, -0.0855, 0.094, 2.2],
        [-0.005, 0.071, -0.0845, 0.099, 2.25],
        [0.020, 0.073, -0.0840, 0.102, 2.3],
        [0.040, 0.075, -0.0880, 0.102, 2.35],
        [0.065, 0.075, -0.0870, 0.097, 2.3],
        [0.090, 0.069, -0.0760, 0.084, 2.2],
        [0.110, 0.056, -0.0570, 0.066, 2.1],
        [0.124, 0.037, -0.0310, 0.044, 2.0],
        [0.131, 0.017, -0.0060, 0.024, 2.0],
        [0.1335, 0.0005, 0.0085, 0.0095, 2.0],
    ]
)
#: On the face: how far forward, its middle (|x|, z), and its width (x, z).
_FEATURES = np.array(
    [
        [0.0050, 0.0, 0.0240, 0.0075, 0.0200],  # bridge of the nose
        [0.0120, 0.0, -0.0060, 0.0085, 0.0130],
        [0.0150, 0.0, -0.0200, 0.0100, 0.0080],  # its tip
        [0.0085, 0.0135, -0.0235, 0.0062, 0.0062],  # its wings
        [-0.0065, 0.0340, 0.0180, 0.0170, 0.0130],  # orbits
        [0.0040, 0.0300, 0.0400, 0.0220, 0.0075],  # above them
        [0.0045, 0.0440, -0.0120, 0.0150, 0.0130],  # cheeks
        [-0.0020, 0.0330, -0.0480, 0.0120, 0.0150],
        [0.0060, 0.0, -0.0970, 0.0170, 0.0100],  # chin
        [-0.0030, 0.0, -0.0740, 0.0200, 0.0065],
    ]
)
#: Rows of the lips and beyond: distances from the line of the mouth; and how many a lip has.
LIP_ROWS = (0.0010, 0.0030, 0.0058, 0.0090, 0.0130, 0.0190)
VERMILION = 3


def skin_at(
    turns: Array, heights: Array, upper: float = LID_EDGES[0], lower: float = LID_EDGES[1], *, above: bool = True
) -> Array:
    """(N,3) metres: the skin at angles (N,) around the head from the front to the left, radians, and heights (N,).

    `above` tells whose edges those in the slits are.
    """
    x = _slices(heights)[0] * np.sin(turns)
    height, lip = _with_lips(x, heights)
    height = _with_lids(x, height, upper, lower, above=above)
    width, front, back, exponent = _slices(height)
    x, facing = width * np.sin(turns), np.cos(turns) > 0
    exponent = np.where(facing, exponent, 2.0)
    deep = np.clip(1 - np.abs(np.sin(turns)) ** exponent, 0, 1) ** (1 / exponent)
    y = _WIDEST + np.where(facing, front - _WIDEST, back - _WIDEST) * deep
    forward = lip.copy()
    for much, at, up, wide, tall in _FEATURES:
        forward += much * np.exp(-(((np.abs(x) - at) / wide) ** 2) - ((height - up) / tall) ** 2)
    y -= np.where(facing, forward, 0.0)
    return np.stack([x, np.where(facing, _over_eye(x, y, height), y), height], axis=1)


def _slices(heights: Array) -> Array:
    """(4,N) half the width, front, back and exponent at heights (N,): cubic Hermite between slices."""
    at, values = _SLICES[:, 0], _SLICES[:, 1:]
    slopes = np.gradient(values, at, axis=0)
    i = np.clip(np.searchsorted(at, heights) - 1, 0, len(at) - 2)
    gap = at[i + 1] - at[i]
    t = (np.clip(heights, at[0], at[-1]) - at[i]) / gap
    t, gap = t[:, None], gap[:, None]
    start = values[i] * (1 + 2 * t) * (1 - t) ** 2 + values[i + 1] * t**2 * (3 - 2 * t)
    return (start + gap * (slopes[i] * t * (1 - t) ** 2 - slopes[i + 1] * t**2 * (1 - t))).T


def fading(t: Array) -> Array:
    """From 1 at 0 to 0 from 1 on, smoothly."""
    t = np.clip(t, 0, 1)
    return (1 - t) ** 2 * (1 + 2 * t)


def _with_lids(x: Array, heights: Array, upper: float, lower: float, *, above: bool) -> Array:
    """(N,) heights where rows around the eyes give way to their opening."""
    off = heights - EYE[2]
    wide = np.clip(1 - ((np.abs(x) - EYE[0]) / _EYE_WIDTH) ** 2, 0, 1) ** 0.6
    is_above = np.where(np.abs(off) < _SAME_HEIGHT, above, off > 0)
    return heights + np.where(is_above, upper, lower) * wide * fading(np.abs(off) / _LID_REACH)


def _with_lips(x: Array, heights: Array) -> tuple[Array, Array]:
    """(N,) heights where the lips' rows run together at the corners, and how far forward the lips are."""
    off, reach = heights - MOUTH[2], np.abs(x) / MOUTH[0]
    wide = np.clip(1 - reach**2, 0, 1) ** 0.5
    thick = np.where(reach < 1, 0.25 + 0.75 * wide, 0.25 + 0.75 * (1 - fading((reach - 1) / 0.8)))
    whole, end = LIP_ROWS[VERMILION], LIP_ROWS[-1]
    squeezed = 1 - (1 - thick) * fading((np.abs(off) - whole) / (end - whole))
    lip = 0.0048 * np.exp(-(((off - 0.0046) / 0.0048) ** 2)) + 0.0056 * np.exp(-(((off + 0.0052) / 0.0062) ** 2))
    lip -= 0.0028 * np.exp(-((off / 0.0013) ** 2))
    corner = 0.0025 * np.exp(-(((reach - 1.05) / 0.2) ** 2) - (off / 0.008) ** 2)
    return MOUTH[2] + off * squeezed, lip * wide - corner


def _over_eye(x: Array, y: Array, heights: Array) -> Array:
    """(N,) y where the skin lies on the eyeball, smoothly."""
    from_middle = np.hypot(np.abs(x) - EYE[0], heights - EYE[2])
    radius, soft = EYE_RADIUS + _LID, 0.003
    ball = EYE[1] - np.sqrt(np.clip(radius**2 - from_middle**2, 0, None)) + 3 * np.clip(from_middle - radius, 0, None)
    share = np.clip(0.5 + 0.5 * (ball - y) / soft, 0, 1)
    return ball * (1 - share) + y * share - soft * share * (1 - share)


def front_at(x: Array, heights: Array) -> Array:
    """(N,3) the front of the skin at x (N,) and heights (N,)."""
    return skin_at(np.arcsin(x / _slices(heights)[0]), heights)
