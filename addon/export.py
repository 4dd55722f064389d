"""Motions into a new file of their own: .blend, .glb, .fbx or .bvh, written whole or not at all."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import tempfile
from collections.abc import Callable
from pathlib import Path

import bpy

from ..engine.errors import InputError
from ..engine.motion import Motion, OutputError
from .apply import apply_motions
from .character import Character
from .maps import chosen_map
from .objects import deformed_meshes
from .settings import ImportSettings

_ERRORS = 2  # the glTF exporter's debug value for errors alone: a note per constraint drowns what matters


def export(
    motions: dict[Path, Motion],
    settings: ImportSettings,
    target: Path,
    rig: tuple[Path, str] | None = None,
    known: str = "auto",
) -> None:
    """Import the motions into an empty file, or onto the rig of a file (path, object), and save that as `target` says.

    `known` is how the rig is recognised: auto, a family's name or the path of a map. Raises OutputError, and InputError
    where the rig cannot take the motion.
    """
    if rig is None:
        bpy.ops.wm.read_homefile(use_empty=True)
        apply_motions(bpy.context, motions, settings, [])
    else:
        character = open_character(rig, known)
        apply_motions(bpy.context, motions, settings, [character])
        _select_whole(character.obj)
    write = _WRITERS[target.suffix.lstrip(".").lower()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".sign_mocap_", dir=target.parent) as folder:
            draft = Path(folder) / target.name
            write(str(draft))
            draft.replace(target)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error).strip().splitlines()[-1]
        raise OutputError(f"Cannot write {target}: {reason}; choose another place.") from error


def open_character(rig: tuple[Path, str], known: str) -> Character:
    """Open a file and recognise its armature of that name, or its only one, as `export` says. Raises InputError."""
    return Character.of(_open_rig(*rig), None if known == "auto" else chosen_map(known))


def _open_rig(path: Path, name: str) -> bpy.types.Object:
    if not path.is_file():
        raise InputError(f"The rig's file {path} does not exist.")
    try:
        bpy.ops.wm.open_mainfile(filepath=str(path.absolute()), load_ui=False)
    except RuntimeError as error:
        raise InputError(f"The rig's file {path} cannot be opened: {str(error).strip().splitlines()[-1]}") from error
    assert bpy.context.scene is not None
    armatures = {obj.name: obj for obj in bpy.context.scene.objects if obj.type == "ARMATURE"}
    if name in armatures:
        return armatures[name]
    if not name and len(armatures) == 1:
        return next(iter(armatures.values()))
    there = ", ".join(armatures) or "none"
    raise InputError(f"{path} has no armature {name!r} in its scene; name one of its armatures: {there}.")


def _select_whole(obj: bpy.types.Object) -> None:
    """Select the rig and the meshes that it deforms: what the exporters are to write."""
    whole = {obj, *deformed_meshes(obj)}
    for other in bpy.context.view_layer.objects:
        other.select_set(other in whole)


def _write_blend(path: str) -> None:
    bpy.ops.wm.save_as_mainfile(filepath=path, copy=True, compress=True, relative_remap=True)


def _write_glb(path: str) -> None:
    before = bpy.app.debug_value
    bpy.app.debug_value = _ERRORS  # its own option export_loglevel raises KeyError
    try:
        bpy.ops.export_scene.gltf(filepath=path, export_format="GLB", export_frame_range=True, use_selection=True)
    finally:
        bpy.app.debug_value = before


def _write_fbx(path: str) -> None:
    bpy.ops.export_scene.fbx(filepath=path, object_types={"ARMATURE", "MESH"}, use_selection=True, add_leaf_bones=False)


def _write_bvh(path: str) -> None:
    scene = bpy.context.scene
    bpy.ops.export_anim.bvh(filepath=path, frame_start=scene.frame_start, frame_end=scene.frame_end)


_WRITERS: dict[str, Callable[[str], None]] = {
    "blend": _write_blend,
    "glb": _write_glb,
    "fbx": _write_fbx,
    "bvh": _write_bvh,
}
