"""The options as Blender properties: the operators' own, and those that the panel keeps in the scene."""

from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, IntVectorProperty

from ...engine.options import Option, Options, TrackOptions, options_of
from ..settings import CharacterOptions, ImportOptions, SceneOptions

_UNITS: dict[str, Any] = {"s": "TIME_ABSOLUTE", "m": "LENGTH"}
#: Blender's own bounds of a property.
_MOST = 2**31 - 1


def properties_of(record: type[Options]) -> type:
    """A mixin with a Blender property for every option of a record that is in the window."""
    own = {name: _property(known) for name, known in options_of(record).items() if known.window}
    return type(f"{record.__name__}Properties", (), {"__annotations__": own})


def values_of(properties: Any, record: type[Options]) -> dict[str, Any]:
    """What properties say, by the names of a record's options; InputError where that is out of their range."""
    known = {name: one for name, one in options_of(record).items() if one.window}
    return {name: _value(getattr(properties, name), one) for name, one in known.items()}


def names_of(record: type[Options]) -> tuple[str, ...]:
    """The options of a record that are in the window."""
    return tuple(name for name, known in options_of(record).items() if known.window)


def _property(known: Option) -> Any:
    """Blender has no None: a number that may be absent is 0 then."""
    text = known.help[0].upper() + known.help[1:]
    more: dict[str, Any] = {"name": known.title, "description": f"{text}; 0: {known.absent}" if known.absent else text}
    if known.choices:
        items = [(name, title, meaning[0].upper() + meaning[1:]) for name, (title, meaning) in known.choices.items()]
        return EnumProperty(items=items, default=known.default, **more)
    if known.takes is bool:
        return BoolProperty(default=known.default, **more)
    if known.takes is tuple:
        return IntVectorProperty(size=4, min=0, **more)
    least = 0 if known.absent else known.least
    bounds: Any = {"min": max(least, -_MOST), "max": min(known.most, _MOST), "default": known.default or 0}
    if known.takes is int:
        whole: Any = {key: int(value) for key, value in bounds.items()}
        return IntProperty(**more, **whole)
    factor = "FACTOR" if (known.least, known.most) == (0, 1) else "NONE"
    return FloatProperty(**more, **bounds, unit=_UNITS.get(known.unit, "NONE"), subtype=factor)


def _value(value: Any, known: Option) -> Any:
    if known.takes is tuple:
        return tuple(value) if any(value) else None
    return None if known.absent and not value else value


class CharacterProperties(properties_of(CharacterOptions)):
    """What the user can choose for a character."""


class ImportProperties(properties_of(ImportOptions)):
    """Everything the user can choose besides the video."""


CHARACTER = names_of(CharacterOptions)
IMPORT = (*names_of(SceneOptions), *names_of(TrackOptions))


def import_options(properties: Any) -> ImportOptions:
    """What the properties of an import stand for."""
    return ImportOptions(**values_of(properties, ImportOptions))


def character_options(properties: Any) -> CharacterOptions:
    """What the properties for characters stand for."""
    return CharacterOptions(**values_of(properties, CharacterOptions))


def draw_options(
    layout: bpy.types.UILayout, properties: Any, names: tuple[str, ...], useless: frozenset[str] = frozenset()
) -> None:
    """The named options in a column, those that do nothing greyed out."""
    layout.use_property_split = True
    layout.use_property_decorate = False
    for name in names:
        row = layout.row()
        row.enabled = name not in useless
        row.prop(properties, name)


def useless_options(properties: Any) -> frozenset[str]:
    """Those of an import that do nothing, as the others are."""
    alone = properties.hands_only
    useless = {"person", "body_only"} if alone else {"side"}
    return frozenset(useless if properties.import_to == "selected" else useless | {*CHARACTER})


def button(layout: bpy.types.UILayout, operator: str, properties: Any, names: tuple[str, ...], **look: Any) -> None:
    """A button that calls an operator with the values of some options."""
    call = layout.operator(operator, **look)
    for name in names:
        setattr(call, name, getattr(properties, name))
