"""What the edits of an action ask for, as records of options. Light: imported at registration."""

from dataclasses import dataclass

from ...engine.errors import InputError
from ...engine.options import Options, option

_FARTHEST = 1_000_000


@dataclass(frozen=True, kw_only=True)
class RangeOptions(Options):
    """Two frames and all between them."""

    first: int = option(1, "From", "first frame of the range", least=-_FARTHEST, most=_FARTHEST)
    last: int = option(50, "To", "last frame of the range", least=-_FARTHEST, most=_FARTHEST)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.first >= self.last:
            raise InputError(f"The range goes from frame {self.first} to {self.last}; it has to end after it begins.")


@dataclass(frozen=True, kw_only=True)
class ChosenOptions(RangeOptions):
    """Which keys an edit changes; as it is, all of them."""

    in_range: bool = option(False, "Only in Range", "change the keys of the range alone")
    selected: bool = option(False, "Only Selected Bones", "change the keys of the selected pose bones alone")


@dataclass(frozen=True, kw_only=True)
class SmoothOptions(ChosenOptions):
    """How keys are smoothed again."""

    strength: float = option(1.0, "Strength", "of the filter over time, as at the import", least=0, most=5)


@dataclass(frozen=True, kw_only=True)
class ReduceOptions(ChosenOptions):
    """What fewer keys may change."""

    distance: float = option(
        0.5, "Distance (cm)", "the farthest that any joint or fingertip moves", unit="cm", least=0.01, most=20
    )
    turn: float = option(2.0, "Turn (degrees)", "the most that any bone turns", unit="degrees", least=0.05, most=45)


@dataclass(frozen=True, kw_only=True)
class BridgeOptions(RangeOptions):
    """What is bridged from the first frame of the range, which stays, to the last, which stays."""

    part: str = option(
        "hand",
        "Bridge",
        "which bones",
        choices={
            "hand": ("Hand", "wrist and fingers of one side, and the forearm's turn about itself"),
            "arm": ("Arm", "all of one side, from the shoulder on"),
            "selected": ("Selected Bones", "the selected pose bones"),
        },
    )
    side: str = option(
        "left",
        "Side",
        "the person's",
        choices={"left": ("Left", "the left hand or arm"), "right": ("Right", "the right hand or arm")},
    )


@dataclass(frozen=True, kw_only=True)
class HandOptions(Options):
    """Whose hands get IK controls."""

    hands: str = option(
        "both",
        "Hands",
        "which of them",
        choices={
            "both": ("Both", "left and right"),
            "left": ("Left", "the left hand"),
            "right": ("Right", "the right hand"),
        },
    )


@dataclass(frozen=True, kw_only=True)
class FaceOptions(ChosenOptions):
    """How many times what it does each region of a face is to do."""

    brows: float = option(1.0, "Brows", "strength of the brows, 0 holds them still", least=0, most=4)
    eyes: float = option(1.0, "Eyes", "strength of lids and gaze, 0 holds them still", least=0, most=4)
    mouth: float = option(
        1.0, "Mouth", "strength of mouth, jaw, cheeks, nose and tongue, 0 holds them still", least=0, most=4
    )


@dataclass(frozen=True, kw_only=True)
class EditOptions(SmoothOptions, ReduceOptions, BridgeOptions, HandOptions, FaceOptions):
    """All of the edits, as the panel keeps them."""
