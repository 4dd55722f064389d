"""How far a pose is a guess, from what was seen."""

import numpy as np
import pytest

from engine.doubt import doubt_of_bones
from engine.keypoints import HANDS, KEYPOINT_NAMES, Side
from engine.skeleton import hand_skeleton, load_skeleton
from tests.blender.motions import random_motion


def test_an_arm_is_as_doubtful_as_its_least_clear_joint_and_a_hand_as_its_points_outside() -> None:
    confidence = np.full((3, len(KEYPOINT_NAMES)), 1.0, dtype=np.float32)
    confidence[0, KEYPOINT_NAMES.index("left_wrist")] = 0.2
    confidence[1, HANDS[Side.RIGHT].start : HANDS[Side.RIGHT].start + 7] = 0.0
    seen = np.ones((3, 3), dtype=bool)
    seen[2, Side.LEFT.column] = False
    doubts = doubt_of_bones(random_motion(load_skeleton(), frames=3, confidence=confidence, seen=seen))
    assert {*doubts} == {"upper_arm.L", "upper_arm.R", "hand.L", "hand.R"}
    assert doubts["upper_arm.L"] == pytest.approx([0.8, 0, 0]) and doubts["upper_arm.R"] == pytest.approx([0, 0, 0])
    assert doubts["hand.L"] == pytest.approx([0, 0, 1]) and doubts["hand.R"] == pytest.approx([0, 1 / 3, 0])


def test_a_single_hand_has_a_doubt_of_its_own_alone() -> None:
    assert {*doubt_of_bones(random_motion(hand_skeleton(Side.RIGHT)))} == {"hand.R"}
