"""Which shape keys of a character do what a face does."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ...face.names import FACE_NAMES
from ...patterns import without
from .map_files import FaceMap, Look

#: So many keys of a family make a face: a single name may be anything's.
_LEAST = 2
#: Words of a name: capitals by themselves, words of camel case or of lower case, numbers, and other scripts'.
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_SIDES = {"l": "left", "r": "right"}
#: The name of a mesh or of a modelling program's node before the key's own, which is more than a side.
_OWNER = re.compile(r".*(?:\.|:|__)(?![lrLR]$)")


@dataclass(frozen=True)
class FaceMatch:
    """The shape keys of one character; those of several meshes may share a name."""

    family: str
    """Empty where no family's keys were found."""
    looks: dict[str, Look]
    """Key of the map -> what it looks like at 1, the preferred ones first."""
    names: dict[str, tuple[str, ...]]
    """Key of the map -> the character's own."""
    jaw_bone: bool
    """Whether the jaw is opened by its bone all the same."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The coefficients that no key shows."""
        shown = {name for look in self.looks.values() for name in look}
        return tuple(name for name in FACE_NAMES if name not in shown)


def recognise_face(names: Iterable[str], maps: Iterable[FaceMap]) -> FaceMatch:
    """The match of the map that names most of a character's shape keys, of equal ones the first's."""
    names = tuple(dict.fromkeys(names))
    best = max((_match(names, known) for known in maps), key=_count, default=None)
    return best if best is not None and _count(best) >= _LEAST else FaceMatch("", {}, {}, False)


def _match(names: tuple[str, ...], known: FaceMap) -> FaceMatch:
    own: dict[str, list[str]] = {}
    wanted = {plain(key): key for key in reversed(known.keys)}
    for name in names:
        key = next((wanted[read] for read in _readings(name, known) if read in wanted), None)
        if key is not None:
            own.setdefault(key, []).append(name)
    found = {key: tuple(own[key]) for key in known.keys if key in own}
    return FaceMatch(known.name, {key: known.keys[key] for key in found}, found, known.jaw_bone)


def _count(match: FaceMatch) -> int:
    return len(match.names)


def _readings(name: str, known: FaceMap) -> Iterable[str]:
    """What a name can be without its owner and what the map says of its ends, as `plain` has it."""
    for own in dict.fromkeys((name, _OWNER.sub("", name))):
        yield plain(own)
        yield plain(without(f"^(?:{known.prefix})|(?:{known.suffix})$", own))


def plain(name: str) -> str:
    """A name's words in one, in lower case: `eyeBlinkLeft`, `EyeBlink_L` and `eye-blink.left` are the same."""
    words = (word[0].lower() for word in _WORD.finditer(name))
    return "".join(_SIDES.get(word, word) for word in words)
