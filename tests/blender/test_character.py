"""A character plays what the source does, by Blender's own evaluation, whatever its bones, modes and place are."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from engine.geometry.rotations import euler_to_matrix
from engine.keypoints import Side
from engine.skeleton import Kind, load_skeleton
from tests.blender.characters import (
    CLOSE,
    FIRST,
    PLAYED,
    UPPER,
    apart,
    carry,
    directions,
    pose_matrices,
    signer,
)
from tests.blender.curves import fcurves, keys
from tests.blender.motions import addon, expected_errors, random_motion
from tests.blender.poses import new_armature
from tests.blender.rigs import metarig
from tests.blender.scene import apply

#: Degrees between frames, where linear channels are no linear turns; a flip is tens of them.
SMOOTH = 2.0
FULL = load_skeleton(Kind.FULL_BODY)
MODES = ("QUATERNION", "AXIS_ANGLE", "XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX")


def link(obj: bpy.types.Object) -> bpy.types.Object:
    bpy.context.scene.collection.objects.link(obj)
    return obj


def smooth_angles(frames: int) -> np.ndarray:
    """(F,A) radians: every angle swings through half of its range, and the person turns round and on."""
    chance = np.random.default_rng(3)
    pace, phase = chance.uniform(0.02, 0.06, len(FULL.freedoms)), chance.uniform(0, 2 * np.pi, len(FULL.freedoms))
    swing = np.sin(phase + pace * np.arange(frames)[:, None]) / 4
    angles = (FULL.lower + FULL.upper) / 2 + (FULL.upper - FULL.lower) * swing
    angles[:, FULL.root_angles] = np.linspace((0.0, 0.0, 0.0), (0.3, 0.3, 8.0), frames)
    return angles.astype(np.float32)


@pytest.mark.parametrize("mode", MODES)
def test_keys_of_every_rotation_mode_are_the_sources_and_go_smoothly(mode: str) -> None:
    obj, frames = metarig(), 120
    for bone in obj.pose.bones:
        bone.rotation_mode = mode
    source = signer(FULL, frames, angles=smooth_angles(frames))
    assert carry(source, obj) == {"FINISHED"}
    for curve in (curve for (path, _), curve in fcurves(obj).items() if not path.endswith('["doubt"]')):
        assert keys(curve)[:, 0].tolist() == list(range(FIRST, FIRST + frames))
        assert {key.interpolation for key in curve.keyframe_points} == {"LINEAR"}
    played, between = np.arange(FIRST, FIRST + frames), np.arange(FIRST, FIRST + frames - 1, 0.5)
    assert apart(directions(source, played), directions(obj, played)) < CLOSE
    assert apart(directions(source, between), directions(obj, between)) < SMOOTH


@pytest.mark.parametrize("lying", [(0.0, 0.0, 0.0), (np.pi / 2, 0.0, 0.0), (0.5, 0.4, 1.0)])
@pytest.mark.parametrize("scale", [(0.01, 0.01, 0.01), (2.0, 2.0, 2.0), (-1.0, 1.0, 1.0), (-0.5, -0.5, -0.5)])
def test_where_and_how_large_source_and_character_are_makes_no_difference(
    scale: tuple[float, float, float], lying: tuple[float, float, float]
) -> None:
    obj, source = metarig(), signer()
    parent = link(bpy.data.objects.new("parent", None))
    parent.rotation_euler, parent.location = lying, (1.0, 2.0, 3.0)
    obj.parent, obj.scale = parent, scale
    source.rotation_euler, source.location, source.scale = (0.3, 1.0, 2.0), (5.0, 0.0, 0.0), (3.0, 3.0, 3.0)
    carry(source, obj)
    assert apart(directions(source), directions(obj)) < CLOSE


def test_a_waist_up_motion_leaves_pelvis_and_legs_at_rest() -> None:
    obj = metarig()
    carry(signer(), obj)
    for frame in PLAYED:
        pose = pose_matrices(obj, frame)
        for name in ("spine", "thigh.L", "shin.R", "foot.L", "toe.R"):
            np.testing.assert_allclose(pose[name], np.array(obj.data.bones[name].matrix_local), atol=1e-5)


def leg_length(obj: bpy.types.Object) -> float:
    hip, knee, ankle = (np.array(obj.data.bones[name].head_local) for name in ("thigh.L", "shin.L", "foot.L"))
    return float(np.linalg.norm(hip - knee) + np.linalg.norm(knee - ankle))


@pytest.mark.parametrize("scale", [1.0, 0.01])
def test_hips_go_as_far_as_the_length_of_the_legs_makes_them(scale: float) -> None:
    source, obj = new_armature(FULL, FULL.lengths), metarig()
    obj.rotation_euler, obj.scale = (0.0, 0.0, 2.0), (scale, scale, scale)
    moved = np.array([[0.0, 0.0, 0.0], [0.1, -0.2, -0.3]])
    rest = np.array(source.data.bones["pelvis"].matrix_local.to_3x3())
    for frame, location in enumerate(moved @ rest, 1):
        source.pose.bones["pelvis"].location = location
        source.pose.bones["pelvis"].keyframe_insert("location", frame=frame)
    carry(source, obj)
    legs = [leg_length(rig) for rig in (obj, source)]
    pelvis = [obj.matrix_world @ Matrix(pose_matrices(obj, frame)["spine"]) for frame in (1, 2)]
    went = np.array(pelvis[1].translation - pelvis[0].translation)
    turn = euler_to_matrix(np.array([0.0, 0.0, 2.0]), "XYZ")
    np.testing.assert_allclose(went, turn @ (moved[1] - moved[0]) * scale * legs[0] / legs[1], atol=1e-5 * scale)


def test_edits_of_the_source_are_carried() -> None:
    source, obj = signer(), metarig()
    curves = fcurves(source)
    for curve in curves.values():
        curve.keyframe_points[1].co.x += 0.5
        for point in curve.keyframe_points:
            point.interpolation = "BEZIER"
        curve.update()
    curves['pose.bones["forearm.L"].rotation_euler', 0].keyframe_points[2].co.y = 0.1
    curves['pose.bones["forearm.R"].rotation_euler', 0].mute = True
    source.pose.bones["forearm.R"].rotation_euler.x = 0.4
    carry(source, obj)
    assert apart(directions(source), directions(obj)) < CLOSE


@pytest.mark.parametrize("way", ["import", "retarget"])
def test_doubt_and_markers_of_lost_parts_come_along(way: str) -> None:
    frames = 1100  # more than are carried at once
    seen = np.ones((frames, 3), dtype=bool)
    seen[1:3, Side.RIGHT.column] = False
    motion = random_motion(UPPER, frames, expected_error=expected_errors(UPPER, frames, left_elbow=0.375), seen=seen)
    obj = metarig()
    if way == "import":
        apply(motion, addon("character.character").CharacterObject.of(obj), first_frame=FIRST)
    else:
        source = apply(motion, first_frame=FIRST)
        carry(source, obj)
        carry(source, obj)
    for frame, lost in zip(range(FIRST, FIRST + 4), (0.0, 1.0, 1.0, 0.0), strict=True):
        bpy.context.scene.frame_set(frame)
        bones = obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones
        doubts = [bones[name]["doubt"] for name in ("upper_arm.L", "upper_arm.R", "hand.L", "hand.R")]
        assert doubts == pytest.approx([0.75, 0.0, 0.0, lost])
    markers = [(m.frame, m.name) for m in bpy.context.scene.timeline_markers if m.name.endswith(f", {obj.name}")]
    expected = [(FIRST, "left arm in doubt"), (FIRST + 1, "right hand lost"), (FIRST + 3, "right hand lost until here")]
    expected += [(FIRST + frames, "left arm in doubt until here")]
    assert sorted(markers) == [(frame, f"{label}, {obj.name}") for frame, label in expected]


def test_a_source_without_keys_gives_the_pose_of_the_current_frame() -> None:
    source, obj = signer(), metarig()
    bpy.context.scene.frame_set(FIRST + 2)
    shown = directions(source, [FIRST + 2])
    source.animation_data_clear()
    carry(source, obj)
    assert apart(shown, directions(obj, [FIRST + 2])) < CLOSE
    assert {len(curve.keyframe_points) for curve in fcurves(obj).values()} == {1}


def test_hidden_locked_and_posed_bones_are_keyed_like_others() -> None:
    source, obj = signer(), metarig()
    arms = obj.data.collections.new("arms")
    for side in "LR":
        arms.assign(obj.data.bones[f"forearm.{side}"])
        obj.data.bones[f"hand.{side}"].hide = True
        obj.data.bones[f"hand.{side}"].hide_select = True
        obj.pose.bones[f"f_index.02.{side}"].lock_rotation = (True, True, True)
        obj.pose.bones[f"upper_arm.{side}"].rotation_quaternion = (0.5, 0.5, 0.5, 0.5)
    arms.is_visible = False
    carry(source, obj)
    assert apart(directions(source), directions(obj)) < CLOSE


def test_one_of_two_objects_with_the_same_armature_and_mesh_is_keyed() -> None:
    source, obj = signer(), metarig()
    twin = link(bpy.data.objects.new("twin", obj.data))
    mesh = link(bpy.data.objects.new("mesh", bpy.data.meshes.new("mesh")))
    for rig in (obj, twin):
        mesh.modifiers.new("Armature", "ARMATURE").object = rig
    carry(source, twin)
    assert obj.animation_data is None
    assert apart(directions(source), directions(twin)) < CLOSE


def test_several_characters_are_keyed_at_once() -> None:
    characters = [metarig(), metarig(), metarig()]
    source = signer()
    carry(source, *characters)
    assert len({obj.animation_data.action for obj in characters}) == len(characters)
    for obj in characters:
        assert apart(directions(source), directions(obj)) < CLOSE
