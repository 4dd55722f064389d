"""The maps that a character is recognised by: what was named on it, else the user's own and those that ship."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import bpy

from ...engine.errors import InputError
from ...engine.retarget import RigMap, load_maps, read_map, write_map
from ...engine.retarget.face.map_files import FaceMap, load_face_maps, read_face_map
from ..objects import armature_of

Known = TypeVar("Known", RigMap, FaceMap)
_PACKAGE = (__package__ or "").removesuffix(".addon.character")


def user_folder(name: str = "maps", *, create: bool) -> Path | None:
    """Where the user's own maps are, or "faces"; None where the add-on is no installed extension."""
    if not _PACKAGE.startswith("bl_ext."):
        return None
    return Path(bpy.utils.extension_path_user(_PACKAGE, path=name, create=create))


def map_path(folder: Path, name: str) -> Path:
    """Where a map of that name is kept."""
    return folder / f"{bpy.path.clean_name(name)}.toml"


def own_maps() -> list[Path]:
    """The files of the maps that the user saved."""
    own = user_folder(create=False)
    return sorted(own.glob("*.toml")) if own is not None and own.is_dir() else []


def rename_map(path: Path, name: str) -> None:
    """Keep a map of the user's under another name. Raises InputError where that is empty or taken, and OutputError."""
    renamed = map_path(path.parent, name)
    if not name or renamed.exists():
        raise InputError(f"There is a map {name!r} already; choose another name." if name else "A map needs a name.")
    write_map(replace(read_map(path), name=name), renamed)
    path.unlink()


def all_maps() -> list[RigMap]:
    """The user's own maps before those that ship. Raises InputError naming a file that is none."""
    return [*map(read_map, own_maps()), *load_maps()]


def all_face_maps() -> list[FaceMap]:
    """The user's own face maps before those that ship. Raises InputError naming a file that is none."""
    own = user_folder("faces", create=False)
    return [*(load_face_maps(own) if own is not None else []), *load_face_maps()]


def chosen_face_map(choice: str) -> FaceMap:
    """A face map by its family's name or its path. Raises InputError."""
    return _chosen(choice, "face map", read_face_map, all_face_maps)


def _chosen(choice: str, kind: str, read: Callable[[Path], Known], known: Callable[[], list[Known]]) -> Known:
    if choice.lower().endswith(".toml"):
        return read(Path(choice))
    maps = known()
    found = next((own for own in maps if own.name.lower() == choice.lower()), None)
    if found is None:
        raise InputError(f"There is no {kind} {choice!r}; choose one of {', '.join(own.name for own in maps)}.")
    return found


def maps_of(obj: bpy.types.Object) -> list[RigMap]:
    """The map that was named on an armature in the panel, or all. Raises InputError as all_maps()."""
    named = named_map(obj)
    return all_maps() if named is None else [named]


def chosen_map(choice: str) -> RigMap:
    """A map by its family's name or its path. Raises InputError."""
    return _chosen(choice, "rig map", read_map, all_maps)


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
