"""The expressions that the VRM add-on for Blender keeps for a character, where it is enabled."""

from collections.abc import Iterator
from typing import Any

import bpy

from ..objects import armature_of
from .sliders import Slider, shape_keys


def expressions(obj: bpy.types.Object) -> list[Slider]:
    """Those of an armature that show something: presets and the user's own of VRM 1, blend shape groups of VRM 0.

    None without the add-on. One that suppresses blinks or the mouth, as smiles may, is left out: what it would take
    away is grammar.
    """
    data: Any = getattr(armature_of(obj), "vrm_addon_extension", None)
    if data is None:
        return []
    return [*(_of_vrm0(data.vrm0) if data.is_vrm0() else _of_vrm1(data.vrm1) if data.is_vrm1() else ())]


def look_by_expressions(obj: bpy.types.Object) -> bool:
    """Whether the character's eyes are turned by expressions, not by bones."""
    data: Any = getattr(armature_of(obj), "vrm_addon_extension", None)
    if data is None:
        return False
    return (data.vrm0.first_person.look_at_type_name if data.is_vrm0() else data.vrm1.look_at.type) in _BY_EXPRESSIONS


_BY_EXPRESSIONS = {"BlendShape", "expression"}


def _of_vrm1(vrm: Any) -> Iterator[Slider]:
    presets = vrm.expressions.preset
    names = [own.identifier for own in presets.bl_rna.properties if own.type == "POINTER"]
    named = [(name, getattr(presets, name)) for name in names if name != "rna_type"]
    for name, expression in [*named, *((own.custom_name, own) for own in vrm.expressions.custom)]:
        if {expression.override_blink, expression.override_mouth} != {"none"}:
            continue
        binds = [(bind.node.bpy_object, bind.index, bind.weight) for bind in expression.morph_target_binds]
        if binds or len(expression.material_color_binds) or len(expression.texture_transform_binds):
            yield _slider(name, expression, binds)


def _of_vrm0(vrm: Any) -> Iterator[Slider]:
    for group in vrm.blend_shape_master.blend_shape_groups:
        binds = [(bind.mesh.bpy_object, bind.index, bind.weight) for bind in group.binds]
        if binds or len(group.material_values):
            yield _slider(group.name if group.preset_name == "unknown" else group.preset_name, group, binds)


def _slider(name: str, expression: Any, binds: list[tuple[bpy.types.Object | None, str, float]]) -> Slider:
    """An expression with the shape keys that it moves."""
    moves = [
        (key, weight)
        for mesh, own, weight in binds
        if mesh is not None
        for key in shape_keys(mesh)
        if key.name == own and not key.is_held
    ]
    return Slider(name, expression, "preview", 0.0, 1.0, tuple(moves), expression.is_binary)
