"""The reader of BVH files against Blender's own importer."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportOptionalMemberAccess=false

from pathlib import Path
from typing import Any

import addon_utils
import bpy
import numpy as np

from engine.training.poses.bvh import read_bvh

FRAMES, INTERVAL = 5, 0.04
POSITION, MIXED = "Xposition Yposition Zposition", "Zposition Xposition Yposition"
SKELETON = f"""HIERARCHY
ROOT hips
{{
  OFFSET 0.5 1.0 -0.25
  CHANNELS 6 {POSITION} Zrotation Xrotation Yrotation
  JOINT chest
  {{
    OFFSET 0.1 2.0 0.3
    CHANNELS 6 {MIXED} Xrotation Yrotation Zrotation
    JOINT left_arm
    {{
      OFFSET 1.5 0.5 0.2
      CHANNELS 3 Yrotation Zrotation Xrotation
      JOINT left_hand
      {{
        OFFSET 1.0 -0.2 0.4
        CHANNELS 3 Zrotation Yrotation Xrotation
        End Site
        {{
          OFFSET 0.5 0.1 -0.3
        }}
      }}
    }}
    JOINT right_arm
    {{
      OFFSET -1.4 0.6 0.1
      CHANNELS 3 Xrotation Zrotation Yrotation
      End Site
      {{
        OFFSET -0.8 0.0 0.2
      }}
    }}
  }}
}}
"""
CHANNELS = 21


def written(path: Path) -> Path:
    rng = np.random.default_rng(4)
    values = rng.uniform(-170.0, 170.0, (FRAMES, CHANNELS))
    values[:, [0, 1, 2, 6, 7, 8]] = rng.uniform(-3.0, 3.0, (FRAMES, 6))
    rows = "\n".join(" ".join(f"{value:.6f}" for value in row) for row in values)
    path.write_text(f"{SKELETON}MOTION\nFrames: {FRAMES}\nFrame Time: {INTERVAL}\n{rows}\n")
    return path


def imported(path: Path) -> bpy.types.Object:
    addon_utils.enable("io_anim_bvh")
    # These axes leave the file's as they are.
    bpy.ops.import_anim.bvh(filepath=str(path), axis_forward="Y", axis_up="Z", frame_start=1, rotate_mode="NATIVE")
    obj = bpy.context.active_object
    assert obj is not None
    return obj


def assert_near(ours: np.ndarray, theirs: Any) -> None:
    np.testing.assert_allclose(ours, np.array(theirs), atol=2e-5)


def test_joints_move_and_turn_as_blender_imports_them(tmp_path: Path) -> None:
    path = written(tmp_path / "clip.bvh")
    recording, obj = read_bvh(path), imported(path)
    assert recording.fps == 1 / INTERVAL
    assert set(recording.names) - {bone.name for bone in obj.pose.bones} == {"left_hand_end", "right_arm_end"}
    for frame in range(FRAMES):
        bpy.context.scene.frame_set(1 + frame)
        for bone in obj.pose.bones:
            turn = bone.matrix.to_3x3() @ bone.bone.matrix_local.to_3x3().inverted()
            assert_near(recording.joint(bone.name)[frame], bone.head)
            assert_near(recording.rotation(bone.name)[frame], turn)
        for name in ("left_hand", "right_arm"):
            assert_near(recording.joint(f"{name}_end")[frame], obj.pose.bones[name].tail)


def test_lengths_are_in_metres(tmp_path: Path) -> None:
    path = written(tmp_path / "clip.bvh")
    np.testing.assert_allclose(read_bvh(path, 0.01).positions, 0.01 * read_bvh(path).positions)
