"""A new action on an object, and F-Curves in it, in every supported Blender's way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy

#: What has animation of its own.
Animated = bpy.types.Object | bpy.types.Key | bpy.types.Armature
#: (data path, array index, group) -> a new F-Curve
NewCurve = Callable[[str, int, str], bpy.types.FCurve]


def new_action(animated: Animated, name: str) -> tuple[bpy.types.Action, NewCurve]:
    """Assign an empty action, in place of what the NLA plays; the one that was there before is kept by a fake user."""
    data = animated.animation_data_create()
    data.action_blend_type, data.action_influence = "REPLACE", 1.0
    if data.action is not None:
        data.action.use_fake_user = True
    action = bpy.data.actions.new(name)
    data.action = action
    if bpy.app.version >= (4, 4):
        data.action_slot = action.slots.new(animated.id_type, animated.name)
        strip = action.layers.new("Layer").strips.new(type="KEYFRAME")
        assert isinstance(strip, bpy.types.ActionKeyframeStrip)
        strip.channelbag(data.action_slot, ensure=True)
    return action, more_curves(animated)


def more_curves(animated: Animated) -> NewCurve:
    """F-Curves in the action that something has, beside those that are there."""
    owner = curve_owners(animated)[0]
    if bpy.app.version < (4, 4):
        return _legacy_curves(owner)
    return _grouped_curves(owner) if bpy.app.version < (5, 0) else _curves(owner)


def curve_owners(animated: Animated) -> list[Any]:
    """What holds the F-Curves that something's own slot of its action animates: before Blender 4.4 the action."""
    data = animated.animation_data
    if data is None or data.action is None:
        return []
    if bpy.app.version < (4, 4):
        return [data.action]
    strips = [strip for layer in data.action.layers for strip in layer.strips] if data.action_slot is not None else []
    bags = [strip.channelbag(data.action_slot) for strip in strips]  # type: ignore[attr-defined]
    return [bag for bag in bags if bag is not None]


def _legacy_curves(action: bpy.types.Action) -> NewCurve:
    """4.2 and 4.3: an action is one list of F-Curves."""
    return lambda path, index, group: action.fcurves.new(path, index=index, action_group=group)


def _grouped_curves(bag: bpy.types.ActionChannelbag) -> NewCurve:
    """4.4 and 4.5: groups of a channelbag are assigned afterwards."""

    def new(path: str, index: int, group: str) -> bpy.types.FCurve:
        curve = bag.fcurves.new(path, index=index)
        curve.group = bag.groups.get(group) or bag.groups.new(group)
        return curve

    return new


def _curves(bag: bpy.types.ActionChannelbag) -> NewCurve:
    """5.0 and later."""
    new: Any = bag.fcurves.new
    return lambda path, index, group: new(path, index=index, group_name=group)
