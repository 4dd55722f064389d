"""The head on our armature shows what the face's properties say, as Blender evaluates it."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Vector

from engine.face.face import Face
from engine.face.names import FACE_NAMES
from engine.skeleton import load_skeleton
from tests.blender.faces import evaluated, face_of, with_face
from tests.blender.motions import random_motion
from tests.blender.scene import apply, datablocks
from tests.faces import random_face


def parts(obj: bpy.types.Object) -> tuple[bpy.types.Object, bpy.types.Object, bpy.types.Object]:
    """The head, the left eye, the right one."""
    assert len(obj.children) == 3
    head, left, right = (
        next(child for child in obj.children if child.name.endswith(name)) for name in ("head", "left eye", "right eye")
    )
    return head, left, right


def played(face: Face) -> tuple[bpy.types.Object, np.ndarray]:
    """An armature that holds still and plays a face, and its head's points as evaluated (F,N,3), metres of a person
    of average size, from the middle between the ears."""
    still = random_motion(load_skeleton(), len(face.seen))
    obj = apply(replace(still, angles=np.zeros_like(still.angles), face=face))
    return obj, np.stack([points(obj, 1 + frame) for frame in range(len(face.seen))])


def points(obj: bpy.types.Object, frame: int) -> np.ndarray:
    evaluated(obj, frame)
    head = parts(obj)[0].evaluated_get(bpy.context.evaluated_depsgraph_get())
    flat = np.empty(3 * len(head.data.vertices), dtype=np.float32)
    head.data.vertices.foreach_get("co", flat)
    return flat.reshape(-1, 3) / (obj.data.bones["head"].length / 0.11)


def shapes(*coefficients: dict[str, float]) -> np.ndarray:
    """(1+C,N,3) the points of a neutral head, and with each of some sets of coefficients."""
    face = face_of(1 + len(coefficients))
    for row, values in enumerate(coefficients):
        for name, value in values.items():
            face.coefficients[1 + row, FACE_NAMES.index(name)] = value
    return played(face)[1]


def test_the_head_has_arkits_52_keys_and_all_of_them_are_driven() -> None:
    keys = parts(with_face(face_of(2)))[0].data.shape_keys
    assert [key.name for key in keys.key_blocks[1:]] == sorted(FACE_NAMES, key=[k.name for k in keys.key_blocks].index)
    assert {key.name for key in keys.key_blocks[1:]} == {*FACE_NAMES} and len(keys.key_blocks) == 53
    assert len(keys.animation_data.drivers) == 52
    assert all(curve.driver.is_valid for curve in keys.animation_data.drivers)


def test_every_coefficient_moves_the_mesh_and_only_on_its_side() -> None:
    neutral, *moved = shapes(*({name: 1.0} for name in FACE_NAMES))
    for name, there in zip(FACE_NAMES, moved, strict=True):
        distance = np.linalg.norm(there - neutral, axis=1)
        assert distance.max() > (0.0008 if name.startswith("eyeLook") else 0.002), name
        for end, sign in (("Left", 1), ("Right", -1)):
            if name.endswith(end) and name not in ("jawLeft", "jawRight", "mouthLeft", "mouthRight"):
                assert distance[neutral[:, 0] * sign < -0.010].max() < 1e-3, name


def test_left_and_right_are_mirror_images() -> None:
    neutral, left, right = shapes({"mouthSmileLeft": 1.0, "jawLeft": 1.0}, {"mouthSmileRight": 1.0, "jawRight": 1.0})
    for point, way in zip(neutral[::17], (left - neutral)[::17], strict=True):
        nearest = np.linalg.norm(neutral * [-1, 1, 1] - point, axis=1)
        twins = nearest < nearest.min() + 1e-5
        assert np.abs((right - neutral)[twins] * [-1, 1, 1] - way).max(axis=1).min() < 1e-4


def test_a_value_of_a_half_moves_half_as_far() -> None:
    neutral, whole, half = shapes({"jawOpen": 1.0}, {"jawOpen": 0.5})
    np.testing.assert_allclose(half - neutral, (whole - neutral) / 2, atol=1e-6)


def test_an_open_jaw_lowers_the_chin_and_leaves_the_upper_head() -> None:
    neutral, moved = shapes({"jawOpen": 1.0})
    chin = (neutral[:, 2] < -0.09) & (neutral[:, 1] < -0.08)
    assert chin.sum() > 10 and (moved - neutral)[chin, 2].max() < -0.02
    assert not np.abs(moved - neutral)[neutral[:, 2] > -0.015].any()


def test_lips_part_with_the_jaw_and_are_closed_again_by_mouth_close() -> None:
    neutral, opened, closed = shapes({"jawOpen": 1.0}, {"jawOpen": 1.0, "mouthClose": 1.0})
    upper, lower = np.flatnonzero((np.hypot(neutral[:, 0], neutral[:, 2] + 0.055) < 1e-5) & (neutral[:, 1] < -0.08))
    assert np.linalg.norm(neutral[upper] - neutral[lower]) < 1e-6
    assert np.linalg.norm(opened[upper] - opened[lower]) > 0.02
    assert np.linalg.norm(closed[upper] - closed[lower]) < 0.001


@pytest.mark.parametrize(("side", "other", "sign"), [("Left", "Right", 1), ("Right", "Left", -1)])
def test_blinking_closes_that_eye_and_wide_opens_it(side: str, other: str, sign: int) -> None:
    neutral, shut, wide, of_other = shapes({f"eyeBlink{side}": 1}, {f"eyeWide{side}": 1}, {f"eyeBlink{other}": 1})
    least = opening(neutral, neutral, sign)
    assert least > 0.010
    assert abs(opening(neutral, shut, sign)) < 0.0003
    assert opening(neutral, wide, sign) > 1.15 * least
    assert opening(neutral, of_other, sign) == pytest.approx(least)


@pytest.mark.parametrize("more", [{}, {"eyeLookDown": 1.0}, {"eyeSquint": 1.0, "cheekSquint": 1.0}, {"browDown": 1.0}])
def test_a_shut_eye_hides_its_ball_whatever_else_the_face_does(more: dict[str, float]) -> None:
    both = {f"{name}{side}": value for name, value in {"eyeBlink": 1.0, **more}.items() for side in ("Left", "Right")}
    obj, _ = played(face_of(1, **both))
    scale = obj.data.bones["head"].length / 0.11
    head = parts(obj)[0].evaluated_get(bpy.context.evaluated_depsgraph_get())
    for side in (1, -1):
        for x, z in np.random.default_rng(0).uniform(-0.010, 0.010, (60, 2)):
            ball = -0.0598 - np.sqrt(0.0158**2 - x**2 - z**2)
            start = Vector((side * 0.0353 + x, -0.2, 0.020 + z)) * scale
            hit, place, _, _ = head.ray_cast(start, Vector((0, 1, 0)))
            assert hit and place.y / scale < ball


def opening(neutral: np.ndarray, moved: np.ndarray, side: int) -> float:
    """Metres from the lower to the upper lid's edge in the middle of an eye."""
    middle = np.hypot(neutral[:, 0] - side * 0.0353, neutral[:, 1] + 0.075) < 0.004
    heights = neutral[:, 2]
    low = np.flatnonzero(middle & (heights < 0.020))
    high = np.flatnonzero(middle & (heights > 0.020))
    lower, upper = low[heights[low].argmax()], high[heights[high].argmin()]
    return float(moved[upper, 2] - moved[lower, 2])


