"""A motion on a rig as Blender has it: keyed by the add-on, then read back frame by frame."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import bpy
import numpy as np

from ...engine.geometry.arrays import Array
from ...engine.retarget import Performance
from ..character.character import CharacterObject
from ..settings import CharacterOptions

#: Tails lie where importers put them: one that is farther than this from the segment before is none, degrees.
PLAUSIBLE = 45.0


@dataclass(frozen=True)
class Placed:
    """Where segments are, in Blender's world: metres, over any leading axes."""

    heads: dict[str, Array]
    """Segment -> (...,3) where it starts."""
    turns: dict[str, Array]
    """Segment -> (...,3,3) the axes of its last bone."""


@dataclass(frozen=True)
class Played:
    """A rig at rest and over F frames of a motion."""

    rest: Placed
    tips: dict[str, Array]
    """Last segments of fingers -> (3,) where they end at rest, metres in the axes of their bone."""
    moved: Placed
    """(F,...)."""

    def tip(self, name: str) -> Array:
        """(F,3) where a finger, "f_index.L" and so on, ends."""
        last = f"{name[:-2]}.03{name[-2:]}"
        return self.moved.heads[last] + self.moved.turns[last] @ self.tips[last]


def play(obj: bpy.types.Object, performance: Performance, *, contacts: float, limits: bool = False) -> CharacterObject:
    """Key the motion on the rig from frame 1 on, as the operator does; returns the add-on's character."""
    options = CharacterOptions(contacts=contacts, limits=limits)
    character = CharacterObject.of(obj)
    character.play(performance, 1 + np.arange(len(performance.angles)), "measured", options)
    return character


def show_frames(count: int) -> Iterator[int]:
    """Show the frames from 1 on, one after the other."""
    for frame in range(1, 1 + count):
        bpy.context.scene.frame_set(frame)
        yield frame


def read_played(obj: bpy.types.Object, bones: Mapping[str, tuple[str, ...]], count: int) -> Played:
    """What Blender shows in so many frames from 1 on, of segments whose bones are named and there."""
    there = {name: own for name, own in bones.items() if all(bone in obj.pose.bones for bone in own)}
    world = np.array(obj.matrix_world)
    at_rest = [world @ np.array(obj.data.bones[bone].matrix_local) for own in there.values() for bone in own]
    rest = _placed(there, np.array(at_rest))
    tips = {name: rest.turns[name].T @ _end(obj, there, rest, name) for name in there if ".03." in name}
    rows = list[Array]()
    for _ in show_frames(count):
        shown = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
        world = np.array(shown.matrix_world)
        rows.append(
            np.array([world @ np.array(shown.pose.bones[bone].matrix) for own in there.values() for bone in own])
        )
    return Played(rest, tips, _placed(there, np.stack(rows)))


def part_of(performance: Performance, rows: Any) -> Performance:
    """Some of its frames."""
    return replace(performance, angles=performance.angles[rows], hips=performance.hips[rows])


def _placed(bones: Mapping[str, tuple[str, ...]], matrices: Array) -> Placed:
    """Of matrices (...,N,4,4) of all named bones in turn."""
    ends = np.cumsum([len(own) for own in bones.values()])
    axes = matrices[..., :3, :3]
    axes = axes / np.linalg.norm(axes, axis=-2, keepdims=True)
    heads = {name: matrices[..., end - len(own), :3, 3] for (name, own), end in zip(bones.items(), ends, strict=True)}
    return Placed(heads, {name: axes[..., end - 1, :, :] for name, end in zip(bones, ends, strict=True)})


def _end(obj: bpy.types.Object, bones: Mapping[str, tuple[str, ...]], rest: Placed, name: str) -> Array:
    """(3,) from the head of a finger's last segment to its end at rest: a child's head, its tail, or straight on."""
    bone, world = obj.data.bones[bones[name][-1]], np.array(obj.matrix_world)
    before = rest.heads[name] - rest.heads[name.replace(".03.", ".02.")]
    for end in (*(child.head_local for child in bone.children), bone.tail_local):
        along = world[:3, :3] @ np.array(end) + world[:3, 3] - rest.heads[name]
        length = np.linalg.norm(along) * np.linalg.norm(before)
        if length > 0 and along @ before > np.cos(np.radians(PLAUSIBLE)) * length:
            return along
    return before
