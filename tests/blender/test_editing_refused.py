"""What cannot be edited is refused in one sentence and stays as it is; what was edited comes back by one undo."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from engine.skeleton import Kind
from tests.blender.curves import fcurves, keys
from tests.blender.edited import imported, select
from tests.blender.motions import addon

EDITS = {
    "smooth": lambda: bpy.ops.object.sign_mocap_smooth(),
    "reduce": lambda: bpy.ops.object.sign_mocap_reduce(),
    "bridge": lambda: bpy.ops.object.sign_mocap_bridge(first=5, last=15),
    "add_ik": lambda: bpy.ops.object.sign_mocap_add_ik(),
}


def state(obj: bpy.types.Object) -> dict[Any, Any]:
    """Bones, constraints and keys."""
    bones = {bone.name: [c.name for c in bone.constraints] for bone in obj.pose.bones}
    return bones | {channel: keys(curve).tolist() for channel, curve in fcurves(obj).items()}


def without_action(obj: bpy.types.Object) -> None:
    obj.animation_data.action = None


def at_rest(obj: bpy.types.Object) -> None:
    obj.data.pose_position = "REST"


def in_quaternions(obj: bpy.types.Object) -> None:
    obj.pose.bones["head"].rotation_mode = "QUATERNION"


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (without_action, "has no action; assign one, or import a video first"),
        (at_rest, "is in Rest Position; set it to Pose Position first"),
        (in_quaternions, "The bone 'head' of 'sample' was changed; import to a new armature"),
    ],
)
def test_what_cannot_be_edited_is_refused_in_a_sentence(
    edit: str, spoil: Callable[[bpy.types.Object], None], sentence: str
) -> None:
    obj = imported(20)
    spoil(obj)
    with pytest.raises(RuntimeError, match=sentence):
        EDITS[edit]()


@pytest.mark.parametrize("edit", EDITS)
def test_a_linked_action_is_refused(edit: str, tmp_path: Path) -> None:
    obj = imported(20)
    action = obj.animation_data.action
    bpy.data.libraries.write(str(tmp_path / "actions.blend"), {action})
    library: Any = bpy.data.libraries.load(str(tmp_path / "actions.blend"), link=True)
    with library as (there, here):
        here.actions = there.actions
    obj.animation_data.action = here.actions[0]
    with pytest.raises(RuntimeError, match="is linked from another file; make it local first"):
        EDITS[edit]()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: bpy.ops.object.sign_mocap_bridge(first=100, last=120), "has keys from frame 1 to 20"),
        (lambda: bpy.ops.object.sign_mocap_bridge(first=9, last=9), "has to end after it begins"),
        (lambda: bpy.ops.object.sign_mocap_bridge(first=1, last=9, part="selected"), "No pose bone .* is selected"),
        (lambda: bpy.ops.object.sign_mocap_reduce(selected=True), "No pose bone .* is selected"),
        (lambda: bpy.ops.object.sign_mocap_bake_ik(), "has no such IK controls"),
    ],
)
def test_a_choice_that_holds_nothing_is_refused_and_nothing_changes(call: Callable[[], object], sentence: str) -> None:
    obj = imported(20)
    select(obj)
    before = state(obj)
    with pytest.raises(RuntimeError, match=sentence):
        call()
    assert state(obj) == before


def test_a_hand_without_an_arm_gets_no_ik_and_controls_come_once() -> None:
    imported(20, kind=Kind.LEFT_HAND)
    with pytest.raises(RuntimeError, match="is a hand without an arm"):
        EDITS["add_ik"]()
    imported(20)
    assert bpy.ops.object.sign_mocap_add_ik(hands="left") == {"FINISHED"}
    with pytest.raises(RuntimeError, match="has these IK controls already"):
        bpy.ops.object.sign_mocap_add_ik(hands="left")
    assert bpy.ops.object.sign_mocap_add_ik(hands="both") == {"FINISHED"}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("mode", ["OBJECT", "POSE"])
def test_one_undo_brings_everything_back(edit: str, mode: str) -> None:
    obj = imported(20, noise=0.02)
    bpy.ops.object.mode_set(mode=mode)
    bpy.ops.ed.undo_push(message="before")
    before = state(obj)
    EDITS[edit]()
    assert bpy.context.active_object.mode == mode
    bpy.ops.ed.undo_push(message="after")
    assert state(bpy.context.active_object) != before
    bpy.ops.ed.undo()
    assert state(bpy.data.objects["sample"]) == before


def test_muted_curves_and_those_of_others_stay_as_they_are() -> None:
    obj = imported(20, noise=0.05)
    fcurves(obj)['pose.bones["chest"].rotation_euler', 0].mute = True
    obj.keyframe_insert("location", frame=3)
    before = {channel: keys(curve) for channel, curve in fcurves(obj).items()}
    doubts = {channel for channel in before if channel[0].endswith('["doubt"]')}
    bpy.ops.object.sign_mocap_smooth(strength=2.0)
    bpy.ops.object.sign_mocap_reduce(distance=5.0, turn=20.0)
    same = {c for c, curve in fcurves(obj).items() if np.array_equal(keys(curve), before[c])}
    others = {*(("location", axis) for axis in range(3)), *doubts}
    assert same == {('pose.bones["chest"].rotation_euler', 0), *others} and len(doubts) == 4


@pytest.mark.parametrize("edit", ["smooth", "reduce", "bridge"])
def test_keys_that_ik_hides_are_not_edited_nor_carried_nor_replaced(edit: str) -> None:
    obj = imported(20)
    EDITS["add_ik"]()
    with pytest.raises(RuntimeError, match="has IK controls; bake them to FK first"):
        EDITS[edit]()
    with pytest.raises(Exception, match="has IK controls; bake them to FK first"):
        addon("character.receivers").ready([obj])
