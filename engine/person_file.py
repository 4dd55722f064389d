"""One signer's bone lengths in a file, for all their clips."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .errors import InputError, told
from .files import read_text, written_whole
from .keypoints import Side, part_and_side
from .lifting import of_height
from .motion import Motion
from .skeleton import Kind, Skeleton, hand_skeleton, load_skeleton

VERSION = 1
#: No bone is shorter or longer than these multiples of the table's.
POSSIBLE = (0.1, 3.0)
_HAND = "hand"
_BODIES = (*(kind.value for kind in Kind if kind.has_body), _HAND)
_DECIMALS = 5  # of metres


@dataclass(frozen=True)
class Person:
    """A signer's bones, and what they were found from. Raises ValueError, with the reason, where that cannot be."""

    version: int
    body: str
    """What the bones are of: upper body, full body or hand."""
    height: float | None
    """Metres, where it was given."""
    frames: int
    """How many show the body, or the hand."""
    lengths: dict[str, float]
    """Bone without its side -> metres; both sides are equal."""

    def __post_init__(self) -> None:
        if self.body not in _BODIES:
            raise ValueError(f"its body is {self.body}, not {', '.join(_BODIES)}")
        if self.height is not None and not self.height > 0:
            raise ValueError(f"its height is {self.height}")
        usual = {part_and_side(bone.name)[0]: bone.length for bone in self.skeleton.bones}
        if self.lengths.keys() != usual.keys():
            raise ValueError(f"its bones are not those of the {self.body}")
        for bone, length in self.lengths.items():
            if not POSSIBLE[0] * usual[bone] <= length <= POSSIBLE[1] * usual[bone]:
                raise ValueError(f"its {bone} is {length} m long")

    @property
    def skeleton(self) -> Skeleton:
        """That of the bones; of a hand the right one's."""
        return hand_skeleton() if self.body == _HAND else load_skeleton(Kind(self.body))

    def bones(self, height: float | None) -> dict[str, float]:
        """Bone, of either side, -> metres; scaled where another height of the person, metres, is given."""
        skeleton = self.skeleton
        lengths = np.array([self.lengths[part_and_side(name)[0]] for name in skeleton.names])
        if height is not None and skeleton.kind.has_body:
            lengths = of_height(skeleton, lengths, height)
        elif height is not None:
            lengths = lengths * (height / (self.height or skeleton.stature))
        known = dict(zip(skeleton.names, lengths.tolist(), strict=True))
        parts = {part_and_side(name): length for name, length in known.items()}
        return known | {side.bone(part): length for (part, own), length in parts.items() if own for side in Side}


def person_of(motion: Motion, height: float | None) -> Person:
    """The person that a clip shows, of a height, metres, where that was given."""
    names, lengths = motion.skeleton.names, motion.lengths_of_bones().round(_DECIMALS).tolist()
    kind = motion.kind
    return Person(
        VERSION,
        kind.value if kind.has_body else _HAND,
        height,
        int(motion.seen[:, 0 if kind.has_body else kind.hands[0].column].sum()),
        {part_and_side(name)[0]: length for name, length in zip(names, lengths, strict=True)},
    )


def save_person(person: Person, path: Path) -> None:
    """Write a person as JSON, whole or not at all. Raises OutputError where that is impossible."""
    with written_whole(path) as draft:
        draft.write_text(text_of(person), encoding="utf-8", newline="\n")


def text_of(person: Person) -> str:
    """What a person file holds."""
    return json.dumps(asdict(person), indent=2) + "\n"


def load_person(path: Path) -> Person | None:
    """Read what `save_person` wrote; None where there is no file, InputError where it is no such file."""
    try:
        return _read(json.loads(read_text(path)))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"Cannot read the person file {path}: {error.strerror}; name another.") from error
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        known = isinstance(error, ValueError) and not isinstance(error, UnicodeError | json.JSONDecodeError)
        reason = told(error) if known else "it is damaged"
        raise InputError(
            f"{path} is no person file to go by: {reason}; delete it, or name another, to have one made."
        ) from error


def _read(stored: Any) -> Person:
    """Another version may have other parts. TypeError where those of a person are not there, or not of their types."""
    if stored["version"] != VERSION:
        raise ValueError(f"it is of version {stored['version']}, not {VERSION}")
    numbers = [stored["frames"], stored["height"] or 0.0, *stored["lengths"].values()]
    if not all(isinstance(number, int | float) for number in numbers):
        raise TypeError("what is to be a number is none")
    return Person(**stored)
