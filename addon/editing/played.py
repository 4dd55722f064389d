"""What an armature's action plays, as arrays, and which of its curves hold it."""

from collections.abc import Set
from dataclasses import dataclass
from functools import cached_property

import bpy
import numpy as np

from ...engine.errors import InputError
from ...engine.geometry.arrays import Array, Mask, check_shapes
from ...engine.skeleton import Skeleton
from ..keying.curves import Curves, read_curves, sample
from ..objects import armature_of, obstacle, pose_bones
from .own_skeleton import own_skeleton


@dataclass(frozen=True)
class Played:
    """A motion of F frames; C channels: the A angles, then the three of the root's location."""

    obj: bpy.types.Object
    skeleton: Skeleton
    """The armature's own."""
    curves: Curves
    """Those of its action that are not muted."""
    frames: Array
    """(F,) whole frames of the scene, from the first key to the last."""
    values: Array
    """(F,C) radians, then metres in the root bone's rest frame."""

    def __post_init__(self) -> None:
        count = len(self.frames)
        check_shapes(self, frames=(count,), values=(count, len(self.channels)))

    @classmethod
    def of(cls, obj: bpy.types.Object) -> "Played":
        """What its keys say. Raises InputError where the armature has no action that can be edited."""
        check_editable(obj)
        skeleton = own_skeleton(obj)
        curves = {channel: curve for channel, curve in read_curves(obj).items() if not curve.mute}
        keyed = [curve for (path, _), curve in curves.items() if path.startswith("pose.bones[") and not curve.is_empty]
        if not keyed:
            raise InputError(f"The action of {obj.name!r} has no keys of its bones; import a video first.")
        starts, ends = zip(*(curve.range() for curve in keyed), strict=True)
        frames = np.arange(round(min(starts)), round(max(ends)) + 1, dtype=np.float64)
        values = np.stack([_values(obj, curves, channel, frames) for channel in channels_of(skeleton)], axis=1)
        return cls(obj, skeleton, curves, frames, values)

    @cached_property
    def channels(self) -> list[tuple[str, int]]:
        """(C,) data path and array index."""
        return channels_of(self.skeleton)

    @cached_property
    def owners(self) -> list[int]:
        """(C,) the bone that each channel moves."""
        return [*(bone for bone, _ in self.skeleton.freedoms), 0, 0, 0]

    @property
    def angles(self) -> Array:
        """(F,A) radians."""
        return self.values[:, :-3]

    @cached_property
    def lengths(self) -> Array:
        """(B,) metres."""
        return np.array([armature_of(self.obj).bones[name].length for name in self.skeleton.names])

    def of_bones(self, bones: Set[str]) -> list[int]:
        """Channels of these bones that have a curve."""
        names = self.skeleton.names
        owned = [channel for channel, owner in enumerate(self.owners) if names[owner] in bones]
        return [channel for channel in owned if self.channels[channel] in self.curves]

    def within(self, first: float, last: float) -> Mask:
        """(F,) frames of a range. Raises InputError where it holds fewer than two."""
        inside = (self.frames >= first) & (self.frames <= last)
        if inside.sum() < 2:
            raise InputError(
                f"{self.obj.name!r} has keys from frame {self.frames[0]:g} to {self.frames[-1]:g};"
                f" choose a range there, not {first:g} to {last:g}."
            )
        return inside

    def legal(self, values: Array) -> Array:
        """(F,C) float32: the angles clamped to their limits, the others as they are."""
        rounded = values.astype(np.float32)
        return np.concatenate([self.skeleton.clamp(rounded[:, :-3]), rounded[:, -3:]], axis=1)


def channels_of(skeleton: Skeleton) -> list[tuple[str, int]]:
    """(C,) data path and array index of the angles, then of the root's location."""
    angles = [(_path(skeleton.names[bone], "rotation_euler"), axis) for bone, axis in skeleton.freedoms]
    return angles + [(_path(skeleton.names[0], "location"), axis) for axis in range(3)]


def selected_bones(obj: bpy.types.Object) -> set[str]:
    """Names of the selected pose bones. Raises InputError where there are none."""
    of_pose = bpy.app.version >= (5, 0)
    names = {bone.name for bone in pose_bones(obj) if (bone if of_pose else bone.bone).select}  # pyright: ignore
    if not names:
        raise InputError(f"No pose bone of {obj.name!r} is selected; select some, or do without 'selected bones'.")
    return names


def _path(bone: str, channel: str) -> str:
    return f'pose.bones["{bone}"].{channel}'


def check_editable(obj: bpy.types.Object) -> None:
    """Raise InputError where an armature has no action that can be edited."""
    action = None if obj.animation_data is None else obj.animation_data.action
    if action is None:
        raise InputError(f"{obj.name!r} has no action; assign one, or import a video first.")
    if not action.is_editable:
        raise InputError(f"The action {action.name!r} is linked from another file; make it local first.")
    if obstacle(obj):
        raise InputError(f"{obj.name!r} {obstacle(obj)}.")


def _values(obj: bpy.types.Object, curves: Curves, channel: tuple[str, int], frames: Array) -> Array:
    """(F,) what the channel's curve says, or the bone itself where it has none."""
    curve = curves.get(channel)
    if curve is not None:
        return sample(curve, frames)
    path, axis = channel
    return np.full(len(frames), obj.path_resolve(path)[axis])
