"""Motions into a new file of their own: .blend, .glb, .fbx, .bvh, .vrma or .csv, written whole or not at all."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ...engine.errors import InputError, OutputError
from ...engine.face.face import Face
from ...engine.files import check_writable, written_whole
from ...engine.formats.vrma import add_gaze
from ...engine.live_link import write_live_link
from ...engine.motion import Motion
from ...engine.process import silenced
from ...engine.resample import at_rate
from ..character.character import CharacterObject, as_chosen
from ..character.known_maps import chosen_face_map, chosen_map
from ..objects import armature_of, whole_of
from ..scene.apply import apply_motions
from ..scene.timeline import scene_rate
from ..settings import ImportOptions

_ERRORS = 2  # the glTF exporter's debug value for errors alone: a note per constraint drowns what matters


def export(
    motions: dict[Path, Motion],
    options: ImportOptions,
    output: Path,
    rig: tuple[Path, str] | None = None,
    known: str = "auto",
    known_face: str = "auto",
) -> str:
    """Import the motions into an empty file, or onto the rig of a file (path, object), and save that as `output` says.

    Returns a line that says what was written, and what the rig lacks. `known` is how the rig is recognised,
    `known_face` how its shape keys are: auto, a family's name or the path of a map. Raises OutputError, and
    InputError where the rig cannot take the motion.
    """
    if _format(output) == "csv":
        (motion,) = motions.values()
        write_live_link(motion, output)
        return f"{output}"
    finish = None
    if rig is None:
        bpy.ops.wm.read_homefile(use_empty=True)
        for obj in apply_motions(bpy.context, motions, options, []):
            _select_whole(obj)
        told = ""
    else:
        character = open_character(rig, known, known_face, by_expressions=_format(output) == "vrma")
        apply_motions(bpy.context, motions, options, [character])
        told = f": {character.description}"
        if _format(output) != "blend":
            isolate(character.obj)
        if _format(output) == "vrma":
            finish = adding_gaze(character, _shown_face(motions, options))
    write(output, finish)
    return f"{output}{told}"


def write(output: Path, finish: Callable[[Path], None] | None = None) -> None:
    """Save the open file, or what is selected of it, as the output's ending says, and finish what the exporter wrote.

    Raises OutputError.
    """
    with written_whole(output) as draft:  # beside it, where relative paths are the same
        try:
            with silenced():  # an exporter's traceback; its reason is in the error
                WRITERS[_format(output)](str(draft))
                if finish is not None:
                    finish(draft)
        except RuntimeError as error:
            raise OutputError(f"Cannot write {output}: {_reason(error)}; choose another place.") from error


def _reason(error: RuntimeError) -> str:
    """The system's own words in what an operator raised: the last line but for where it was raised."""
    lines = [line for line in str(error).splitlines() if line.strip() and not line.startswith("Location:")]
    return re.sub(r"^(\w*Error: )?(\[Errno \d+\] )?", "", lines[-1].strip()).removesuffix(".")


def check_output(output: Path, rig: tuple[Path, str] | None) -> None:
    """Raise OutputError where `export` could not write, or would write over the rig's own file."""
    check_writable(output)
    if rig is not None and output.resolve() == rig[0].resolve():
        raise OutputError(f"{output} is the rig's own file; choose another name for the result.")
    if _format(output) == "csv" and rig is not None:
        raise OutputError(f"{output} would have the face alone, which needs no rig; leave --rig out.")
    if _format(output) == "vrma" and rig is None:
        raise OutputError(f"{output} would animate a VRM character; name one with --rig.")
    if _format(output) == "vrma" and not _has_vrm():
        raise OutputError(f"{output} needs the VRM add-on for Blender; enable that, or choose another format.")


def open_character(
    rig: tuple[Path, str], known: str, known_face: str, *, by_expressions: bool = False
) -> CharacterObject:
    """Open a file and recognise its armature of that name, or its only one, as `export` says. Raises InputError."""
    return recognised(_open_armature(*rig), known, known_face, by_expressions=by_expressions)


def recognised(obj: bpy.types.Object, known: str, known_face: str, *, by_expressions: bool = False) -> CharacterObject:
    """An armature as `export` says. Raises InputError."""
    maps = None if known == "auto" else chosen_map(known), None if known_face == "auto" else chosen_face_map(known_face)
    return CharacterObject.of(obj, *maps, by_expressions=by_expressions)


def adding_gaze(character: CharacterObject, face: Face | None) -> Callable[[Path], None] | None:
    """What finishes the .vrma of a character that shows a face in all frames: it has a gaze in place of eyes' bones."""
    if face is None:
        return None
    times = np.arange(len(face.seen)) / scene_rate(bpy.context.scene)
    vrm: Any = armature_of(character.obj)
    offset = [*vrm.vrm_addon_extension.vrm1.look_at.offset_from_head_bone]
    return lambda draft: add_gaze(draft, times, face.gaze, offset)


