"""The rig that Rigify generates plays by its controls.

Behind the tests that export glTF: in bpy 4.2, Blender can crash there once a rig was generated in the same process.
"""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import numpy as np
import pytest

from tests.blender.characters import CLOSE, FIRST, apart, carry, directions, key, signer
from tests.blender.curves import fcurves, keys
from tests.blender.faced import looks, play, told
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
    assert told(rig).endswith("; face: jaw alone")
