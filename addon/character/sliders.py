"""What shows a part of a face when it is set: the shape keys of meshes, and expressions that move these."""

# The stubs take data of objects for optional, and shape keys for data without a name.
# pyright: reportAttributeAccessIssue=false, reportOptionalMemberAccess=false

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np

from ..keying.actions import Animated
from ..objects import deformed_meshes


@dataclass(frozen=True)
class Slider:
    """One of them."""

    name: str
    holder: Any
    """A shape key, or an expression of the VRM add-on's."""
    channel: str
    """The property of it that is set."""
    least: float
    most: float
    moves: tuple[tuple["Slider", float], ...] = ()
    """The shape keys that an expression moves, and their values where it is 1."""
    binary: bool = False
    """Whether an expression is either 0 or 1, the nearer one."""

    @property
    def owner(self) -> Animated:
        """What has its action."""
        return self.holder.id_data

    @property
    def path(self) -> str:
        """The data path from there."""
        return self.holder.path_from_id(self.channel)

    @property
    def is_held(self) -> bool:
        """Whether a driver or a library says what it is."""
        owner = self.owner
        drivers = owner.animation_data.drivers if owner.animation_data is not None else ()
        return not owner.is_editable or any(driver.data_path == self.path for driver in drivers)

    def rest(self) -> None:
        """Set it to nothing."""
        setattr(self.holder, self.channel, 0.0)


def shape_keys(mesh: bpy.types.Object) -> list[Slider]:
    """Those of a mesh, without the one that they are relative to; none where they are absolute."""
    keys = mesh.data.shape_keys if isinstance(mesh.data, bpy.types.Mesh) else None
    if keys is None or not keys.use_relative:
        return []
    blocks = (block for block in keys.key_blocks if block != keys.reference_key)
    return [Slider(block.name, block, "value", block.slider_min, block.slider_max) for block in blocks]


def faced_meshes(obj: bpy.types.Object) -> Iterator[tuple[bpy.types.Object, list[Slider]]]:
    """The meshes with shape keys that an armature deforms or carries, those that share their keys once."""
    seen = set[bpy.types.Key]()
    for mesh in dict.fromkeys([*deformed_meshes(obj), *obj.children_recursive]):
        sliders = shape_keys(mesh)
        if sliders and sliders[0].owner not in seen:
            seen.add(sliders[0].owner)
            yield mesh, sliders


Keyed = dict[Animated, dict[str, np.ndarray]]


def keyed(sliders: Iterable[Slider], values: dict[str, np.ndarray]) -> Keyed:
    """Values (F,) by owner and data path for sliders by their names, and of all shape keys that expressions move.

    The VRM add-on sets these too, to the same values, but only when the scene goes to another frame: an animation
    that is rendered would show a face that stands still.
    """
    channels = Keyed()
    for slider in sliders:
        own = np.clip(values[slider.name], slider.least, slider.most)
        channels.setdefault(slider.owner, {})[slider.path] = own
        for key, weight in slider.moves:
            moved = channels.setdefault(key.owner, {})
            moved[key.path] = moved.get(key.path, 0.0) + weight * ((own > 0.5) if slider.binary else own)
    return channels


def ranges(sliders: Iterable[Slider]) -> dict[str, tuple[float, float]]:
    """The range of every name, the widest of several sliders'."""
    found = dict[str, tuple[float, float]]()
    for slider in sliders:
        least, most = found.get(slider.name, (slider.least, slider.most))
        found[slider.name] = min(least, slider.least), max(most, slider.most)
    return found


def moves_what_turns(slider: Slider, mesh: bpy.types.Object, bones: set[str]) -> bool:
    """Whether a shape key moves vertices that one of some bones turns, which would turn them twice."""
    if mesh.parent_type == "BONE":
        return mesh.parent_bone in bones
    groups = {group.index for group in mesh.vertex_groups if group.name in bones}
    vertices = mesh.data.vertices
    shapes = np.empty((2, 3 * len(vertices)), dtype=np.float32)
    slider.holder.data.foreach_get("co", shapes[0])
    slider.holder.relative_key.data.foreach_get("co", shapes[1])
    moved = np.flatnonzero((shapes[0] != shapes[1]).reshape(-1, 3).any(axis=1)) if groups else []
    return any(
        group.group in groups and group.weight > 0.5 for vertex in moved for group in vertices[int(vertex)].groups
    )
