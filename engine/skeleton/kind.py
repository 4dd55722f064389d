"""Which skeleton it is."""

from enum import Enum

from ..keypoints import Side


class Kind(Enum):
    """What a skeleton is of, in words."""

    UPPER_BODY = "upper body"
    FULL_BODY = "full body"
    LEFT_HAND = "left hand"
    RIGHT_HAND = "right hand"

    @property
    def hands(self) -> tuple[Side, ...]:
        """The sides whose hands it has."""
        return {Kind.LEFT_HAND: (Side.LEFT,), Kind.RIGHT_HAND: (Side.RIGHT,)}.get(self, (Side.LEFT, Side.RIGHT))

    @property
    def has_body(self) -> bool:
        """Whether it is more than a hand by itself."""
        return self in (Kind.UPPER_BODY, Kind.FULL_BODY)

    @property
    def has_legs(self) -> bool:
        """Whether its legs are animated."""
        return self is Kind.FULL_BODY
