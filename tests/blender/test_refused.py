"""What cannot be keyed, or carried from, is one sentence, and nothing changes."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Callable
from pathlib import Path

import bpy
import pytest

from engine.keypoints import Side
from engine.skeleton import hand_skeleton
from tests.blender.characters import carry, edit_bones, signer
from tests.blender.motions import addon, random_motion
from tests.blender.rigs import from_library, metarig, with_nla
from tests.blender.scene import apply, datablocks


def edited(obj: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode="EDIT")


def edited_as_another(obj: bpy.types.Object) -> None:
    twin = bpy.data.objects.new("twin", obj.data)
    bpy.context.scene.collection.objects.link(twin)
    edited(twin)


def tweaked(obj: bpy.types.Object) -> None:
    data = with_nla(obj)
    data.action = None
    data.nla_tracks[0].strips[0].select = True
    data.nla_tracks.active = data.nla_tracks[0]
    data.use_tweak_mode = True


def alone(obj: bpy.types.Object) -> None:
    with_nla(obj).nla_tracks[0].is_solo = True


def at_rest(obj: bpy.types.Object) -> None:
    obj.data.pose_position = "REST"


def flat(obj: bpy.types.Object) -> None:
    obj.scale.z = 0.0


def empty(obj: bpy.types.Object) -> None:
    with edit_bones(obj) as bones:
        for bone in bones:
            bones.remove(bone)


def unknown(obj: bpy.types.Object) -> None:
    for number, bone in enumerate(obj.data.bones):
        bone.name = f"b{number}"


def broken(obj: bpy.types.Object) -> None:
    obj.data.bones["forearm.L"].name = "x"


OBSTACLES = [
    (edited, "'metarig' is in Edit Mode; leave it first."),
    (edited_as_another, "'metarig' is in Edit Mode; leave it first."),
    (tweaked, "'metarig' has an NLA strip in tweak mode; leave that first."),
    (alone, "'metarig' plays one NLA track alone; switch off that track's star first."),
    (at_rest, "'metarig' is in Rest Position; set it to Pose Position first."),
    (flat, "'metarig' has a scale of 0; give it another first."),
    (empty, "'metarig': It fits no known rig, none of its bones is named like a person's; name the bones in"),
    (unknown, "'metarig': It fits no known rig, none of its bones is named like a person's; name the bones in"),
    (broken, "'metarig': It fits no known rig (of the nearest, Rigify metarig, forearm.L is missing); name the"),
]


@pytest.mark.parametrize(("spoil", "sentence"), OBSTACLES)
def test_what_cannot_be_keyed_is_a_sentence_and_nothing_changes(
    spoil: Callable[[bpy.types.Object], None], sentence: str
) -> None:
    obj, good, source = metarig(), metarig(), signer()
    spoil(obj)
    refused(sentence, source, good, obj)
    assert good.animation_data is None


def refused(sentence: str, *chosen: bpy.types.Object) -> None:
    before = datablocks()
    with pytest.raises(RuntimeError) as error:
        carry(*chosen)
    message = str(error.value).removeprefix("Error: ").strip()
    assert message.startswith(sentence) and message.endswith(".") and "\n" not in message
    assert datablocks() == before


def test_a_linked_rig_is_a_sentence(tmp_path: Path) -> None:
    linked = from_library(tmp_path)
    refused("'metarig' is linked from another file; make a library override of it first.", signer(), linked)


def test_without_one_source_there_is_a_sentence() -> None:
    obj = metarig()
    refused("The scene has no Sign Mocap armature to take the motion from; import a video first.", obj)
    first, _ = signer(), signer()
    refused("There are several Sign Mocap armatures; select the one to take the motion from as well.", obj)
    carry(first, obj)


def test_a_single_hand_is_no_source() -> None:
    hand = apply(random_motion(hand_skeleton(Side.LEFT)))
    refused(f"The armature {hand.name!r} has no upper body of Sign Mocap's bones;", hand, metarig())


def test_a_source_of_nla_strips_alone_is_a_sentence() -> None:
    source, obj = signer(), metarig()
    data = source.animation_data
    data.nla_tracks.new().strips.new("strip", 1, data.action)
    carry(source, obj)
    data.action = None
    refused(f"{source.name!r} plays NLA strips alone; assign one of their actions to it again first.", source, obj)


@pytest.mark.parametrize(("spoil", "sentence"), OBSTACLES)
def test_an_import_waits_while_its_target_cannot_be_keyed(
    spoil: Callable[[bpy.types.Object], None], sentence: str
) -> None:
    obj = metarig()
    receivers = addon("character.receivers").Receivers.of(bpy.context, "selected", hand=False)
    (found,) = receivers.find(bpy.context.scene)
    assert found == obj and not addon("objects").obstacle(found)
    spoil(obj)
    bpy.context.view_layer.update()
    assert bool(addon("objects").obstacle(found)) == (spoil not in (flat, empty, unknown, broken))
    with pytest.raises(Exception, match="metarig") as error:
        addon("character.receivers").ready([found])
    assert str(error.value).startswith(sentence)


def test_an_armature_of_ours_in_tweak_mode_is_a_sentence() -> None:
    obj = signer()
    data = obj.animation_data
    data.nla_tracks.new().strips.new("strip", 1, data.action)
    data.action = None
    data.nla_tracks.active = data.nla_tracks[0]
    data.nla_tracks[0].strips[0].select = True
    data.use_tweak_mode = True
    with pytest.raises(Exception, match="tweak mode"):
        addon("character.receivers").ready([obj])
