"""Glosses become a sentence: the open file's signs, chained in a new action of one of our armatures."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Mapping
from pathlib import Path

import bpy
import numpy as np

from ...engine.errors import InputError
from ...engine.retarget import Performance
from ...engine.sentence import Part, chain, read_glosses
from ..character.character import CharacterObject
from ..keying.actions import playing
from ..objects import check_fk, is_ours
from ..scene.timeline import scene_rate
from ..settings import CharacterOptions
from ..signer.face import add_face, has_face
from ..signer.keyframes import write_performance
from ..signer.performances import performance_of_armature
from .signs import armatures_of, free_name, performed_in, signs_in

_FIRST = 1


def chained(scene: bpy.types.Scene, obj: bpy.types.Object, text: str) -> Performance:
    """What an armature of ours plays that signs the glosses of a text; their names are those of the actions.

    Raises InputError where a gloss is missing, or the armature cannot play the signs.
    """
    check_fk(obj)
    if has_face(obj):
        add_face(obj)  # at rest, so that a sign without a face has none, and not what was done last
    known = {action.name: (performed_in(action), sign) for action, sign in signs_in(bpy.data.actions)}
    if not known:
        raise InputError("There is no sign in this file; append actions of a library.")
    names = read_glosses(text, known)
    parts: dict[str, Part] = {}
    for name in dict.fromkeys(names):
        action, sign = known[name]
        with playing(obj, action):
            performance, frames = performance_of_armature(obj)
        first, last = (int(np.clip(frame - frames[0], 0, len(frames) - 1)) for frame in (sign.first, sign.last))
        parts[name] = Part(performance, first, last)
    return chain([parts[name] for name in names], scene_rate(scene))


def players(
    library: Path, armatures: Mapping[str, bpy.types.Object]
) -> tuple[bpy.types.Object, bpy.types.Object | None]:
    """Of the armatures of a library, which is open, ours, and the character that its signs were carried to, if any.

    Raises InputError where ours is missing.
    """
    names = {armatures_of(action) for action, _ in signs_in(bpy.data.actions)}
    signer, character = next(iter(names), ("", ""))
    ours = [armatures.get(signer)] if signer else [obj for obj in armatures.values() if is_ours(obj)]
    if len(names) > 1 or len(ours) != 1 or ours[0] is None or (character and character not in armatures):
        raise InputError(f"{library} does not have the armature of its signs; make it by `library` again.")
    return ours[0], armatures.get(character)


def sign(obj: bpy.types.Object, performance: Performance, text: str) -> bpy.types.Action:
    """Let an armature of ours play a sentence, in a new action from the first frame on."""
    return write_performance(obj, performance, _FIRST, free_name(" ".join(text.split()), bpy.data.actions.keys()))


def sign_by(character: CharacterObject, performance: Performance, text: str) -> bpy.types.Action:
    """The same of a character."""
    frames = _FIRST + np.arange(len(performance.angles))
    return character.play(performance, frames, text, CharacterOptions())