def test_the_eyes_look_where_the_gaze_says() -> None:
    face = random_face(6)
    obj = with_face(face)
    for frame in range(6):
        evaluated(obj, 1 + frame)
        graph = bpy.context.evaluated_depsgraph_get()
        head, *eyes = (part.evaluated_get(graph).matrix_world.to_3x3() for part in parts(obj))
        for side, eye in enumerate(eyes):
            yaw, pitch = face.gaze[frame, side].astype(np.float64)
            expected = [np.sin(yaw) * np.cos(pitch), -np.cos(yaw) * np.cos(pitch), np.sin(pitch)]
            looks = head.inverted() @ eye @ Vector((0, 1, 0))
            assert np.abs(np.array(looks) - expected).max() < 1e-4


def test_a_pupil_is_in_the_middle_of_where_an_eye_looks() -> None:
    for eye in parts(with_face(face_of(1)))[1:]:
        pupil = [
            p.center.normalized() for p in eye.data.polygons if "pupil" in eye.data.materials[p.material_index].name
        ]
        middle = sum(pupil, Vector()).normalized()
        assert np.allclose(middle, (0, 1, 0), atol=1e-4)


def test_the_head_follows_its_bone_and_is_as_large_as_that() -> None:
    obj = with_face(face_of(12))
    head = parts(obj)[0]
    rest = obj.data.bones["head"]
    for frame in (1, 5, 12):
        bone = evaluated(obj, frame).pose.bones["head"]
        moved = head.evaluated_get(bpy.context.evaluated_depsgraph_get()).matrix_world
        tail = obj.matrix_world @ bone.tail
        assert (moved.translation - tail).length < 1e-5
        turned = bone.matrix.to_3x3() @ rest.matrix_local.to_3x3().inverted()
        np.testing.assert_allclose(np.array(moved.to_3x3()), np.array(turned), atol=1e-5)
    size = np.ptp([vertex.co[:] for vertex in head.data.vertices], axis=0)
    assert size[2] / rest.length == pytest.approx(0.292 / 0.11, rel=0.01)


