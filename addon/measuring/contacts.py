"""How far hands on a rig in Blender are from what they should touch, and what it costs to bring them there."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Callable
from dataclasses import dataclass

import bpy
import numpy as np

from ...engine.geometry.arrays import Array, Mask
from ...engine.retarget import Character, Performance
from ...engine.retarget.anatomy.moving import Moving
from ...engine.retarget.contacts.touches import touches
from ...engine.training.measuring.metrics import rotations_apart
from .mesh import find_vertices, mesh_of
from .orientation import facing, palm_frame
from .played import Placed, Played, play, read_played
from .rigs import RealRig
from .touching import Touching, gaps

#: What touches in the source, by the weights of engine.retarget.contacts.touches.
TOUCHING = 0.9


@dataclass(frozen=True)
class ContactErrors:
    """On one rig, N contacts without and with the correction."""

    without: Array
    """(N,) widths of the rig's palm."""
    corrected: Array
    """(N,) the same."""
    turned: Array
    """(F,) degrees that the correction turns the right hand."""
    limited: float
    """Degrees that the constraints of the mirrored limits turn any measured segment of the corrected motion."""


def contacts_by_proportions(obj: bpy.types.Object, rig: RealRig, performance: Performance) -> ContactErrors:
    """By the places on head, trunk and arms that the engine wants, read from the bones that Blender shows."""
    own = performance.moving

    def errors(played: Played, character: Character) -> Array:
        found = touches(own, _moving(played, character))
        return np.linalg.norm(found.gaps[found.weights >= TOUCHING], axis=-1) / character.body.palm

    return _corrected(obj, rig, performance, errors)


def contacts_by_mesh(obj: bpy.types.Object, rig: RealRig, touching: Touching) -> ContactErrors:
    """Of a character: by the vertices that touch on the one that the poses are of."""
    vertices = find_vertices(mesh_of(obj), touching.texture)

    def errors(played: Played, _: Character) -> Array:
        knuckles = played.rest.heads["f_index.01.R"] - played.rest.heads["f_pinky.01.R"]
        return np.linalg.norm(gaps(obj, vertices, touching.pairs), axis=1) / np.linalg.norm(knuckles)

    return _corrected(obj, rig, touching.performance, errors)


def _corrected(
    obj: bpy.types.Object, rig: RealRig, performance: Performance, errors: Callable[[Played, Character], Array]
) -> ContactErrors:
    """Errors of a motion as the open file shows it, without the correction, with it, and limited."""
    found, shown = list[Array](), list[Played]()
    for contacts, limits in ((0.0, False), (1.0, False), (1.0, True)):
        character: Character = play(obj, performance, contacts=contacts, limits=limits).character
        head = character.rig.names[character.match.bones["head"][0]]
        played = read_played(obj, rig.bones() | {"head": (head,)}, len(performance.angles))
        found.append(errors(played, character))
        shown.append(played)
    free, moved, limited = shown
    return ContactErrors(found[0], found[1], _turned(free, moved), _apart(moved, limited))


def touched_frames(performance: Performance) -> Mask:
    """(F,) in which a hand of the performer touches something."""
    own = performance.moving
    return (touches(own, own).weights >= TOUCHING).any(axis=1)


def _moving(played: Played, character: Character) -> Moving:
    """What Blender shows, as the engine looks at a rig: facing the front."""
    front = facing(played.rest).T
    heads = {name: head @ front.T for name, head in played.moved.heads.items()}
    turns = {name: front @ turn @ played.rest.turns[name].T @ front.T for name, turn in played.moved.turns.items()}
    return Moving(character.rest, character.body, heads, turns)


def _turned(one: Played, other: Played) -> Array:
    """(F,) degrees between the right hands."""
    return rotations_apart(*(palm_frame(played, played.moved, "R") for played in (one, other)))


def _apart(one: Played, other: Played) -> float:
    """Degrees between any segments at most."""
    both: list[Placed] = [one.moved, other.moved]
    return max(float(rotations_apart(both[0].turns[name], both[1].turns[name]).max()) for name in both[0].turns)
