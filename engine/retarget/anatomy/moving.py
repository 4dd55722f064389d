"""A body in motion."""

from dataclasses import dataclass

from ...geometry.arrays import Array, check_shapes
from .body import Body
from .rest import Rest


@dataclass(frozen=True)
class Moving:
    """Segments of a body over F frames, in the world of its Rest."""

    rest: Rest
    body: Body
    heads: dict[str, Array]
    """Segment -> (F,3) where it starts, metres."""
    turns: dict[str, Array]
    """Segment -> (F,3,3) how it is turned away from its rest."""

    def __post_init__(self) -> None:
        frames = len(self.heads["upper_arm.L"])
        check_shapes(self, heads=(frames, 3), turns=(frames, 3, 3))

    @classmethod
    def of(cls, rest: Rest, body: Body, bones: dict[str, int], heads: Array, turns: Array) -> "Moving":
        """By the heads (F,B,3) of B bones and their turns away from rest (F,B,3,3); `bones` are by segment."""
        by_segment = ({name: array[:, bone] for name, bone in bones.items()} for array in (heads, turns))
        return cls(rest, body, *by_segment)

    def point(self, segment: str, at_rest: Array) -> Array:
        """(F,3) a point that moves with a segment and is at (3,) at rest."""
        offset = at_rest - self.rest.segments[segment][0]
        return self.heads[segment] + self.turns[segment] @ offset

    @property
    def neck(self) -> Array:
        """(F,3) between the shoulder joints."""
        return (self.heads["upper_arm.L"] + self.heads["upper_arm.R"]) / 2