def _shown_face(motions: dict[Path, Motion], options: ImportOptions) -> Face | None:
    (motion,) = motions.values()
    face = at_rate(motion, scene_rate(bpy.context.scene)).face
    return face and as_chosen(face, options.first_frame + np.arange(len(face.seen), dtype=np.float64), options)


def _open_armature(path: Path, name: str) -> bpy.types.Object:
    """Open a file, and the armature of that name, or its only one. Raises InputError."""
    armatures = open_armatures(path)
    if name in armatures:
        return armatures[name]
    if not name and len(armatures) == 1:
        return next(iter(armatures.values()))
    there = ", ".join(armatures) or "none"
    raise InputError(f"{path} has no armature {name!r} in its view layer; name one of its armatures: {there}.")


def open_armatures(path: Path) -> dict[str, bpy.types.Object]:
    """Open a file: the armatures in its view layer by their names. Raises InputError."""
    if not path.is_file():
        raise InputError(f"The rig's file {path} does not exist.")
    try:
        bpy.ops.wm.open_mainfile(filepath=str(path.absolute()), load_ui=False)
    except RuntimeError as error:
        raise InputError(f"Blender cannot open the rig's file {path}; choose one of this version or before.") from error
    if bpy.context.mode != "OBJECT":
        bpy.ops.object.mode_set(mode="OBJECT")  # saved in another one
    return {obj.name: obj for obj in bpy.context.view_layer.objects if obj.type == "ARMATURE"}


def isolate(obj: bpy.types.Object) -> None:
    """Select what the exporters are to write, the rig and all visible that it deforms or carries, over its keys."""
    scene = bpy.context.scene
    if obj.name not in scene.collection.objects:
        scene.collection.objects.link(obj)  # its own collections may be hidden
    obj.hide_viewport = False
    obj.hide_set(False)
    _select_whole(obj)
    scene.frame_start, scene.frame_end = (round(end) for end in obj.animation_data.action.frame_range)


def _select_whole(obj: bpy.types.Object) -> None:
    """Select an armature, all visible that it deforms or carries, and nothing else."""
    whole, layer = whole_of(obj), bpy.context.view_layer
    for other in layer.objects:
        other.select_set(other in whole)
    layer.objects.active = obj


def _format(output: Path) -> str:
    return output.suffix.lstrip(".").lower()


def _has_vrm() -> bool:
    try:
        bpy.ops.export_scene.vrma.get_rna_type()
    except KeyError:
        return False
    return True


def _write_blend(path: str) -> None:
    """RuntimeError where the file is not whole, which Blender does not notice itself when it compresses."""
    bpy.ops.wm.save_as_mainfile(filepath=path, copy=True, compress=True, relative_remap=True)
    libraries: Any = bpy.data.libraries
    try:
        with libraries.load(path) as (written, _):
            whole = {obj.name for obj in bpy.data.objects} <= {*written.objects}
    except OSError:
        whole = False
    if not whole:
        raise RuntimeError("there is too little room, or the disk is damaged")


def _write_glb(path: str) -> None:
    before, render = bpy.app.debug_value, bpy.context.scene.render
    bpy.app.debug_value = _ERRORS  # its own option export_loglevel raises KeyError
    base = render.fps_base
    render.fps_base = 1.0 / base  # the exporter, up to Blender 5.2, multiplies by it where it should divide
    try:
        bpy.ops.export_scene.gltf(
            filepath=path,
            export_format="GLB",
            export_animation_mode="SCENE",  # what is played, without the user's other actions
            export_frame_range=True,
            use_selection=True,
        )
    finally:
        bpy.app.debug_value, render.fps_base = before, base


def _write_fbx(path: str) -> None:
    bpy.ops.export_scene.fbx(
        filepath=path,
        object_types={"ARMATURE", "MESH"},
        use_selection=True,
        add_leaf_bones=False,
        bake_anim_use_all_actions=False,
        bake_anim_use_nla_strips=False,
        bake_anim_simplify_factor=0.0,  # else directions are off by tenths of a degree
    )


def _write_bvh(path: str) -> None:
    scene = bpy.context.scene
    bpy.ops.export_anim.bvh(filepath=path, frame_start=scene.frame_start, frame_end=scene.frame_end)


def _write_vrma(path: str) -> None:
    name = bpy.context.view_layer.objects.active.name
    if bpy.ops.export_scene.vrma(filepath=path, armature_object_name=name) != {"FINISHED"}:
        raise OutputError(f"The VRM add-on exports VRM 1.0 alone; make {name!r} one, with its human bones assigned.")


WRITERS: dict[str, Callable[[str], None]] = {
    "blend": _write_blend,
    "glb": _write_glb,
    "fbx": _write_fbx,
    "bvh": _write_bvh,
    "vrma": _write_vrma,
}
