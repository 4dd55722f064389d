"""Tracked signs become Actions of one armature, marked as assets in catalogues, each with its picture.

Those of a character have the Actions beside them that they were carried from, of an armature of ours that is hidden: a
sentence is chained there, with the limits and the body of a person, and carried anew.
"""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Sequence
from dataclasses import asdict

import bpy
import numpy as np

from ...engine.errors import InputError
from ...engine.motion import Motion
from ...engine.resample import at_rate
from ..character.character import CharacterObject
from ..objects import whole_of
from ..scene.selection import select_animated
from ..scene.timeline import cover_frames, scene_rate, set_rate
from ..settings import CharacterOptions
from ..signer.armature import build_armature
from ..signer.face import add_face
from ..signer.head_mesh import add_head
from ..signer.keyframes import write_keyframes
from ..signer.performances import performance_of_motion
from ..signer.placement import place
from .catalogues import catalogue_of
from .collect import Clip
from .portraits import portraits, show_portrait
from .signs import KeyedSign, Sign, free_name, mark_carried, mark_sign

_FIRST = 1
_SEEN = ("pelvis", "head", "upper_arm.L", "upper_arm.R")


def build_library(context: bpy.types.Context, clips: Sequence[Clip], character: CharacterObject | None) -> bool:
    """Key every clip in an Action of its own, of the character or of an armature made for them, in the open scene.

    Actions bear the glosses: the second of the same GLOSS.2, and so on. The scene has the first clip's rate. Returns
    whether Blender could draw them. Raises InputError where a motion is of a single hand.
    """
    scene = context.scene
    if not all(motion.kind.has_body for _, motion in clips):
        raise InputError("Signs are of a person; track these videos without --hands-only.")
    if rate := next((motion.fps for _, motion in clips if motion.fps > 0), 0.0):
        set_rate(scene, rate)
    rate = scene_rate(scene)
    signer = _build(context, clips)
    obj = signer if character is None else character.obj
    drawn, last = True, _FIRST
    with portraits(obj, _bones_seen(character)) as draw:
        for sign, motion in clips:
            clip = at_rate(motion, rate)
            keyed = _in_frames(sign, clip, rate)
            earlier = {} if character is None else character.face.actions
            action = _key(signer, character, clip, free_name(sign.gloss, {*bpy.data.actions.keys()}))
            mark_sign(action, keyed, catalogue_of(sign.tier))
            if character is not None:
                performed = _key(signer, None, clip, f"{action.name}, {signer.name}")
                faces = {owner: own for owner, own in character.face.actions.items() if earlier.get(owner) != own}
                mark_carried(action, signer.name, character.obj.name, performed, faces)
            picture = draw((keyed.first + keyed.last) // 2)
            if picture is not None:
                show_portrait(action, picture)
            drawn, last = drawn and picture is not None, max(last, _FIRST + len(clip.time) - 1)
    cover_frames(scene, _FIRST, last, extend=False)
    select_animated(context, [obj])
    if character is not None:
        for part in whole_of(signer):
            part.hide_set(True)
            part.hide_render = True
    return drawn


def _build(context: bpy.types.Context, clips: Sequence[Clip]) -> bpy.types.Object:
    """An armature with the bones of the first clip that shows most of a person, and with a face if any has one."""
    _, shown = max(clips, key=lambda clip: clip[1].kind.has_legs)
    obj = build_armature(shown.skeleton, shown.lengths_of_bones().tolist(), "signer")
    context.scene.collection.objects.link(obj)
    if any(motion.face is not None for _, motion in clips):
        add_face(obj)
        add_head(obj)
    return obj


def _bones_seen(character: CharacterObject | None) -> dict[str, str]:
    """What `portraits` aims at."""
    if character is None:
        return {name: name for name in _SEEN}
    rig, match = character.character.rig, character.character.match
    return {name: rig.names[match.bones[name][0]] for name in _SEEN}


def _in_frames(sign: Sign, clip: Motion, rate: float) -> KeyedSign:
    """A sign in the frames of the Action that its clip becomes."""
    start, end = (_FIRST + round((time - float(clip.time[0])) * rate) for time in (sign.start, sign.end))
    last = _FIRST + len(clip.time) - 1
    first = min(max(start, _FIRST), last)
    return KeyedSign(**asdict(sign), first=first, last=min(max(end, first), last))


def _key(signer: bpy.types.Object, character: CharacterObject | None, clip: Motion, name: str) -> bpy.types.Action:
    if character is not None:
        frames = _FIRST + np.arange(len(clip.time))
        return character.play(performance_of_motion(clip), frames, name, CharacterOptions())
    return write_keyframes(signer, clip, place(signer, clip), _FIRST, set(), name)
