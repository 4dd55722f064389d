"""Anatomical frames at rest: how a bone lies in its body, whatever the rig's rolls and rest pose.

The same rules give them on our skeleton and on a rig, so that a rest frame of the one means the same as
that of the other: columns are the axis of flexion, the direction of the segment, and their normal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...geometry.arrays import Array, check_shapes
from ...geometry.rotations import frame_along, unit
from ...keypoints import Side, part_and_side
from ..recognise.match import FINGERS

#: Trunk and head at rest are upright and face the front: their frames are the body's.
UPRIGHT = ("pelvis", "spine", "chest", "neck", "head")
#: A collarbone that leaves the line of the shoulders by more than this, degrees, is held forwards or up by the
#: rest pose; of others it is how the rig is built.
HELD = 30.0
#: Limbs bent by less than this (the sine of 5 degrees) tell too little about their hinge.
STRAIGHT = 0.087


@dataclass(frozen=True)
class Rest:
    """One rig at rest, upright."""

    segments: dict[str, Array]
    """Our name -> (2,3) where a segment starts and ends, metres."""
    hinges: dict[str, Array]
    """Axes of flexion (3,) of those elbows and knees, "forearm.L" and so on, where they are known."""
    thumbs: dict[str, Array]
    """Axes of flexion (3,) of the segments of thumbs, in the frame of the palm."""

    def __post_init__(self) -> None:
        check_shapes(self, segments=(2, 3), hinges=(3,), thumbs=(3,))

    @cached_property
    def body(self) -> Array:
        """(3,3) columns: to the person's left, to the back, up; level, whatever the posture of the rest pose."""
        left = self.segments["upper_arm.L"][0] - self.segments["upper_arm.R"][0]
        left = unit(left * [1.0, 1.0, 0.0])
        up = np.array([0.0, 0.0, 1.0])
        return np.stack([left, np.cross(up, left), up], axis=1)

    @cached_property
    def frames(self) -> dict[str, Array]:
        """Segment -> (3,3)."""
        frames = dict[str, Array]()
        for name in self.segments:
            part, side = part_and_side(name)
            if part in UPRIGHT:
                frames[name] = self.body[:, [0, 2, 1]] * [1.0, 1.0, -1.0]
            elif side is not None and part in _RULES:
                frames[name] = _RULES[part](self, side, name)
        return frames

    def direction(self, name: str) -> Array:
        """(3,) of a segment."""
        return unit(self.segments[name][1] - self.segments[name][0])

    def length(self, name: str) -> float:
        """Metres of a segment."""
        return float(np.linalg.norm(self.segments[name][1] - self.segments[name][0]))

    def forearm_at_elbow(self, side: Side) -> Array:
        """(3,3) the frame of a forearm by the hinge of its elbow; that of `frames` goes by the hand."""
        return frame_along(self.direction(side.bone("forearm")), self.elbow(side))

    def palm(self, side: Side) -> Array:
        """(3,3) across the palm, along it, out of its inside."""
        return frame_along(self.direction(side.bone("hand")), self.knuckles(side))

    def knuckles(self, side: Side) -> Array:
        """(3,) the axis that fingers bend about: from the little finger to the index, on the right hand.

        Without fingers the thumb is taken to point to the front, as that of an arm that hangs or is spread.
        """
        sign = 1.0 if side is Side.RIGHT else -1.0
        index, pinky = (self.segments.get(side.bone(f"{finger}.01")) for finger in ("f_index", "f_pinky"))
        if index is not None and pinky is not None:
            return sign * unit(index[0] - pinky[0])
        return -sign * self.body[:, 1]

    def elbow(self, side: Side) -> Array:
        """(3,) axis of flexion: of the bend, or of one that brings a straight arm's hand to the front, or up."""
        return self._hinge(side.bone("upper_arm"), side.bone("forearm"), (-self.body[:, 1], self.body[:, 2]))

    def knee(self, side: Side) -> Array:
        """(3,) the same of a knee, which bends to the back."""
        return self._hinge(side.bone("thigh"), side.bone("shin"), (self.body[:, 1], -self.body[:, 2]))

    def _hinge(self, upper: str, lower: str, towards: tuple[Array, Array]) -> Array:
        if lower in self.hinges:
            return self.hinges[lower]
        known = [self.direction(name) for name in (upper, lower) if name in self.segments]
        bend = np.cross(known[0], known[-1])
        if np.linalg.norm(bend) > STRAIGHT:
            return unit(bend)
        first, second = (np.cross(known[0], direction) for direction in towards)
        return unit(first if np.linalg.norm(first) > 0.5 else second)


def _by_shoulders(rest: Rest, side: Side, name: str) -> Array:
    aside = rest.body[:, 0] * (1.0 if side is Side.LEFT else -1.0)
    held = rest.direction(name) @ aside < np.cos(np.radians(HELD))
    return frame_along(rest.direction(name) if held else aside, rest.body[:, 2])


def _by_elbow(rest: Rest, side: Side, name: str) -> Array:
    return frame_along(rest.direction(name), rest.elbow(side))


def _by_knuckles(rest: Rest, side: Side, name: str) -> Array:
    return frame_along(rest.direction(name), rest.knuckles(side))


def _by_palm(rest: Rest, side: Side, name: str) -> Array:
    return frame_along(rest.direction(name), rest.palm(side) @ rest.thumbs[name])


def _by_knee(rest: Rest, side: Side, name: str) -> Array:
    return frame_along(rest.direction(name), rest.knee(side))


def _level(rest: Rest, side: Side, name: str) -> Array:
    """A foot stands on the ground, and its toes point where it does."""
    foot = side.bone("foot")
    along = rest.direction(foot if foot in rest.segments else name) * [1.0, 1.0, 0.0]
    return frame_along(along, np.cross(along, rest.body[:, 2]))


#: The rule of a limb's frame by its part, for the segment of a name on a side.
_RULES: dict[str, Callable[[Rest, Side, str], Array]] = {
    "shoulder": _by_shoulders,
    "upper_arm": _by_elbow,
    **dict.fromkeys(("forearm", "hand", "palm.ring", "palm.pinky"), _by_knuckles),
    **{f"{finger}.0{k}": _by_palm if finger == "thumb" else _by_knuckles for finger in FINGERS for k in (1, 2, 3)},
    **dict.fromkeys(("thigh", "shin"), _by_knee),
    **dict.fromkeys(("foot", "toe"), _level),
}
