"""What of a body hands touch: nose and trunk at rest, measured on the mesh where there is one.

The surface of the trunk and the places of face and ears over the trunk's length are means of the eight MakeHuman
characters (CC0) that the networks were trained on; they differ by 5 % among these.
"""

from dataclasses import dataclass

import numpy as np

from ...geometry.arrays import Array, Index, check_shapes
from ...keypoints import Side
from .rest import Rest

#: Nose from between the shoulder joints, to the left, to the back, up, over the length of the trunk.
NOSE = (0.0, -0.285, 0.385)
#: Half the width of a head at the height of its nose, ears included, and to where the ear begins.
HEAD, EARS = 0.172, 0.143
#: Width of a palm between its outer knuckles, over the length of the trunk.
PALM = 0.119
#: How far the front of the trunk lies before the shoulder joints, over its length: at heights from its top (0) down
#: to the hips (1), and at distances from its middle, over that of the shoulder joints.
HEIGHTS = np.array([-0.1, 0.0, 0.15, 0.3, 0.45, 0.6, 0.8, 1.0])
ASIDE = np.array([0.0, 0.12, 0.24, 0.36])
FRONT = np.array(
    [
        [0.113, 0.088, 0.050, 0.041],
        [0.151, 0.148, 0.134, 0.125],
        [0.224, 0.230, 0.233, 0.217],
        [0.259, 0.274, 0.277, 0.243],
        [0.263, 0.262, 0.238, 0.176],
        [0.255, 0.253, 0.222, 0.139],
        [0.255, 0.252, 0.224, 0.180],
        [0.222, 0.217, 0.208, 0.192],
    ]
)
#: How much of a mesh about such a place is looked at, in the same units.
_HIGH, _WIDE = 0.05, 0.07


@dataclass(frozen=True)
class Body:
    """A person or a character at rest, in an upright world that it faces the front of; metres."""

    neck: Array
    """(3,) between the shoulder joints."""
    trunk: float
    """Length from there down to between the hips."""
    breadth: float
    """Between the shoulder joints."""
    front: Array
    """(HEIGHTS,ASIDE) how far the trunk's front lies before the shoulder joints, metres."""
    nose: Array
    """(3,) its tip."""
    head: float
    """Half the width of the head, ears included."""
    palm: float
    """Between the knuckles of index and little finger, or what is usual on such a trunk."""

    def __post_init__(self) -> None:
        check_shapes(self, neck=(3,), front=FRONT.shape, nose=(3,))

    def front_at(self, heights: Array, aside: Array) -> Array:
        """(...) how far the trunk's front lies before the shoulder joints at places (...), in the units of FRONT."""
        (row, down), (column, across) = _place(HEIGHTS, heights), _place(ASIDE, np.abs(aside))
        upper = self.front[row, column] * (1 - across) + self.front[row, column + 1] * across
        lower = self.front[row + 1, column] * (1 - across) + self.front[row + 1, column + 1] * across
        return upper * (1 - down) + lower * down


def own_body(rest: Rest, nose: Array, ears: float) -> Body:
    """A tracked person's: the nose (3,) and the distance between the ears are known, the trunk is assumed."""
    neck, trunk, breadth = _trunk(rest)
    return Body(neck, trunk, breadth, trunk * FRONT, nose, ears / 2 * HEAD / EARS, _palm(rest))


def rig_body(rest: Rest, vertices: Array) -> Body:
    """A rig's, by the vertices (N,3) of its meshes; by mean proportions where there are none."""
    neck, trunk, breadth = _trunk(rest)
    nose, head = neck + trunk * np.array(NOSE), trunk * HEAD
    above = vertices[vertices[:, 2] > rest.segments["head"][0][2]]
    strip = above[np.abs(above[:, 0] - neck[0]) < trunk * HEAD / 10]
    if len(strip):
        nose = strip[strip[:, 1].argmin()]
        level = above[np.abs(above[:, 2] - nose[2]) < trunk * HEAD / 10]
        head = float(np.ptp(level[:, 0])) / 2
    return Body(
        neck, trunk, breadth, trunk * _front((vertices - neck) / trunk, breadth / trunk), nose, head, _palm(rest)
    )


def _front(vertices: Array, breadth: float) -> Array:
    """FRONT as the vertices (N,3) from between the shoulder joints have it; the mean where they have nothing."""
    front = FRONT.copy()
    for row, height in enumerate(HEIGHTS):
        level = vertices[np.abs(vertices[:, 2] + height) < _HIGH]
        for column, aside in enumerate(ASIDE):
            near = level[np.abs(np.abs(level[:, 0]) / breadth - aside) < _WIDE]
            depth = -near[:, 1]
            skin = depth > depth.max(initial=0.0) / 2  # not the back
            if skin.any():
                across = np.abs(near[skin, 0]) / breadth - aside
                plane = np.stack([np.ones(len(across)), across, near[skin, 2] + height], axis=1)
                at_place = np.linalg.lstsq(plane, depth[skin], rcond=1e-6)[0][0]
                front[row, column] = np.clip(at_place, depth[skin].min(), depth[skin].max())
    return front


def _trunk(rest: Rest) -> tuple[Array, float, float]:
    """The `neck`, `trunk` and `breadth` of a Body."""
    left, right = (rest.segments[side.bone("upper_arm")][0] for side in Side)
    neck = (left + right) / 2
    hips = [rest.segments[side.bone("thigh")][0] for side in Side if side.bone("thigh") in rest.segments]
    bottom = np.mean(hips or [rest.segments["pelvis"][0]], axis=0)
    return neck, float(neck[2] - bottom[2]), float(np.linalg.norm(left - right))


def _palm(rest: Rest) -> float:
    index, pinky = (rest.segments.get(f"{finger}.01.R") for finger in ("f_index", "f_pinky"))
    if index is None or pinky is None:
        return PALM * _trunk(rest)[1]
    return float(np.linalg.norm(index[0] - pinky[0]))


def _place(grid: Array, values: Array) -> tuple[Index, Array]:
    """Of values (...): the place in an ascending grid before each, and the share of the way to the next one."""
    place = np.clip(np.searchsorted(grid, values) - 1, 0, len(grid) - 2)
    return place, np.clip((values - grid[place]) / (grid[place + 1] - grid[place]), 0.0, 1.0)
