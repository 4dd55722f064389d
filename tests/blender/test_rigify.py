"""The rig that Rigify generates plays by its controls.

Behind the tests that export glTF: in bpy 4.2, Blender can crash there once a rig was generated in the same process.
"""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import numpy as np
import pytest

from tests.blender.characters import CLOSE, FIRST, apart, carry, directions, key, pose_matrices, signer
from tests.blender.curves import fcurves, keys
from tests.blender.faced import looks, play, told, with_keys
from tests.blender.rigs import generated
from tests.performed_faces import posed_face


def test_a_generated_rig_moves_by_its_controls() -> None:
    obj = generated()
    obj.pose.bones["upper_arm_parent.L"]["IK_FK"] = 0.0
    source = signer()
    carry(source, obj)
    curves = fcurves(obj)
    assert keys(curves['pose.bones["upper_arm_parent.L"]["IK_FK"]', 0]).tolist() == [[FIRST, 1.0]]
    assert ('pose.bones["f_index.01.R"].rotation_quaternion', 0) in curves
    assert apart(directions(source), directions(obj, named="ORG-{}")) < CLOSE
    assert apart(directions(source), directions(obj, named="DEF-{}")) < CLOSE


def test_rigifys_switch_of_the_earlier_action_is_set_again() -> None:
    obj, source = generated(), signer()
    key(obj, "upper_arm_parent.L", '["IK_FK"]', 0.0)
    carry(source, obj)
    assert apart(directions(source), directions(obj, named="ORG-{}")) < CLOSE


def test_a_control_rig_opens_the_jaw_by_its_control() -> None:
    rig = generated()
    play(rig, posed_face({"jawOpen": 0.5}))
    look = looks(rig, "DEF-jaw", "ORG-spine.006", FIRST)
    assert np.degrees(np.arctan2(-look[2], -look[1])) == pytest.approx(9.0, abs=0.01)
    assert told(rig).endswith("; face: jaw, its controls alone")


LIDS = [f"lid.{lid}.{side}.002" for lid in "TB" for side in "LR"]
FACE = {"browInnerUp": 0.6, "browOuterUpLeft": 0.6, "eyeBlinkLeft": 1.0, "mouthSmileRight": 1.0, "mouthPucker": 0.0}


def in_the_head(rig: bpy.types.Object, name: str) -> np.ndarray:
    """(3,) how far a bone starts from where it does at rest, in the head at rest."""
    pose, bones = pose_matrices(rig, FIRST), rig.data.bones
    own = np.array(bones["ORG-face"].matrix_local) @ np.linalg.inv(pose["ORG-face"]) @ pose[name][:, 3]
    return own[:3] - np.array(bones[name].head_local)


def test_a_control_rig_shows_a_face_by_its_controls_unless_shape_keys_do() -> None:
    rig = generated()
    rig.pose.bones["eyes"]["eyes_follow"] = 0.0
    gaze = [(0.3, 0.2), (-0.2, -0.1)]
    play(rig, posed_face(FACE, gaze=gaze))
    bones = rig.data.bones
    between = (bones["master_eye.L"].head_local - bones["master_eye.R"].head_local).length
    brows = [in_the_head(rig, f"DEF-brow.T.{side}.003")[2] / between for side in "LR"]
    assert brows == pytest.approx([0.6 * 0.1 + 0.6 * 0.02, 0.6 * 0.1], abs=1e-3)
    corners = [in_the_head(rig, f"lips.{side}") / between for side in "LR"]
    np.testing.assert_allclose(corners, [[0.0, 0.0, 0.0], [-0.12, 0.06, 0.14]], atol=1e-3)
    heights = {lid: in_the_head(rig, lid)[2] + bones[lid].head_local.z for lid in LIDS}
    closed, opened = (heights[f"lid.T.{side}.002"] - heights[f"lid.B.{side}.002"] for side in "LR")
    assert abs(closed) < 0.1 * opened
    for side, (yaw, pitch) in zip("LR", gaze, strict=True):
        wanted = [np.sin(yaw) * np.cos(pitch), -np.cos(yaw) * np.cos(pitch), np.sin(pitch)]
        np.testing.assert_allclose(looks(rig, f"MCH-eye.{side}", "ORG-face", FIRST), wanted, atol=2e-3)
    with_keys(rig, "head", ("jawOpen", "browInnerUp"))
    play(rig, posed_face(FACE))
    assert not any("brow.T" in path or "lip" in path for path, _ in fcurves(rig))
