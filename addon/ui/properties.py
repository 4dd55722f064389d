"""The options as Blender properties: the operators' own, and those that the panel keeps in the scene."""

from pathlib import Path
from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, IntVectorProperty, StringProperty

from ...engine.options import Option, Options, TrackOptions, options_of
from ..objects import is_character, is_ours
from ..settings import CharacterOptions, ImportOptions, SceneOptions

_UNITS: dict[str, Any] = {"s": "TIME_ABSOLUTE", "m": "LENGTH"}
#: Between the files of a property that takes several: a file browser gives one, more are typed or pasted.
SEPARATOR = ";"
#: Groups that most imports have no use for: they begin closed.
CLOSED = frozenset({"3D Points", "Cameras"})
#: Blender's own bounds of a property.
_MOST = 2**31 - 1


def properties_of(record: type[Options]) -> type:
    """A mixin with a Blender property for every option of a record that is in the window."""
    shown = {name: known for name, known in options_of(record).items() if known.window}
    own = {name: _property(known) for name, known in shown.items()}
    own |= {f"use_{name}": _is_given(name, known) for name, known in shown.items() if known.offered is not None}
    return type(f"{record.__name__}Properties", (), {"__annotations__": own})


def values_of(properties: Any, record: type[Options]) -> dict[str, Any]:
    """What properties say, by the names of a record's options; InputError where that is out of their range."""
    known = {name: one for name, one in options_of(record).items() if one.window}
    return {name: _value(getattr(properties, name), one) for name, one in known.items()}


def names_of(record: type[Options]) -> tuple[str, ...]:
    """The options of a record that are in the window."""
    return tuple(name for name, known in options_of(record).items() if known.window)


def _is_given(name: str, known: Option) -> Any:
    """Whether an option that may be absent is given: no second state, but another view of its value."""

    def get(properties: Any) -> bool:
        return _value(getattr(properties, name), known) is not None

    def put(properties: Any, given: bool) -> None:
        absent = (0,) * known.length if known.takes is tuple else 0
        offered = known.offered + 1 if known.counted else known.offered
        setattr(properties, name, offered if given else absent)

    return BoolProperty(name=f"Give {known.title}", description=f"Otherwise: {known.absent}", get=get, set=put)


def _property(known: Option) -> Any:
    """Blender has no None: a number that may be absent is 0 then, a path empty; and people are counted from 1."""
    text = known.help[0].upper() + known.help[1:]
    if known.unit and known.unit not in _UNITS:
        text += f", {known.unit}"
    if known.counted:
        text += ", counted from 1"
    elif known.absent:
        text += f"; {'empty' if known.takes is Path else 0}: {known.absent}"
    more: dict[str, Any] = {"name": known.title, "description": text}
    if known.choices:
        items = [(name, title, meaning[0].upper() + meaning[1:]) for name, (title, meaning) in known.choices.items()]
        return EnumProperty(items=items, default=known.default, **more)
    if known.takes is bool:
        return BoolProperty(default=known.default, **more)
    if known.takes is Path:
        more["description"] += f"; {SEPARATOR} between several" if known.several else ""
        return StringProperty(subtype="FILE_PATH", default="", **more)
    if known.takes is tuple:
        return IntVectorProperty(size=4, min=0, **more)
    least = 0 if known.absent else known.least
    bounds: Any = {"min": max(least, -_MOST), "max": min(known.most, _MOST), "default": known.default or 0}
    if known.counted:
        bounds = {key: value + 1 for key, value in bounds.items()}
    if known.takes is int:
        whole: Any = {key: int(value) for key, value in bounds.items()}
        return IntProperty(**more, **whole)
    factor = "FACTOR" if (known.least, known.most) == (0, 1) else "NONE"
    return FloatProperty(**more, **bounds, unit=_UNITS.get(known.unit, "NONE"), subtype=factor)


def _value(value: Any, known: Option) -> Any:
    if known.several:
        return tuple(Path(bpy.path.abspath(part.strip())) for part in str(value).split(SEPARATOR) if part.strip())
    if known.takes is Path:
        return Path(bpy.path.abspath(str(value))) if value else None
    if known.takes is tuple:
        return tuple(value) if any(value) else None
    if known.counted:
        value -= 1
    return None if known.absent and not value else value


class CharacterProperties(properties_of(CharacterOptions)):
    """What the user can choose for a character."""


class ImportProperties(properties_of(ImportOptions)):
    """Everything the user can choose besides the video."""


CHARACTER = names_of(CharacterOptions)
IMPORT = (*names_of(TrackOptions), *names_of(SceneOptions))
_KNOWN = options_of(ImportOptions)


def import_options(properties: Any) -> ImportOptions:
    """What the properties of an import stand for."""
    return ImportOptions(**values_of(properties, ImportOptions))


def character_options(properties: Any) -> CharacterOptions:
    """What the properties for characters stand for."""
    return CharacterOptions(**values_of(properties, CharacterOptions))


def draw_groups(layout: bpy.types.UILayout, properties: Any, names: tuple[str, ...], useless: frozenset[str]) -> None:
    """The named options under the headings of their groups, which open and close."""
    for group in dict.fromkeys(_KNOWN[name].group for name in names):
        header, body = layout.panel(f"sign_mocap_{group}", default_closed=group in CLOSED)
        header.label(text=group)
        if body is not None:
            draw_options(body, properties, tuple(name for name in names if _KNOWN[name].group == group), useless)


def draw_options(
    layout: bpy.types.UILayout, properties: Any, names: tuple[str, ...], useless: frozenset[str] = frozenset()
) -> None:
    """The named options in a column, those that do nothing greyed out."""
    layout.use_property_split = True
    layout.use_property_decorate = False
    for name in names:
        part = layout.column()
        part.enabled = name not in useless
        if hasattr(properties, f"use_{name}"):  # an operator's are not in its bl_rna
            _draw_optional(part, properties, name, _KNOWN[name])
        else:
            part.prop(properties, name)


def _draw_optional(layout: bpy.types.UILayout, properties: Any, name: str, known: Option) -> None:
    """A tick, and beside it the value, or what holds without one."""
    row = layout.row(heading=known.title)
    row.prop(properties, f"use_{name}", text="")
    if not getattr(properties, f"use_{name}"):
        row.label(text=known.absent.partition(",")[0])
    elif known.takes is not tuple:
        row.prop(properties, name, text="")
    else:
        row.label(text="pixels")
        for number, part in enumerate(("X", "Y", "Width", "Height")):
            layout.prop(properties, name, index=number, text=part)


def useless_options(properties: Any, selected: list[bpy.types.Object]) -> frozenset[str]:
    """Those of an import that do nothing, as the others and the selected armatures are."""
    useless = {"person", "body_only"} if properties.hands_only else {"side"}
    if properties.hands_only and not any(properties.crop):
        useless |= {"inset"}
    receivers = selected if properties.import_to == "selected" else []
    if not any(map(is_character, receivers)):
        useless |= {*CHARACTER}
    elif not any(map(is_ours, receivers)):
        useless |= {"reference"}
    return frozenset(useless)


def button(layout: bpy.types.UILayout, operator: str, properties: Any, names: tuple[str, ...], **look: Any) -> None:
    """A button that calls an operator with the values of some options."""
    call = layout.operator(operator, **look)
    for name in names:
        setattr(call, name, getattr(properties, name))
