"""The .glb that the engine writes without Blender, as Blender's own importer reads it."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from pathlib import Path

import bpy
import numpy as np
import pytest

from engine.formats.glb import write_glb
from engine.placement import standing_root
from engine.skeleton import Kind, forward_kinematics, load_skeleton
from tests.blender.motions import random_motion

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
            np.testing.assert_allclose(own.translation, pose.heads[frame, bone] + root[frame], atol=1e-5)
        mesh = stick.evaluated_get(graph)
        points = np.array([mesh.matrix_world @ vertex.co for vertex in mesh.data.vertices])
        np.testing.assert_allclose(points[5::6], pose.tails[frame] + root[frame], atol=1e-5)
