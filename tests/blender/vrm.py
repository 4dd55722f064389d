"""A VRM character made of our own armature and head, which the VRM add-on (bpy-vrm-format) writes and reads."""

# The stubs take members of Context for methods, and data of objects for optional; they lack the add-on's.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import importlib.util
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import addon_utils
import bpy
import pytest
from mathutils import Matrix

from engine.face.names import FACE_NAMES
from engine.retarget.face.map_files import Look, load_face_maps
from engine.retarget.recognise.map_files import MAPS, read_map
from engine.skeleton import Kind, load_skeleton
from tests.blender.characters import edit_bones
from tests.blender.motions import addon, random_lengths

#: What the presets of the test's character look like: those of our own map, with VRM 1's names.
PRESETS = ("aa", "ih", "ou", "ee", "oh", "blink", "blinkLeft", "blinkRight", "surprised", "angry")


@contextmanager
def enabled() -> Iterator[None]:
    """The add-on, for tests that ask for it; skipped where it is not installed."""
    if importlib.util.find_spec("io_scene_vrm") is None:
        pytest.skip("NOT TESTED: the VRM add-on (bpy-vrm-format) is not installed")
    assert addon_utils.enable("io_scene_vrm", default_set=True) is not None
    yield
    addon_utils.disable("io_scene_vrm", default_set=True)


def looks() -> dict[str, Look]:
    """Preset -> the coefficients that it shows."""
    (known,) = (known for known in load_face_maps() if known.name == "VRM")
    return {name: known.keys[name] for name in PRESETS}


def shape(coefficient: str) -> str:
    """The character's own name of the shape key that shows a coefficient, which says nothing."""
    return f"shape {FACE_NAMES.index(coefficient)}"


def write_vrm(path: Path) -> None:
    """A VRM 1.0 file of a whole body with a head, eyes' bones, opaque shape keys, and presets that mix these."""
    skeleton = load_skeleton(Kind.FULL_BODY)
    obj = addon("signer.armature").build_armature(skeleton, random_lengths(skeleton).tolist(), "vrm")
    bpy.context.scene.collection.objects.link(obj)
    addon("signer.face").add_face(obj)
    addon("signer.head_mesh").add_head(obj)
    bpy.context.view_layer.update()
    head, *_ = obj.children
    head.data.shape_keys.animation_data_clear()
    for key in head.data.shape_keys.key_blocks[1:]:
        key.name, key.value = shape(key.name), 0.0
    for bone in obj.pose.bones:
        bone.custom_shape = None
        for constraint in [*bone.constraints]:
            bone.constraints.remove(constraint)
    known = {"eye.L": ("leftEye",), "eye.R": ("rightEye",), **read_map(MAPS / "vrm_1.toml").bones}
    frames = [mesh.matrix_world.copy() for mesh in obj.children]
    with edit_bones(obj) as bones:
        for name, frame in zip(("eye.L", "eye.R"), frames[1:], strict=True):
            place = frame.translation
            bones[name].head, bones[name].tail = place, place + bones[name].vector.normalized() * 0.02
        for side in "LR":
            bones[f"thigh.{side}"].parent = bones["pelvis"]
        for bone in [bone for bone in bones if bone.name not in {*known, "chest"} or bone.name.startswith("f_")]:
            bones.remove(bone)
        for ours, names in known.items():
            if ours == "spine":
                bones["spine"].name, bones["chest"].name = names[:2]
            elif ours in bones:
                bones[ours].name = names[0]
    for mesh, name, frame in zip(obj.children, ("head", "leftEye", "rightEye"), frames, strict=True):
        mesh.animation_data_clear()
        mesh.parent_type, mesh.matrix_parent_inverse, mesh.matrix_basis = "OBJECT", Matrix(), frame
        mesh.modifiers.new("Armature", "ARMATURE").object = obj
        mesh.vertex_groups.new(name=name).add(range(len(mesh.data.vertices)), 1.0, "REPLACE")
    vrm = obj.data.vrm_addon_extension.vrm1
    for humanoid in (vrm.humanoid.human_bones, obj.data.vrm_addon_extension.vrm0.humanoid):
        humanoid.initial_automatic_bone_assignment = False  # it searches for long
    for bone in obj.data.bones:
        getattr(vrm.humanoid.human_bones, attribute(bone.name)).node.bone_name = bone.name
    for name, look in looks().items():
        for coefficient, weight in look.items():
            bind(getattr(vrm.expressions.preset, attribute(name)), head, shape(coefficient), weight)
    vrm.meta.vrm_name = "test"
    vrm.meta.authors.add().value = "Sign Mocap"
    assert bpy.ops.export_scene.vrm(filepath=str(path)) == {"FINISHED"}


def imported(folder: Path) -> Path:
    """A .blend with what the add-on makes of such a file: to open that takes less time than to import again."""
    bpy.ops.wm.read_homefile(use_empty=True)
    write_vrm(folder / "character.vrm")
    bpy.ops.wm.read_homefile(use_empty=True)
    assert bpy.ops.import_scene.vrm(filepath=str(folder / "character.vrm")) == {"FINISHED"}
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "character.blend"))
    return folder / "character.blend"


def opened_vrm(path: Path) -> tuple[bpy.types.Object, bpy.types.Object]:
    """The armature and the head of such a file."""
    bpy.ops.wm.open_mainfile(filepath=str(path))
    (rig,) = (obj for obj in bpy.data.objects if obj.type == "ARMATURE")
    (head,) = (obj for obj in bpy.data.objects if obj.type == "MESH" and obj.data.shape_keys is not None)
    return rig, head


def attribute(name: str) -> str:
    """The add-on's name of what the specification calls so."""
    return re.sub("([A-Z])", r"_\1", name).lower()


def bind(expression: Any, mesh: bpy.types.Object, key: str, weight: float = 1.0) -> None:
    """Let an expression move a shape key."""
    own = expression.morph_target_binds.add()
    own.node.bpy_object, own.index, own.weight = mesh, key, weight


def preview(name: str) -> str:
    """The data path of a preset's slider, from the armature's data on."""
    return f"vrm_addon_extension.vrm1.expressions.preset.{attribute(name)}.preview"
