"""Applying a motion: new armatures, reuse, references, and a file that stays as it was on failure."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector

from engine.geometry.camera import Camera
from engine.keypoints import Side
from engine.skeleton import Kind, hand_skeleton, load_skeleton
from tests.blender.curves import angle_keys, fcurves
from tests.blender.motions import addon, random_motion
from tests.blender.scene import SAMPLE, apply, datablocks


def test_the_scene_gets_rate_and_range_of_the_video() -> None:
    obj = apply(random_motion(load_skeleton(), fps=30000 / 1001), first_frame=5)
    scene = bpy.context.scene
    assert (scene.frame_start, scene.frame_end) == (5, 16)
    assert scene.render.fps / scene.render.fps_base == pytest.approx(30000 / 1001)
    assert bpy.context.active_object == obj and obj.select_get()


def test_a_scene_with_animation_keeps_its_range() -> None:
    apply(random_motion(load_skeleton()), first_frame=100)
    apply(random_motion(load_skeleton()), first_frame=5)
    assert (bpy.context.scene.frame_start, bpy.context.scene.frame_end) == (5, 111)


def test_an_armature_made_before_keeps_its_earlier_action() -> None:
    obj = apply(random_motion(load_skeleton()))
    earlier = obj.animation_data.action
    again = apply(random_motion(load_skeleton(), frames=6), target=obj)
    assert again == obj and len(bpy.data.armatures) == 1
    assert obj.animation_data.action != earlier
    assert earlier.use_fake_user and earlier.name in bpy.data.actions
    assert len(angle_keys(obj, "neck.X")) == 6


def test_an_armature_of_another_skeleton_is_refused_and_nothing_changes() -> None:
    obj = apply(random_motion(load_skeleton()))
    before = datablocks()
    action = obj.animation_data.action
    with pytest.raises(Exception, match="does not fit") as refusal:
        apply(random_motion(hand_skeleton(Side.LEFT)), target=obj)
    assert type(refusal.value).__name__ == "InputError"
    assert datablocks() == before and obj.animation_data.action == action


def test_a_reference_that_cannot_be_loaded_leaves_no_data() -> None:
    before = datablocks()
    missing = addon("settings").ImportOptions(reference="camera")
    with pytest.raises(Exception, match="cannot be shown"):
        addon("scene.apply").apply_motions(
            bpy.context, {Path("/missing.mp4"): random_motion(load_skeleton())}, missing, []
        )
    assert datablocks() == before
    assert bpy.context.scene.camera is None


def test_body_alone_leaves_the_hands_without_keys() -> None:
    paths = {path for path, _ in fcurves(apply(random_motion(load_skeleton()), body_only=True))}
    assert 'pose.bones["forearm.L"].rotation_euler' in paths
    assert not any("hand." in path or "f_" in path or "thumb" in path for path in paths)


def test_a_variable_rate_is_resampled_by_real_times() -> None:
    motion = random_motion(load_skeleton())
    time = motion.time.copy()
    time[6:] += 0.2  # five frames are missing
    obj = apply(replace(motion, time=time))
    frames, values = angle_keys(obj, "neck.X").T
    assert list(frames) == list(range(1, 18))
    column = motion.skeleton.angle_names.index("head.X")
    assert values[11:] == pytest.approx(motion.angles[6:, column], abs=1e-5)


def test_the_scenes_own_rate_can_be_kept() -> None:
    bpy.context.scene.render.fps = 50
    obj = apply(random_motion(load_skeleton()), use_scene_rate=False)
    assert bpy.context.scene.render.fps == 50
    assert len(angle_keys(obj, "neck.X")) == 23


def test_feet_that_are_seen_stand_on_the_ground() -> None:
    """Most of the time; Blender's own pose says where they are."""
    obj = apply(random_motion(load_skeleton(Kind.FULL_BODY), frames=21))
    lowest: list[float] = []
    for frame in range(1, 22):
        bpy.context.scene.frame_set(frame)
        bones = [obj.pose.bones[f"{bone}.{side}"] for bone in ("foot", "heel") for side in "LR"]
        lowest.append(min((obj.matrix_world @ bone.tail).z for bone in bones))
    assert np.percentile(lowest, 20) == pytest.approx(0.0, abs=1e-4)


def test_a_still_picture_is_one_key() -> None:
    obj = apply(random_motion(load_skeleton(), frames=1, fps=0.0))
    assert len(angle_keys(obj, "neck.X")) == 1


@pytest.mark.parametrize("moved", [False, True])
def test_the_camera_sees_the_rig_where_the_video_shows_the_person(moved: bool) -> None:
    motion = random_motion(load_skeleton(), camera=Camera.of(np.array([800.0, 800.0, 300.0, 260.0])))
    obj = apply(motion)
    if moved:
        obj.matrix_world.translation = (1.0, 2.0, 3.0)
        obj.scale = (2.0, 2.0, 2.0)
        bpy.context.view_layer.update()
    apply(motion, target=obj, reference="camera")
    scene = bpy.context.scene
    scene.frame_set(4)
    for name in ("left_wrist", "nose", "right_hand_pinky_tip"):
        bone = next(b for b in motion.skeleton.bones if b.joint == name)
        tail = obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones[bone.name].tail
        x, y, _ = world_to_camera_view(scene, scene.camera, obj.matrix_world @ Vector(tail))
        point = motion.positions[3, list(motion.joints).index(name)] + motion.translation[3]
        u, v = 800 * point[:2] / point[2] + [300, 260]
        assert (x * 640, (1 - y) * 480) == pytest.approx((u, v), abs=0.05)


def test_a_camera_shows_the_video_from_the_first_frame_on() -> None:
    apply(random_motion(load_skeleton(), time=2.0 + np.arange(12) / 25), reference="camera", first_frame=10)
    (background,) = bpy.context.scene.camera.data.background_images
    assert background.image.filepath == str(SAMPLE)
    assert background.image_user.frame_start == 10 - 50
    assert (bpy.context.scene.render.resolution_x, bpy.context.scene.render.resolution_y) == (640, 480)


def test_a_new_armature_stands_at_the_cursor_beside_what_is_there() -> None:
    scene = bpy.context.scene
    scene.cursor.location = (2.0, 1.0, 0.5)
    standing = random_motion(load_skeleton())
    standing = replace(standing, angles=np.zeros_like(standing.angles))
    assert apply(standing).location == Vector((2.0, 1.0, 0.5))
    assert apply(standing).location == Vector((3.5, 1.0, 0.5))
    bpy.context.active_object.location.x = 6.0  # the user carries it away: the place is free again
    assert apply(standing).location == Vector((3.5, 1.0, 0.5))
    scene.cursor.location = (-4.0, 0.0, 0.0)
    assert apply(standing).location == Vector((-4.0, 0.0, 0.0))


def test_what_was_keyed_is_selected_with_its_bones_and_nothing_else() -> None:
    first = apply(random_motion(load_skeleton()))
    obj = apply(random_motion(load_skeleton()), body_only=True)
    assert bpy.context.selected_objects == [obj] == [bpy.context.active_object] and first != obj
    chosen = {bone.name for bone in obj.pose.bones if (bone if bpy.app.version >= (5, 0) else bone.bone).select}
    assert chosen == {path.split('"')[1] for path, _ in fcurves(obj)}
    assert "forearm.L" in chosen and "hand.L" not in chosen
