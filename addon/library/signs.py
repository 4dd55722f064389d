"""What an Action knows of the sign that it is: as its own properties, and as metadata for the asset browser."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import bpy

from ..objects import MARK

#: Bytes that every supported Blender keeps of a name.
_LONGEST = 63


@dataclass(frozen=True)
class Sign:
    """One sign of a video."""

    gloss: str
    tier: str
    """The tier that annotates it; of a lexicon's file LEXICON."""
    source: str
    """The video that it was signed in."""
    start: float
    """Seconds of the video."""
    end: float


#: The tier of signs that no tier annotates: each file is one.
LEXICON = "lexicon"


@dataclass(frozen=True)
class KeyedSign(Sign):
    """A sign in an Action, whose keys begin before it and end after it."""

    first: int
    """The frame of its start."""
    last: int
    """The frame of its end."""


#: Of the Action of a character's sign: the names of our armature and of the character, the Action of ours that it was
#: carried from, and those of what has shape keys or expressions. Blender appends an asset with all that it refers to.
_SIGNER, _CHARACTER, _PERFORMED, _FACES = "signer", "character", "performed", "faces"


def mark_sign(action: bpy.types.Action, sign: KeyedSign, catalogue: str) -> None:
    """Make a keyed Action an asset in a catalogue (a UUID), with all that is known of its sign.

    The Action's own properties tell the same: Blender drops an asset's metadata where it is appended to a file.
    """
    action[MARK] = asdict(sign)
    action.asset_mark()
    data = action.asset_data
    assert data is not None
    data.catalog_id = catalogue
    data.description = f"{sign.gloss}: {sign.source}, {sign.start:.2f} to {sign.end:.2f} s, tier {sign.tier}"
    for word in dict.fromkeys((sign.gloss, sign.tier, sign.source)):
        data.tags.new(word)
    for name, value in asdict(sign).items():
        data[name] = value


def mark_carried(
    action: bpy.types.Action,
    signer: str,
    character: str,
    performed: bpy.types.Action,
    faces: Mapping[str, bpy.types.Action],
) -> None:
    """Let the Action of a character's sign know what belongs to it."""
    known: Any = action[MARK]
    known[_SIGNER], known[_CHARACTER], known[_PERFORMED], known[_FACES] = signer, character, performed, dict(faces)


def armatures_of(action: bpy.types.Action) -> tuple[str, str]:
    """The names of our armature and of the character of a character's sign; else empty."""
    known: Any = action[MARK]
    return known.get(_SIGNER, ""), known.get(_CHARACTER, "")


def performed_in(action: bpy.types.Action) -> bpy.types.Action:
    """The Action of our armature that a sign is, or was carried from."""
    known: Any = action[MARK]
    return known.get(_PERFORMED, action)


def whole_sign(action: bpy.types.Action) -> set[bpy.types.Action]:
    """A sign's Action and all that belong to it."""
    known: Any = action[MARK]
    return {action, performed_in(action), *known.get(_FACES, {}).values()}


def signs_in(actions: Iterable[bpy.types.Action]) -> Iterator[tuple[bpy.types.Action, KeyedSign]]:
    """The Actions that are signs."""
    kinds: dict[str, Any] = {field.name: field.type for field in fields(KeyedSign)}
    for action in actions:
        known: Any = action.get(MARK)
        if hasattr(known, "keys") and all(isinstance(known.get(name), kind) for name, kind in kinds.items()):
            yield action, KeyedSign(**{name: known[name] for name in kinds})


def free_name(gloss: str, taken: Collection[str]) -> str:
    """A gloss as the name of a new Action: of the second of its name GLOSS.2, and so on."""
    number, name = 1, _cut(gloss, _LONGEST)
    while name in taken:
        number += 1
        end = f".{number}"
        name = _cut(gloss, _LONGEST - len(end)) + end
    return name


def _cut(text: str, longest: int) -> str:
    return text.encode(errors="replace")[:longest].decode(errors="ignore")
