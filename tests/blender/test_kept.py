"""Nothing of the user's is lost: earlier actions, NLA, libraries and undo; what cannot be keyed is one sentence."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from tests.blender.characters import CLOSE, FIRST, apart, carry, directions, edit_bones, key, pose_matrices, signer
from tests.blender.curves import fcurves
from tests.blender.rigs import from_library, metarig, with_action, with_nla
from tests.blender.scene import datablocks


def test_the_earlier_action_is_kept_and_the_new_one_has_a_slot() -> None:
    source, obj = signer(), metarig()
    earlier = with_action(obj)
    before = [(c.data_path, c.array_index) for c in fcurves(obj).values()]
    carry(source, obj)
    action = obj.animation_data.action
    assert action != earlier and earlier.use_fake_user
    if bpy.app.version >= (4, 4):
        (slot,) = action.slots
        assert obj.animation_data.action_slot == slot and slot.name_display == obj.name
    obj.animation_data.action = earlier
    if bpy.app.version >= (4, 4):
        obj.animation_data.action_slot = earlier.slots[0]
    assert [(c.data_path, c.array_index) for c in fcurves(obj).values()] == before


@pytest.mark.skipif(bpy.app.version < (4, 4), reason="NOT TESTED: actions have no slots before Blender 4.4")
def test_another_object_of_a_shared_action_plays_on() -> None:
    source, obj = signer(), metarig()
    with_action(obj)
    other = metarig()
    data: Any = other.animation_data_create()
    data.action = obj.animation_data.action
    data.action_slot = data.action.slots.new("OBJECT", "other")
    key(other, "hand.L", "location", (3.0, 2.0, 1.0))
    carry(source, obj)
    bpy.context.scene.frame_set(1)
    assert tuple(other.pose.bones["hand.L"].location) == (3.0, 2.0, 1.0)
    assert obj.animation_data.action != data.action and len(data.action.slots) == 2


def test_what_only_the_earlier_action_moved_goes_back_to_rest() -> None:
    source, obj = signer(), metarig()
    obj.pose.bones["jaw"]["smile"] = 0.25
    obj.pose.bones["jaw"].id_properties_ui("smile").update(default=0.25)
    for channel, value in (("location", (1, 2, 3)), ("scale", (2, 2, 2)), ('["smile"]', 0.75)):
        key(obj, "jaw", channel, value)
    key(obj, "breast.L", "location", (1, 1, 1))
    obj.location.x = 2.0
    obj.keyframe_insert("location", frame=1)
    with edit_bones(obj) as bones:
        bones.remove(bones["breast.L"])
    carry(source, obj)
    pose = pose_matrices(obj, FIRST)
    np.testing.assert_allclose(
        np.linalg.inv(pose["spine.006"]) @ pose["jaw"], local_rest(obj, "spine.006", "jaw"), atol=1e-6
    )
    assert obj.pose.bones["jaw"]["smile"] == 0.25 and obj.location.x == 2.0


def local_rest(obj: bpy.types.Object, parent: str, bone: str) -> np.ndarray:
    bones = obj.data.bones
    return np.array(bones[parent].matrix_local.inverted() @ bones[bone].matrix_local)


@pytest.mark.parametrize(
    "own",
    [
        {},
        {"action_blend_type": "ADD"},
        {"action_influence": 0.3},
        {"action_extrapolation": "NOTHING"},
        {"use_nla": False},
    ],
)
def test_the_result_plays_above_nla_tracks_which_stay(own: dict[str, Any]) -> None:
    source, obj = signer(), metarig()
    data = with_nla(obj)
    for name, value in own.items():
        setattr(data, name, value)
    carry(source, obj)
    (track,) = data.nla_tracks
    (strip,) = track.strips
    assert (strip.blend_type, strip.action.name, strip.frame_start) == ("ADD", "metarigAction", 1.0)
    assert apart(directions(source), directions(obj)) < CLOSE


def test_one_undo_takes_all_back() -> None:
    source, *characters = (signer(), metarig(), metarig())
    names = [obj.name for obj in characters]
    earlier = with_action(characters[0]).name
    bpy.ops.ed.undo_push(message="before")
    before = datablocks()
    carry(source, *characters)
    assert datablocks() != before
    bpy.ops.ed.undo()
    first, second = (bpy.data.objects[name] for name in names)
    assert datablocks() == before and second.animation_data is None
    assert first.animation_data.action.name == earlier and not first.animation_data.action.use_fake_user
    assert not any(bone.constraints for bone in first.pose.bones)


@pytest.mark.parametrize("limited", [False, True])
def test_a_library_override_plays_and_stays_one(limited: bool, tmp_path: Path) -> None:
    linked = from_library(tmp_path, limited)
    source = signer()
    name = linked.override_create(remap_local_usages=True).name
    wanted = directions(source)
    for _ in range(2):
        carry(source, local(name))
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    obj = local(name)
    assert obj.override_library is not None and obj.data.library is not None
    assert apart(wanted, directions(obj)) < CLOSE
    assert [constraint.name for constraint in obj.pose.bones["hand.L"].constraints][-1] == "mine"


def local(name: str) -> bpy.types.Object:
    """The file's own object of a name that a library has as well."""
    return next(obj for obj in bpy.data.objects if obj.name == name and obj.library is None)
