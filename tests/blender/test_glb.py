"""The .glb that the engine writes without Blender, as Blender's own importer reads it."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest

from engine.face.names import FACE_NAMES
from engine.formats.glb import write_glb
from engine.keypoints import Side
from engine.placement import standing_root
from engine.plain_head.form import head_form
from engine.plain_head.shapes import face_shapes
from engine.retarget.face.bones import gaze_directions
from engine.skeleton import Kind, forward_kinematics, load_skeleton
from tests.blender.motions import random_motion
from tests.faces import random_face

FRAMES = 6


@pytest.mark.parametrize("rate", [25, 60])
def test_blender_puts_bones_where_they_were_at_their_frames(rate: int, tmp_path: Path) -> None:
    motion = random_motion(load_skeleton(Kind.FULL_BODY), FRAMES, rate)
    write_glb(motion, tmp_path / "clip.glb")
    bpy.context.scene.render.fps = rate  # its base is nothing to the importer
    bpy.ops.import_scene.gltf(filepath=str(tmp_path / "clip.glb"))
    (rig,) = (obj for obj in bpy.data.objects if obj.type == "ARMATURE")
    (stick,) = (obj for obj in bpy.data.objects if obj.type == "MESH" and obj.find_armature() == rig)
    first, last = rig.animation_data.action.frame_range
    assert last - first == pytest.approx(FRAMES - 1, abs=1e-3)
    skeleton = motion.skeleton
    pose = forward_kinematics(skeleton, motion.angles.astype(np.float64), motion.lengths_of_bones())
    root = standing_root(motion)
    for frame in range(FRAMES):
        bpy.context.scene.frame_set(round(first) + frame)
        graph = bpy.context.evaluated_depsgraph_get()
        seen = rig.evaluated_get(graph)
        for bone, name in enumerate(skeleton.names):
            own = seen.matrix_world @ seen.pose.bones[name].matrix
            np.testing.assert_allclose(np.array(own.translation), pose.heads[frame, bone] + root[frame], atol=1e-5)
        mesh = stick.evaluated_get(graph)
        points = np.array([mesh.matrix_world @ vertex.co for vertex in mesh.data.vertices])
        np.testing.assert_allclose(points[5::6], pose.tails[frame] + root[frame], atol=1e-5)


def test_blender_shows_the_face_by_shape_keys_and_eyes(tmp_path: Path) -> None:
    told = random_face(FRAMES)
    write_glb(replace(random_motion(load_skeleton(), FRAMES), face=told), tmp_path / "clip.glb")
    bpy.context.scene.render.fps = 25
    bpy.ops.import_scene.gltf(filepath=str(tmp_path / "clip.glb"))
    face, form = bpy.data.objects["face"], head_form()
    shapes = face_shapes(form)
    keys = face.data.shape_keys.key_blocks
    assert [key.name for key in keys][1:] == [*FACE_NAMES]
    first = round(face.data.shape_keys.animation_data.action.frame_range[0])
    looks = gaze_directions(told.gaze.astype(np.float64))
    for frame in (0, 2, FRAMES - 1):
        bpy.context.scene.frame_set(first + frame)
        values = [keys[name].value for name in FACE_NAMES]
        np.testing.assert_allclose(values, told.coefficients[frame], atol=1e-5)
        wanted = np.array(form.points) + np.tensordot(values, [shapes[name] for name in FACE_NAMES], 1)
        seen = face.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
        off = [min(np.linalg.norm(wanted - np.array(vertex.co), axis=1)) for vertex in seen.vertices]
        assert len(off) >= len(wanted) and max(off) < 2e-4
        head = np.array(face.matrix_world.to_quaternion().to_matrix())
        for column, side in enumerate(Side):
            eye = np.array(bpy.data.objects[f"{side}_eye"].matrix_world.to_quaternion().to_matrix())
            np.testing.assert_allclose(-eye[:, 1], head @ looks[frame, column], atol=1e-4)
