"""Glosses become a sentence: the open file's signs, chained in a new action of one of our armatures."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import numpy as np

from ...engine.errors import InputError
from ...engine.retarget import Performance
from ...engine.sentence import Part, chain, read_glosses
from ..character.character import CharacterObject
from ..keying.actions import playing
from ..objects import check_fk
from ..scene.timeline import scene_rate
from ..settings import CharacterOptions
from ..signer.keyframes import write_performance
from ..signer.performances import performance_of_armature
from .signs import free_name, signs_in

_FIRST = 1


def chained(scene: bpy.types.Scene, obj: bpy.types.Object, text: str) -> Performance:
    """What an armature of ours plays that signs the glosses of a text; their names are those of the actions.

    Raises InputError where a gloss is missing, or the armature cannot play the signs.
    """
    check_fk(obj)
    known = {action.name: (action, sign) for action, sign in signs_in(bpy.data.actions)}
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


def sign(obj: bpy.types.Object, performance: Performance, text: str) -> bpy.types.Action:
    """Let an armature of ours play a sentence, in a new action from the first frame on."""
    return write_performance(obj, performance, _FIRST, free_name(" ".join(text.split()), bpy.data.actions.keys()))


def sign_by(character: CharacterObject, performance: Performance, text: str) -> bpy.types.Action:
    """The same of a character."""
    frames = _FIRST + np.arange(len(performance.angles))
    return character.play(performance, frames, text, CharacterOptions())
