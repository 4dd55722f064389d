"""Characters: rigs of Rigify, of files and of tables, with what users put on them, in this file or another."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import addon_utils
import bpy
import pytest

from addon.measuring.rigs import open_stored
from tests.blender.characters import carry, key, signer

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
Prepare = Callable[[bpy.types.Object], None]


def metarig() -> bpy.types.Object:
    addon_utils.enable("rigify", default_set=True)
    bpy.ops.object.armature_human_metarig_add()
    obj = bpy.context.active_object
    assert obj is not None
    return obj


def generated() -> bpy.types.Object:
    before = metarig()
    bpy.ops.pose.rigify_generate()
    return next(obj for obj in bpy.context.scene.objects if obj.type == "ARMATURE" and obj != before)


def stored(path: str) -> Path:
    file = DATA / path
    if not file.is_file():
        pytest.skip(f"NOT TESTED: {file} does not exist")
    return file


def opened(path: str) -> bpy.types.Object:
    stored(path)
    return open_stored(path, DATA)


def built(name: str) -> bpy.types.Object:
    """A rig of MakeHuman's, from its table."""
    table = json.loads(stored(f"rigs/makehuman/rig.{name}.json").read_text(encoding="utf-8"))
    armature = bpy.data.armatures.new(name)
    obj = bpy.data.objects.new(name, armature)
    bpy.context.scene.collection.objects.link(obj)
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode="EDIT")
    rows = table.get("bones", table)
    for bone, row in rows.items():
        edit = armature.edit_bones.new(bone)
        edit.head, edit.tail = (row[end]["default_position"] for end in ("head", "tail"))
        edit.roll = row["roll"]
    for bone, row in rows.items():
        armature.edit_bones[bone].parent = armature.edit_bones.get(row["parent"])
    bpy.ops.object.mode_set(mode="OBJECT")
    return obj


def with_action(obj: bpy.types.Object) -> Any:
    key(obj, "hand.L", "location", (0.1, 0.2, 0.3))
    key(obj, "hand.R", "rotation_quaternion", (0.5, 0.5, 0.5, 0.5))
    return obj.animation_data.action


def with_nla(obj: bpy.types.Object) -> Any:
    action, data = with_action(obj), obj.animation_data
    data.nla_tracks.new().strips.new("strip", 1, action).blend_type = "ADD"
    return data


def as_saved(_obj: bpy.types.Object) -> None:
    pass


def in_hidden_collection(obj: bpy.types.Object) -> None:
    collection = bpy.data.collections.new("hidden")
    bpy.context.scene.collection.children.link(collection)
    bpy.context.scene.collection.objects.unlink(obj)
    collection.objects.link(obj)
    collection.hide_viewport = True


def rig_file(folder: Path, prepare: Prepare = as_saved) -> Path:
    """The user's file: a character with an action, a body, hair on its head, a texture beside, another object."""
    obj, path = metarig(), folder / "rigs" / "rig.blend"
    path.parent.mkdir()
    obj.name = "rig"
    for name in ("body", "hair", "other"):
        mesh = bpy.data.meshes.new(name)
        mesh.from_pydata([(0, 0, 1), (1, 0, 1), (0, 1, 1)], [], [(0, 1, 2)])
        bpy.context.scene.collection.objects.link(bpy.data.objects.new(name, mesh))
    body, hair = bpy.data.objects["body"], bpy.data.objects["hair"]
    body.vertex_groups.new(name="hand.L").add([0, 1, 2], 1.0, "REPLACE")
    body.modifiers.new("Armature", "ARMATURE").object = obj
    hair.parent, hair.parent_type, hair.parent_bone = obj, "BONE", "spine.006"
    for frame in (1, 300):
        key(obj, "hand.L", "location", (1.0, 0.0, 0.0), frame)
    obj.animation_data.action.name = "mine"
    image = bpy.data.images.new("texture", 4, 4)
    image.filepath_raw, image.use_fake_user = str(path.with_name("texture.png")), True
    image.save()
    prepare(obj)
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    image.filepath = "//texture.png"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    return path


def from_library(folder: Path, limited: bool = False) -> bpy.types.Object:
    """A metarig linked from a file, with a constraint of the user's, and the limits of an earlier retargeting."""
    source, obj = signer(), metarig()
    if limited:
        carry(source, obj)
    obj.pose.bones["hand.L"].constraints.new("LIMIT_SCALE").name = "mine"
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "library.blend"))
    bpy.ops.wm.read_homefile(use_empty=True)
    libraries: Any = bpy.data.libraries
    with libraries.load(str(folder / "library.blend"), link=True) as (_, target):
        target.objects = ["metarig"]
    linked: Any = target.objects[0]
    bpy.context.scene.collection.objects.link(linked)
    return linked
