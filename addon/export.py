"""Motions into a new file of their own: .blend, .glb, .fbx or .bvh, written whole or not at all."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import tempfile
from collections.abc import Callable
from pathlib import Path

import bpy

from ..engine.motion import Motion, OutputError
from .apply import apply_motions
from .settings import ImportSettings

_ERRORS = 2  # the glTF exporter's debug value for errors alone: a note per constraint drowns what matters


def export(motions: dict[Path, Motion], settings: ImportSettings, target: Path) -> None:
    """Import the motions into an empty file and save it as `target` says. Raises OutputError."""
    bpy.ops.wm.read_homefile(use_empty=True)
    apply_motions(bpy.context, motions, settings, None)
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


def _write_blend(path: str) -> None:
    bpy.ops.wm.save_as_mainfile(filepath=path, copy=True, compress=True, relative_remap=False)


def _write_glb(path: str) -> None:
    before = bpy.app.debug_value
    bpy.app.debug_value = _ERRORS  # its own option export_loglevel raises KeyError
    try:
        bpy.ops.export_scene.gltf(filepath=path, export_format="GLB", export_frame_range=True)
    finally:
        bpy.app.debug_value = before


def _write_fbx(path: str) -> None:
    bpy.ops.export_scene.fbx(filepath=path, object_types={"ARMATURE"}, add_leaf_bones=False, bake_anim=True)


def _write_bvh(path: str) -> None:
    scene = bpy.context.scene
    bpy.ops.export_anim.bvh(filepath=path, frame_start=scene.frame_start, frame_end=scene.frame_end)


_WRITERS: dict[str, Callable[[str], None]] = {
    "blend": _write_blend,
    "glb": _write_glb,
    "fbx": _write_fbx,
    "bvh": _write_bvh,
}