def test_the_mesh_is_well_made() -> None:
    mesh = parts(with_face(face_of(1)))[0].data
    assert len(mesh.vertices) < 3200
    assert not mesh.validate(verbose=True)
    edges = np.array([edge.vertices[:] for edge in mesh.edges])
    used = np.bincount([mesh.loops[i].edge_index for p in mesh.polygons for i in p.loop_indices], minlength=len(edges))
    assert used.min() >= 1 and used.max() == 2
    assert min(polygon.area for polygon in mesh.polygons) > 1e-10
    skin = [p for p in mesh.polygons if "skin" in mesh.materials[p.material_index].name]
    outwards = [p.normal.dot(p.center - Vector((0, 0.01, p.center.z))) > 0 for p in skin]
    assert np.mean(outwards) > 0.95


def test_one_head_per_armature_in_its_collection_and_none_without_a_face() -> None:
    obj = with_face(face_of(2))
    apply(random_motion(load_skeleton(), face=random_face(12)), target=obj)
    assert len(parts(obj)) == 3 and all([*part.users_collection] == [*obj.users_collection] for part in parts(obj))
    bpy.ops.wm.read_homefile(use_empty=True)
    assert not apply(random_motion(load_skeleton())).children


def test_an_armature_of_before_gets_its_head_and_two_armatures_share_materials() -> None:
    obj = apply(random_motion(load_skeleton()))
    apply(random_motion(load_skeleton(), face=random_face(12)), target=obj)
    assert len(parts(obj)) == 3
    materials = len(bpy.data.materials)
    with_face(face_of(2))
    assert len(bpy.data.materials) == materials


def test_undo_takes_the_head_away() -> None:
    bpy.ops.ed.undo_push(message="before")
    before = datablocks()
    with_face(face_of(2))
    bpy.ops.ed.undo_push(message="import")
    bpy.ops.ed.undo()
    assert datablocks() == before


def test_head_and_drivers_are_kept_in_the_file(tmp_path: Path) -> None:
    obj, (moved, _) = played(face_of(2, jawOpen=1.0))
    name = obj.name
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    obj = bpy.data.objects[name]
    np.testing.assert_allclose(points(obj, 1), moved, atol=1e-6)
    assert np.ptp(moved[:, 2]) > np.ptp([key.co[2] for key in parts(obj)[0].data.shape_keys.key_blocks[0].data])
