"""The face is keyed as limited properties of the head bone, and read back as it was."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest

from engine.face.names import FACE_NAMES, Region
from engine.keypoints import Side
from engine.skeleton import hand_skeleton, load_skeleton
from tests.blender.curves import fcurves, keys
from tests.blender.faces import evaluated, face_of, with_face
from tests.blender.motions import addon, random_motion
from tests.blender.scene import apply
from tests.faces import random_face

GAZE = ("gaze_yaw_left", "gaze_pitch_left", "gaze_yaw_right", "gaze_pitch_right")


def path(name: str) -> str:
    return f'pose.bones["head"]["{name}"]'


def test_keys_are_the_motions_face_in_one_group_linear() -> None:
    face = random_face(12)
    curves = fcurves(with_face(face, first_frame=7))
    for column, name in enumerate((*FACE_NAMES, *GAZE)):
        curve = curves[path(name), 0]
        frames, values = keys(curve).T
        assert list(frames) == [*range(7, 19)]
        expected = np.concatenate([face.coefficients, face.gaze.reshape(12, 4)], axis=1)
        assert np.array_equal(values, expected[:, column])
        assert curve.group.name == "face" and {key.interpolation for key in curve.keyframe_points} == {"LINEAR"}


def test_what_is_played_is_the_face_frame_by_frame() -> None:
    face = random_face(6)
    obj = with_face(face)
    for frame in range(6):
        bone = evaluated(obj, 1 + frame).pose.bones["head"]
        np.testing.assert_allclose([bone[name] for name in FACE_NAMES], face.coefficients[frame], atol=1e-6)
        np.testing.assert_allclose([bone[name] for name in GAZE], face.gaze[frame].ravel(), atol=1e-6)


@pytest.mark.parametrize(
    ("name", "lower", "upper"),
    [("jawOpen", 0, 1), ("tongueOut", 0, 1), ("gaze_yaw_left", -45, 45), ("gaze_pitch_right", -45, 40)],
)
def test_blender_itself_holds_every_property_within_its_limits(name: str, lower: float, upper: float) -> None:
    obj = with_face(face_of(3))
    scale = np.pi / 180 if name in GAZE else 1.0
    for keyed, expected in ((2.0, upper * scale), (-2.0, lower * scale)):
        curve = fcurves(obj)[path(name), 0]
        for key in curve.keyframe_points:
            key.co.y = keyed
        curve.update()
        assert evaluated(obj, 2).pose.bones["head"][name] == pytest.approx(expected, abs=1e-6)
    bounds = obj.pose.bones["head"].id_properties_ui(name).as_dict()
    assert [bounds[end] for end in ("min", "soft_min", "default")] == pytest.approx([lower * scale] * 2 + [0])
    assert [bounds[end] for end in ("max", "soft_max")] == pytest.approx([upper * scale] * 2)


def test_the_face_is_read_back_as_it_was_keyed_and_clamped() -> None:
    seen = np.ones(8, dtype=bool)
    seen[3:5] = False
    covered = np.random.default_rng(0).uniform(size=(8, 3)) < 0.4
    face = replace(random_face(8), seen=seen, covered=covered)
    obj = with_face(face, first_frame=20)
    read = addon("signer.face").face_of_armature(obj, np.arange(20, 28))
    np.testing.assert_allclose(read.coefficients, face.coefficients, atol=1e-6)
    np.testing.assert_allclose(read.gaze, face.gaze, atol=1e-6)
    assert np.array_equal(read.seen, seen) and np.array_equal(read.covered, covered)
    curve = fcurves(obj)[path("jawOpen"), 0]
    curve.keyframe_points[0].co.y = 3.0
    curve.update()
    obj.pose.bones["head"]["tongueOut"] = 5.0
    fcurves(obj)[path("tongueOut"), 0].mute = True
    read = addon("signer.face").face_of_armature(obj, np.arange(20, 22))
    assert read.coefficients[0, FACE_NAMES.index("jawOpen")] == 1
    assert read.coefficients[:, FACE_NAMES.index("tongueOut")].tolist() == [1, 1]


def test_without_a_face_there_are_neither_properties_nor_keys() -> None:
    obj = apply(random_motion(load_skeleton()))
    assert not any('["jaw' in name for name, _ in fcurves(obj)) and "jawOpen" not in obj.pose.bones["head"]
    assert addon("signer.face").face_of_armature(obj, np.arange(1, 4)) is None
    hand = apply(random_motion(hand_skeleton(Side.LEFT), face=random_face(12)))
    assert addon("signer.face").face_of_armature(hand, np.arange(1, 4)) is None


def test_an_armature_of_before_gets_the_face_and_a_motion_without_one_puts_it_to_rest() -> None:
    obj = apply(random_motion(load_skeleton()))
    face = random_face(12)
    face.covered[:, 1] = True
    apply(random_motion(load_skeleton(), face=face), target=obj)
    read = addon("signer.face").face_of_armature(obj, np.arange(1, 13))
    np.testing.assert_allclose(read.coefficients, face.coefficients, atol=1e-6)
    evaluated(obj, 3)
    apply(random_motion(load_skeleton()), target=obj)
    bone = evaluated(obj, 3).pose.bones["head"]
    assert {bone[name] for name in (*FACE_NAMES, *GAZE, "covered_eyes")} == {0.0}


def test_an_armature_without_what_came_later_is_covered_nowhere() -> None:
    face = random_face(12)
    face.covered[:] = True
    obj = with_face(face)
    for region in Region:
        curve = fcurves(obj)[path(f"covered_{region}"), 0]
        assert keys(curve).tolist() == [[1, 1], [12, 1]]
        curve.mute = True
        del obj.pose.bones["head"][f"covered_{region}"]
    assert not addon("signer.face").face_of_armature(obj, np.arange(1, 13)).covered.any()


def test_the_body_alone_has_its_face() -> None:
    assert (path("jawOpen"), 0) in fcurves(with_face(face_of(3), body_only=True))


def test_frames_without_the_face_are_doubted_and_marked() -> None:
    seen = np.ones(12, dtype=bool)
    seen[4:7] = False
    obj = with_face(replace(random_face(12), seen=seen), first_frame=10)
    doubts = [evaluated(obj, 10 + frame).pose.bones["head"]["doubt"] for frame in range(12)]
    assert doubts == [float(not there) for there in seen]
    marks = sorted((m.frame, m.name) for m in bpy.context.scene.timeline_markers)
    assert marks == [(14, f"face lost, {obj.name}"), (17, f"face lost until here, {obj.name}")]
    apply(random_motion(load_skeleton(), face=random_face(12)), target=obj)
    assert not bpy.context.scene.timeline_markers


def test_the_face_is_kept_in_the_file(tmp_path: Path) -> None:
    face = random_face(5)
    face.covered[1:3, 2] = True
    name = with_face(face).name
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    read = addon("signer.face").face_of_armature(bpy.data.objects[name], np.arange(1, 6))
    np.testing.assert_allclose(read.coefficients, face.coefficients, atol=1e-6)
    assert np.array_equal(read.covered, face.covered)
    assert bpy.data.objects[name].pose.bones["head"].id_properties_ui("jawOpen").as_dict()["max"] == 1.0
