"""A character of a file signs in a file of its own, or one of the open file in an import."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Callable
from functools import partial
from pathlib import Path

import bpy
import pytest

from tests.blender.characters import CLOSE, FIRST, UPPER, apart, directions, key, own_directions
from tests.blender.motions import addon, random_angles, random_motion
from tests.blender.rigs import Prepare, as_saved, in_hidden_collection, metarig, rig_file
from tests.blender.scene import SAMPLE, import_video

FRAMES, RATE = 12, 30.0


def export(rig: Path, target: Path) -> None:
    options = addon("settings").ImportOptions(contacts=0.0)
    addon("command.export").export({SAMPLE: random_motion(UPPER, FRAMES, RATE)}, options, target, (rig, "rig"))
    bpy.ops.wm.read_homefile(use_empty=True)


def hidden(obj: bpy.types.Object) -> None:
    obj.hide_set(True)
    obj.hide_viewport = True


def in_mode(mode: str, obj: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode=mode)


def beside_nla(obj: bpy.types.Object) -> None:
    obj.animation_data.nla_tracks.new().strips.new("strip", 1, obj.animation_data.action)


def small_and_lying(obj: bpy.types.Object) -> None:
    parent = bpy.data.objects.new("parent", None)
    bpy.context.scene.collection.objects.link(parent)
    parent.rotation_euler, obj.scale, obj.parent = (0.5, 0.4, 1.0), (0.01, 0.01, 0.01), parent


def beside_animation(_obj: bpy.types.Object) -> None:
    other = bpy.data.objects["other"]
    for frame in (1, 90):
        other.keyframe_insert("location", frame=frame)


OPENED: dict[str, Callable[[str], object]] = {
    "blend": lambda path: bpy.ops.wm.open_mainfile(filepath=path),
    "glb": lambda path: bpy.ops.import_scene.gltf(filepath=path, disable_bone_shape=True),
    "fbx": lambda path: bpy.ops.import_scene.fbx(filepath=path),
    "bvh": lambda path: bpy.ops.import_anim.bvh(filepath=path, axis_forward="Y", axis_up="Z"),
}
PREPARED = [as_saved, hidden, in_hidden_collection, partial(in_mode, "POSE"), partial(in_mode, "EDIT"), beside_nla]
PREPARED += [small_and_lying, beside_animation]


@pytest.mark.parametrize("suffix", OPENED)
@pytest.mark.parametrize("prepare", PREPARED)
def test_the_file_opens_with_the_characters_bones_fingers_and_timing(
    prepare: Prepare, suffix: str, tmp_path: Path
) -> None:
    rig = rig_file(tmp_path, prepare)
    bones, before = {bone.name for bone in bpy.data.objects["rig"].data.bones}, rig.read_bytes()
    target = tmp_path / "out" / f"result.{suffix}"
    export(rig, target)
    assert rig.read_bytes() == before and [path.name for path in target.parent.iterdir()] == [target.name]
    scene = bpy.context.scene
    scene.render.fps = round(RATE)
    OPENED[suffix](str(target))
    scene = bpy.context.scene
    (obj,) = (obj for obj in scene.objects if obj.type == "ARMATURE")
    assert {bone.name for bone in obj.data.bones} == bones
    first, last = obj.animation_data.action.frame_range
    assert last - first == pytest.approx(FRAMES - 1, abs=1e-3) and scene.render.fps == RATE
    shown = directions(obj, [first + frame for frame in range(FRAMES)])
    assert "f_index.02.L" in shown and apart(own_directions(random_angles(UPPER, FRAMES)), shown) < CLOSE
    if suffix in ("glb", "fbx"):
        assert len(bpy.data.actions) == 1 and {"body", "hair"} <= {*bpy.data.objects.keys()}
        assert "other" not in bpy.data.objects
    if suffix == "blend":
        assert {"body", "hair", "other"} <= {*bpy.data.objects.keys()} and "mine" in bpy.data.actions
        assert Path(bpy.path.abspath(bpy.data.images["texture"].filepath)).is_file()


@pytest.mark.parametrize("choice", ["auto", "rigify metarig", "own.toml"])
def test_a_video_is_signed_by_the_character(choice: str, tmp_path: Path) -> None:
    if choice == "own.toml":
        maps = Path(__file__).resolve().parents[2] / "rigs" / "maps"
        choice = str(tmp_path / choice)
        Path(choice).write_bytes((maps / "rigify_metarig.toml").read_bytes())
    rig, target = rig_file(tmp_path), tmp_path / "result.blend"
    arguments = ["--end", "0.2", str(SAMPLE), "-o", str(target), "--rig", f"{rig}:rig", "--map", choice, "--asset"]
    assert addon("command.cli").main(arguments) == 0
    bpy.ops.wm.open_mainfile(filepath=str(target))
    action = bpy.data.objects["rig"].animation_data.action
    assert action.name == "sample" and action.asset_data is not None
    assert bpy.context.scene.frame_end == action.frame_range[1] > 3


def test_an_import_lands_on_the_selected_character_in_one_undo_step() -> None:
    obj = metarig()
    key(obj, "hand.L", "location", (1.0, 0.0, 0.0))
    name, earlier = obj.name, obj.animation_data.action.name
    bpy.ops.ed.undo_push(message="before")
    assert import_video(SAMPLE, end=0.2, import_to="selected", contacts=0.0, first_frame=FIRST) == {"FINISHED"}
    assert bpy.data.actions[earlier].use_fake_user and len(bpy.data.armatures) == 1
    assert obj.animation_data.action.name == "sample" and obj.animation_data.action.frame_range[0] == FIRST
    played = directions(obj)
    import_video(SAMPLE, end=0.2, first_frame=FIRST)
    assert apart(played, directions(bpy.context.active_object)) < CLOSE
    bpy.ops.ed.undo()
    bpy.ops.ed.undo()
    assert bpy.data.objects[name].animation_data.action.name == earlier and len(bpy.data.actions) == 1


class ExportVrma(bpy.types.Operator):
    """Stands for the VRM add-on's exporter."""

    bl_idname = "export_scene.vrma"
    bl_label = "Export"

    filepath: bpy.props.StringProperty()  # type: ignore[valid-type]
    armature_object_name: bpy.props.StringProperty()  # type: ignore[valid-type]

    def execute(self, _context: bpy.types.Context) -> set[str]:
        if "vrm" not in bpy.data.objects[self.armature_object_name]:
            return {"CANCELLED"}
        Path(self.filepath).write_text(self.armature_object_name)
        return {"FINISHED"}


@pytest.mark.parametrize("is_vrm", [True, False])
def test_the_vrm_add_on_writes_a_vrma(is_vrm: bool, tmp_path: Path) -> None:
    def prepare(obj: bpy.types.Object) -> None:
        if is_vrm:
            obj["vrm"] = True

    rig, target = rig_file(tmp_path, prepare), tmp_path / "result.vrma"
    bpy.utils.register_class(ExportVrma)
    try:
        addon("command.export").check_output(target, (rig, "rig"))
        if is_vrm:
            export(rig, target)
            assert target.read_text() == "rig"
        else:
            with pytest.raises(Exception, match=r"exports VRM 1\.0 alone; make 'rig' one"):
                export(rig, target)
            assert not target.exists()
    finally:
        bpy.utils.unregister_class(ExportVrma)
