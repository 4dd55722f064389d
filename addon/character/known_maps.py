"""The rig maps that an armature is recognised by: what was named on it, else the user's own and those that ship."""

from pathlib import Path

import bpy

from ...engine.errors import InputError
from ...engine.retarget import RigMap, load_maps, read_map
from ..objects import armature_of

_PACKAGE = (__package__ or "").removesuffix(".addon.character")


def user_folder(*, create: bool) -> Path | None:
    """Where the user's own maps are; None where the add-on is no installed extension."""
    if not _PACKAGE.startswith("bl_ext."):
        return None
    return Path(bpy.utils.extension_path_user(_PACKAGE, path="maps", create=create))


def all_maps() -> list[RigMap]:
    """The user's own maps before those that ship. Raises InputError naming a file that is none."""
    own = user_folder(create=False)
    return [*(load_maps(own) if own is not None and own.is_dir() else ()), *load_maps()]


def maps_of(obj: bpy.types.Object) -> list[RigMap]:
    """The map that was named on an armature in the panel, or all. Raises InputError as all_maps()."""
    named = named_map(obj)
    return all_maps() if named is None else [named]


def chosen_map(choice: str) -> RigMap:
    """A map by its family's name or its path. Raises InputError."""
    if choice.lower().endswith(".toml"):
        return read_map(Path(choice))
    maps = all_maps()
    found = next((known for known in maps if known.name.lower() == choice.lower()), None)
    if found is None:
        raise InputError(f"There is no rig map {choice!r}; choose one of {', '.join(known.name for known in maps)}.")
    return found


def named_map(obj: bpy.types.Object) -> RigMap | None:
    """What the panel's rows say of an armature; None where it has none."""
    names = getattr(armature_of(obj), "sign_mocap", None)  # not registered on the bare bpy module
    if names is None or not names.rows:
        return None
    bones: dict[str, tuple[str, ...]] = {}
    for row in names.rows:
        if row.bone:
            bones[row.name] = (*bones.get(row.name, ()), row.bone)
    family = next((known for known in all_maps() if known.name == names.family), None)
    controls, settings = (family.controls, family.settings) if family else (False, {})
    return RigMap(names.family or obj.name, f"named by hand on {obj.name}", "", "", bones, controls, settings)
