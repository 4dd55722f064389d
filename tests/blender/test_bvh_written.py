"""The engine's BVH files in Blender's own importer, with its settings as they are."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportOptionalMemberAccess=false

from pathlib import Path

import addon_utils
import bpy
import numpy as np
import pytest

from engine.formats.bvh import write_bvh
from engine.skeleton import Kind, load_skeleton
from tests.blender.motions import random_motion, standing_bones


@pytest.mark.parametrize("kind", Kind)
def test_blender_imports_every_bone_where_it_is_and_turned_as_it_is(kind: Kind, tmp_path: Path) -> None:
    skeleton = load_skeleton(kind)
    motion = random_motion(skeleton)
    write_bvh(motion, tmp_path / "clip.bvh")
    addon_utils.enable("io_anim_bvh")
    bpy.ops.import_anim.bvh(filepath=str(tmp_path / "clip.bvh"), update_scene_fps=True)
    obj = bpy.context.active_object
    assert obj is not None and {*skeleton.names} == {bone.name for bone in obj.pose.bones}
    assert bpy.context.scene.render.fps / bpy.context.scene.render.fps_base == pytest.approx(motion.fps, abs=1e-5)
    heads, tails, rotations = standing_bones(motion)
    away = rotations @ np.swapaxes(skeleton.rest, -1, -2)
    for frame in range(len(motion.time)):
        bpy.context.scene.frame_set(1 + frame)
        for index, name in enumerate(skeleton.names):
            bone = obj.pose.bones[name]
            turn = bone.matrix.to_3x3() @ bone.bone.matrix_local.to_3x3().inverted()
            np.testing.assert_allclose(np.array(bone.head), heads[frame, index], atol=1e-5)
            np.testing.assert_allclose(np.array(turn), away[frame, index], atol=1e-4)
            if not bone.children:
                np.testing.assert_allclose(np.array(bone.tail), tails[frame, index], atol=1e-5)
