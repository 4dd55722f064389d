"""Edits of the face's keys: strength, neutral, the face tracked anew, and meshes that follow it."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest

from engine.face.face import GAZE_LIMITS
from engine.face.names import FACE_NAMES, Region, region_of
from engine.keypoints import Side
from engine.retarget.face.adapt import adapted
from engine.skeleton import hand_skeleton, load_skeleton
from tests.blender.curves import fcurves, keys
from tests.blender.edited import select
from tests.blender.faces import evaluated, face_of, with_face
from tests.blender.motions import addon, random_motion
from tests.blender.scene import SAMPLE, apply, import_video
from tests.faces import random_face

FRAMES = np.arange(1, 13)


def is_of_face(path: str) -> bool:
    return any(f'["{name}"]' in path for name in FACE_NAMES) or "gaze_" in path or "covered_" in path


def state(obj: bpy.types.Object) -> dict[tuple[str, int], bytes]:
    """Every key of the body with its handles, bit by bit."""
    found = dict[tuple[str, int], bytes]()
    for channel, curve in fcurves(obj).items():
        if not is_of_face(channel[0]) and channel[0] != 'pose.bones["head"]["doubt"]':
            parts = [
                (*k.co, *k.handle_left, *k.handle_right, float(len(k.interpolation))) for k in curve.keyframe_points
            ]
            found[channel] = np.array(parts, dtype=np.float32).tobytes()
    return found


def face_now(obj: bpy.types.Object) -> tuple[np.ndarray, np.ndarray]:
    face = addon("signer.face").face_of_armature(obj, FRAMES)
    return face.coefficients, face.gaze


def test_strength_multiplies_each_region_within_the_limits_and_leaves_the_body() -> None:
    face = random_face(12)
    obj = with_face(face)
    before = state(obj)
    assert bpy.ops.object.sign_mocap_face_strength(brows=2.0, eyes=0.5, mouth=0.0) == {"FINISHED"}
    strengths = {Region.BROWS: 2.0, Region.EYES: 0.5, Region.MOUTH: 0.0}
    times = [strengths[region_of(name)] for name in FACE_NAMES]
    coefficients, gaze = face_now(obj)
    np.testing.assert_allclose(coefficients, np.clip(face.coefficients * times, 0, 1), atol=1e-6)
    np.testing.assert_allclose(gaze, face.gaze * 0.5, atol=1e-6)
    assert (coefficients == 1).any() and state(obj) == before
    bpy.ops.object.sign_mocap_face_strength(eyes=4.0)
    np.testing.assert_allclose(face_now(obj)[1], np.clip(face.gaze * 2, *GAZE_LIMITS.T), atol=1e-6)


def test_strength_changes_the_range_alone_if_asked_to() -> None:
    face = random_face(12)
    obj = with_face(face)
    bpy.ops.object.sign_mocap_face_strength(brows=0.0, eyes=0.0, mouth=0.0, in_range=True, first=4, last=6)
    coefficients, gaze = face_now(obj)
    inside = (FRAMES >= 4) & (FRAMES <= 6)
    assert not coefficients[inside].any() and not gaze[inside].any()
    np.testing.assert_array_equal(coefficients[~inside], face.coefficients[~inside])


def test_strength_is_for_the_head_among_selected_bones() -> None:
    obj = with_face(random_face(12))
    select(obj, "hand.L")
    with pytest.raises(RuntimeError, match="belongs to the bone 'head'"):
        bpy.ops.object.sign_mocap_face_strength(mouth=0.0, selected=True)
    select(obj, "head")
    assert bpy.ops.object.sign_mocap_face_strength(mouth=0.0, selected=True) == {"FINISHED"}


def test_the_pose_here_becomes_neutral_and_what_is_whole_stays_whole() -> None:
    face = random_face(12)
    face.coefficients[3, 5] = 1.0
    face.coefficients[3, 6], face.coefficients[7, 6] = 0.7, 1.0
    obj = with_face(face)
    before = state(obj)
    bpy.context.scene.frame_set(4)
    assert bpy.ops.object.sign_mocap_set_neutral() == {"FINISHED"}
    coefficients, gaze = face_now(obj)
    as_characters_do = adapted(face, dict.fromkeys(Region, 1.0), mirrored=False, neutral=3)
    np.testing.assert_allclose(coefficients, as_characters_do.coefficients, atol=2e-6)
    np.testing.assert_allclose(gaze, as_characters_do.gaze, atol=1e-6)
    assert not coefficients[3].any() and not coefficients[:, 5].any()
    assert coefficients[7, 6] == pytest.approx(1, abs=2e-6)
    assert state(obj) == before


@pytest.mark.parametrize("edit", ["face_strength", "set_neutral"])
def test_an_edit_is_one_undo_step(edit: str) -> None:
    obj = with_face(random_face(12))
    name, before = obj.name, face_now(obj)
    bpy.ops.ed.undo_push(message="before")
    bpy.context.scene.frame_set(3)
    changes = {"mouth": 0.2, "brows": 0.2, "eyes": 0.2} if edit == "face_strength" else {}
    getattr(bpy.ops.object, f"sign_mocap_{edit}")("EXEC_DEFAULT", True, **changes)
    assert not np.array_equal(face_now(bpy.data.objects[name])[0], before[0])
    bpy.ops.ed.undo()
    np.testing.assert_array_equal(face_now(bpy.data.objects[name])[0], before[0])


@pytest.mark.parametrize("edit", ["face_strength", "set_neutral", "link_face"])
def test_without_a_face_an_edit_is_a_sentence(edit: str) -> None:
    apply(random_motion(load_skeleton()))
    with pytest.raises(RuntimeError, match="has no face; import a video"):
        getattr(bpy.ops.object, f"sign_mocap_{edit}")()


def test_a_muted_curve_is_not_touched() -> None:
    obj = with_face(random_face(12))
    curve = fcurves(obj)['pose.bones["head"]["jawOpen"]', 0]
    curve.mute = True
    before = keys(curve)
    bpy.ops.object.sign_mocap_face_strength(mouth=0.0)
    bpy.ops.object.sign_mocap_set_neutral()
    assert np.array_equal(keys(curve), before)


def take(obj: bpy.types.Object, motion: object) -> str:
    return addon("editing.face_keys").take_face(bpy.context.scene, obj, motion)


def test_a_face_takes_the_place_of_the_one_before_and_the_body_stays_bit_by_bit() -> None:
    first, second = random_face(12, seed=1), random_face(12, seed=2)
    first.covered[2:, 0] = True
    second.seen[5:8], second.covered[8:10, 2] = False, True
    obj = with_face(first, first_frame=30)
    before, action = state(obj), obj.animation_data.action
    motion = random_motion(load_skeleton(), face=second)
    take(obj, motion)
    assert state(obj) == before and obj.animation_data.action == action
    read = addon("signer.face").face_of_armature(obj, np.arange(30, 42))
    np.testing.assert_allclose(read.coefficients, second.coefficients, atol=1e-6)
    assert np.array_equal(read.seen, second.seen) and np.array_equal(read.covered, second.covered)
    for name in FACE_NAMES:
        assert keys(fcurves(obj)[f'pose.bones["head"]["{name}"]', 0])[:, 0].tolist() == [*range(30, 42)]
    marks = sorted((m.frame, m.name) for m in bpy.context.scene.timeline_markers)
    assert marks == [(35, f"face lost, {obj.name}"), (38, f"face lost until here, {obj.name}")]


def test_a_body_without_a_face_gets_one_and_its_head() -> None:
    obj = apply(random_motion(load_skeleton()))
    before = state(obj)
    take(obj, random_motion(load_skeleton(), face=random_face(12)))
    assert state(obj) == before and len(obj.children) == 3
    head = next(child for child in obj.children if child.data.shape_keys)
    evaluated(obj, 4)
    key = head.data.shape_keys.evaluated_get(bpy.context.evaluated_depsgraph_get()).key_blocks["jawOpen"]
    assert key.value == pytest.approx(random_face(12).coefficients[3, FACE_NAMES.index("jawOpen")], abs=1e-6)


def test_a_face_of_another_length_or_none_is_a_sentence_and_nothing_changes() -> None:
    face = random_face(12)
    obj = with_face(face)
    for motion, message in (
        (random_motion(load_skeleton(), 9, face=random_face(9)), "has 9 frames, and the action of 'sample' 12"),
        (random_motion(load_skeleton()), "No face is seen"),
    ):
        with pytest.raises(Exception, match=message):
            take(obj, motion)
    np.testing.assert_array_equal(face_now(obj)[0], face.coefficients)


def test_a_hand_has_no_face() -> None:
    apply(random_motion(hand_skeleton(Side.LEFT)))
    with pytest.raises(RuntimeError, match="is a hand, which has no face"):
        bpy.ops.object.sign_mocap_track_face(filepath=str(SAMPLE))


def test_the_video_of_an_import_is_tracked_again_for_its_face_alone(tmp_path: Path) -> None:
    import_video(SAMPLE, face=False, first_frame=5)
    obj = bpy.context.active_object
    assert not any(is_of_face(path) for path, _ in fcurves(obj))
    before = state(obj)
    signer = tmp_path / "signer.toml"
    assert bpy.ops.object.sign_mocap_track_face(filepath=str(SAMPLE), end=0.4, person_file=str(signer)) == {"FINISHED"}
    assert state(obj) == before and not signer.exists()
    tracked = face_now(obj)[0]
    import_video(SAMPLE, first_frame=5)
    whole = face_now(bpy.context.active_object)[0]
    np.testing.assert_allclose(tracked, whole, atol=1e-6)
    assert tracked.any()


def test_tracking_what_is_no_video_is_a_sentence(tmp_path: Path) -> None:
    obj = with_face(random_face(12))
    before = face_now(obj)
    (tmp_path / "text.mp4").write_text("no video")
    with pytest.raises(RuntimeError, match=r"text\.mp4"):
        bpy.ops.object.sign_mocap_track_face(filepath=str(tmp_path / "text.mp4"))
    np.testing.assert_array_equal(face_now(obj)[0], before[0])


def mesh_with(name: str, *keys_: str) -> bpy.types.Object:
    """A selected cube with shape keys that lift it by a metre."""
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.object.name = name
    mesh = bpy.data.objects[name]
    for key in ("Basis", *keys_):
        block = mesh.shape_key_add(name=key, from_mix=False)
        block.value = 0.0  # Blender 5 begins at 1
        for point in block.data:
            point.co.z += key != "Basis"
    return mesh


def test_a_linked_mesh_follows_the_face_and_linking_again_changes_nothing() -> None:
    face = face_of(3, jawOpen=0.25, browInnerUp=0.5)
    obj = with_face(replace(face, gaze=face.gaze))
    mesh = mesh_with("avatar", "JAWOPEN", "browInnerUp", "mouth_open", "Smile")
    bpy.context.view_layer.objects.active = obj
    for _ in range(2):
        assert bpy.ops.object.sign_mocap_link_face() == {"FINISHED"}
        drivers = mesh.data.shape_keys.animation_data.drivers
        assert sorted(curve.data_path for curve in drivers) == [
            'key_blocks["JAWOPEN"].value',
            'key_blocks["browInnerUp"].value',
        ]
        evaluated(obj, 2)
        point = mesh.evaluated_get(bpy.context.evaluated_depsgraph_get()).data.vertices[0].co.z
        assert point - mesh.data.vertices[0].co.z == pytest.approx(0.75, abs=1e-6)


def test_a_mesh_without_such_keys_is_a_sentence() -> None:
    obj = with_face(face_of(3))
    mesh_with("plain", "Smile")
    bpy.context.view_layer.objects.active = obj
    with pytest.raises(RuntimeError, match="'plain', without shape keys of ARKit's names"):
        bpy.ops.object.sign_mocap_link_face()
