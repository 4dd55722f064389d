"""Anatomical frames at rest: how a bone lies in its body, whatever the rig's rolls and rest pose.

The same rules give them on our skeleton and on a rig, so that a rest frame of the one means the same as
that of the other: columns are the axis of flexion, the direction of the segment, and their normal.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...geometry.arrays import Array
from ...geometry.rotations import frame_along

Segments = dict[str, tuple[Array, Array]]

#: Trunk and head at rest are upright and face the front: their frames are the body's.
UPRIGHT = ("pelvis", "spine", "chest", "neck", "head", "shoulder.L", "shoulder.R")
#: Limbs bent by less than this (the sine of 5 degrees) tell too little about their hinge.
STRAIGHT = 0.087


@dataclass(frozen=True)
class Rest:
    """One rig at rest, upright."""

    segments: Segments
    """Our name -> where a segment starts and ends, (3,) metres."""
    hinges: dict[str, Array]
    """Axes of flexion (3,) of those elbows and knees, "forearm.L" and so on, where they are known."""
    thumbs: dict[str, Array]
    """Axes of flexion (3,) of the segments of thumbs, in the frame of the palm."""

    @cached_property
    def body(self) -> Array:
        """(3,3) columns: to the person's left, to the back, up; level, whatever the posture of the rest pose."""
        left = self.segments["upper_arm.L"][0] - self.segments["upper_arm.R"][0]
        left = _unit(left * [1.0, 1.0, 0.0])
        up = np.array([0.0, 0.0, 1.0])
        return np.stack([left, np.cross(up, left), up], axis=1)

    @cached_property
    def frames(self) -> dict[str, Array]:
        """Segment -> (3,3)."""
        body, found = self.body, dict[str, Array]()
        for name in self.segments:
            part, side = name[:-2], name[-1]
            if name in UPRIGHT:
                found[name] = body[:, [0, 2, 1]] * [1.0, 1.0, -1.0]
            elif part == "upper_arm":
                found[name] = frame_along(self._direction(name), self._elbow(side))
            elif part in ("thigh", "shin"):
                found[name] = frame_along(self._direction(name), self._knee(side))
            elif part in ("foot", "toe"):
                foot = f"foot.{side}"
                along = self._direction(foot if foot in self.segments else name) * [1.0, 1.0, 0.0]
                found[name] = frame_along(along, np.cross(along, body[:, 2]))
            elif part in ("forearm", "forearm_twist"):
                found[name] = frame_along(self._direction(name), self.across(side))
                found[untwisted(name)] = frame_along(self._direction(name), self._elbow(side))
            elif part == "hand":
                found[name] = self.palm(side)
            elif part.startswith("thumb"):
                found[name] = frame_along(self._direction(name), self.palm(side) @ self.thumbs[name])
            elif part.startswith(("f_", "palm")):
                found[name] = frame_along(self._direction(name), self.across(side))
        return found

    def palm(self, side: str) -> Array:
        """(3,3) across the palm, along it, out of its inside."""
        along = self.segments.get(f"f_middle.01.{side}", self.segments[f"hand.{side}"][::-1])[0]
        return frame_along(along - self.segments[f"hand.{side}"][0], self.across(side))

    def across(self, side: str) -> Array:
        """(3,) the axis that fingers bend about: from the little finger to the index, on the right hand.

        Without fingers the thumb is taken to point to the front, as that of an arm that hangs or is spread.
        """
        sign = 1.0 if side == "R" else -1.0
        ends = [self.segments.get(f"{finger}.01.{side}") for finger in ("f_index", "f_pinky")]
        if ends[0] is not None and ends[1] is not None:
            return sign * _unit(ends[0][0] - ends[1][0])
        return -sign * self.body[:, 1]

    def _direction(self, name: str) -> Array:
        start, end = self.segments[name]
        return _unit(end - start)

    def _elbow(self, side: str) -> Array:
        """(3,) axis of flexion: of the bend, or of one that brings a straight arm's hand to the front, or up."""
        return self._hinge(f"upper_arm.{side}", f"forearm.{side}", (-self.body[:, 1], self.body[:, 2]))

    def _knee(self, side: str) -> Array:
        """(3,) the same of a knee, which bends to the back."""
        return self._hinge(f"thigh.{side}", f"shin.{side}", (self.body[:, 1], -self.body[:, 2]))

    def _hinge(self, outer: str, inner: str, towards: tuple[Array, Array]) -> Array:
        if inner in self.hinges:
            return self.hinges[inner]
        known = [self._direction(name) for name in (outer, inner) if name in self.segments]
        upper = known[0]
        bend = np.cross(upper, known[-1])
        if np.linalg.norm(bend) > STRAIGHT:
            return _unit(bend)
        first, other = (np.cross(upper, target) for target in towards)
        return _unit(first if np.linalg.norm(first) > 0.5 else other)


def untwisted(name: str) -> str:
    """Of a forearm's segment: the name of its frame by the elbow's hinge, not by the hand."""
    return f"{name} at the elbow"


def _unit(vector: Array) -> Array:
    return vector / np.linalg.norm(vector)
