"""What of a body hands touch: nose and trunk at rest, measured on the mesh where there is one; and a body in motion.

The surface of the trunk and the places of face and ears over the trunk's length are means of the eight MakeHuman
characters (CC0) that the networks were trained on; they differ by 5 % among these.
"""

from dataclasses import dataclass

import numpy as np

from .frames import Array, Rest

#: Nose from between the shoulder joints, to the left, to the back, up, over the length of the trunk.
NOSE = (0.0, -0.285, 0.385)
#: Half the width of a head at the height of its nose, ears included, and to where the ear begins.
HEAD, EARS = 0.172, 0.143
#: Width of a palm between its outer knuckles, over the length of the trunk.
PALM = 0.119
#: How far the front of the trunk lies before the line from shoulders to hips, at heights from its top (0)
#: down to the hips (1), over its length.
HEIGHTS = np.array([-0.1, 0.0, 0.15, 0.3, 0.45, 1.0])
FRONT = np.array([0.10, 0.166, 0.248, 0.294, 0.277, 0.283])
#: Of the breadth between the shoulder joints: where on a mesh the front of the trunk is looked for.
_MIDDLE = 0.25


@dataclass(frozen=True)
class Body:
    """A person or a character at rest, in an upright world that it faces the front of; metres."""

    neck: Array
    """(3,) between the shoulder joints."""
    trunk: float
    """Length from there down to between the hips."""
    breadth: float
    """Between the shoulder joints."""
    front: float
    """How far the trunk's front lies before it, over what FRONT says."""
    nose: Array
    """(3,) its tip."""
    head: float
    """Half the width of the head, ears included."""
    palm: float
    """Between the knuckles of index and little finger, or what is usual on such a trunk."""


def own_body(rest: Rest, nose: Array, ears: float) -> Body:
    """A tracked person's: the nose (3,) and the distance between the ears are known, the trunk is assumed."""
    return Body(*_trunk(rest), 1.0, nose, ears / 2 * HEAD / EARS, _palm(rest))


def rig_body(rest: Rest, vertices: Array) -> Body:
    """A rig's, by the vertices (N,3) of its meshes; by mean proportions where there are none."""
    neck, trunk, breadth = _trunk(rest)
    nose, head, front = neck + trunk * np.array(NOSE), trunk * HEAD, 1.0
    above = vertices[vertices[:, 2] > rest.segments["head"][0][2]]
    strip = above[np.abs(above[:, 0] - neck[0]) < trunk * HEAD / 10]
    if len(strip):
        nose = strip[strip[:, 1].argmin()]
        level = above[np.abs(above[:, 2] - nose[2]) < trunk * HEAD / 10]
        head = float(np.ptp(level[:, 0])) / 2
    depths = [_depth(vertices, neck, trunk, breadth, height) for height in HEIGHTS[2:5]]
    known = [depth / (trunk * mean) for depth, mean in zip(depths, FRONT[2:5], strict=True) if depth > 0]
    if known:
        front = float(np.mean(known))
    return Body(neck, trunk, breadth, front, nose, head, _palm(rest))


def _trunk(rest: Rest) -> tuple[Array, float, float]:
    left, right = (rest.segments[f"upper_arm.{side}"][0] for side in "LR")
    neck = (left + right) / 2
    hips = [rest.segments[f"thigh.{side}"][0] for side in "LR" if f"thigh.{side}" in rest.segments]
    bottom = np.mean(hips or [rest.segments["pelvis"][0]], axis=0)
    return neck, float(neck[2] - bottom[2]), float(np.linalg.norm(left - right))


def _palm(rest: Rest) -> float:
    ends = [rest.segments.get(f"{finger}.01.R") for finger in ("f_index", "f_pinky")]
    if ends[0] is None or ends[1] is None:
        return PALM * _trunk(rest)[1]
    return float(np.linalg.norm(ends[0][0] - ends[1][0]))


def _depth(vertices: Array, neck: Array, trunk: float, breadth: float, height: float) -> float:
    """How far a mesh reaches before the shoulders at a height of the trunk; 0 where it has nothing there."""
    off = vertices - neck
    near = (np.abs(off[:, 2] + height * trunk) < trunk / 20) & (np.abs(off[:, 0]) < _MIDDLE * breadth)
    return max(0.0, -float(off[near, 1].min(initial=0.0)))


@dataclass(frozen=True)
class Moving:
    """Segments of a body over F frames, in the world of its Rest."""

    rest: Rest
    body: Body
    heads: dict[str, Array]
    """Segment -> (F,3) where it starts."""
    turns: dict[str, Array]
    """Segment -> (F,3,3) how it is turned away from its rest."""

    def point(self, segment: str, at_rest: Array) -> Array:
        """(F,3) a point that moves with a segment and is at (3,) at rest."""
        offset = at_rest - self.rest.segments[segment][0]
        return self.heads[segment] + self.turns[segment] @ offset

    def neck(self) -> Array:
        """(F,3) between the shoulder joints."""
        return (self.heads["upper_arm.L"] + self.heads["upper_arm.R"]) / 2
