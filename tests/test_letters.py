"""Letters that hands hold, in motions whose every angle is known."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import ModelError
from engine.geometry.rotations import CAMERA_FROM_BLENDER, unit
from engine.keypoints import Side
from engine.letters import FEATURES, HELD, LETTERS, hand_pose, held_letters, letter_chances, letter_features
from engine.lifting import networks
from engine.skeleton import hand_skeleton, load_skeleton
from tests.blender.motions import random_motion
from tests.spelling import FPS, spelled

UPPER = load_skeleton()


@pytest.mark.parametrize("side", [*Side])
def test_letters_are_found_where_they_are_held_and_of_the_hand_that_holds_them(side: Side) -> None:
    found = held_letters(spelled(side, "L..W..", 1.0))
    second = int(FPS)
    assert [(held.letter, held.side) for held in found] == [("L", side), ("W", side)]
    for held, first in zip(found, (0, 3 * second), strict=True):
        assert first <= held.first <= first + second / 5
        assert first + second * 4 / 5 <= held.stop <= first + second * 6 / 5
        assert held.confidence > 0.8


def test_a_hand_that_is_not_seen_or_does_not_hold_still_spells_nothing() -> None:
    motion = spelled(Side.RIGHT, "L.", 1.0)
    assert held_letters(motion)
    unseen = motion.seen.copy()
    unseen[:, Side.RIGHT.column] = False
    assert held_letters(replace(motion, seen=unseen)) == []
    drift = np.zeros_like(motion.positions)
    drift[..., 0] = np.arange(len(motion.time))[:, None] / FPS  # a metre a second
    assert held_letters(replace(motion, positions=motion.positions + drift)) == []


def test_what_is_shorter_than_a_hold_is_none_and_a_still_picture_has_none() -> None:
    assert held_letters(spelled(Side.RIGHT, ".L.", 0.6 * HELD)) == []
    one = spelled(Side.RIGHT, "L", 1.0 / FPS)
    assert len(one.time) == 1
    assert held_letters(one) == []


def test_a_mirrored_signer_spells_the_same_with_the_other_hand() -> None:
    right, left = (spelled(side, "LYW", 0.5) for side in (Side.RIGHT, Side.LEFT))
    for own, other in zip(hand_pose(right, Side.RIGHT), hand_pose(left, Side.LEFT), strict=True):
        assert np.allclose(own, other, atol=1e-5)
    chances = letter_chances(right, Side.RIGHT)
    assert chances.shape == (len(right.time), len(LETTERS) + 1)
    assert np.allclose(chances.sum(1), 1.0, atol=1e-5)
    assert np.allclose(chances, letter_chances(left, Side.LEFT), atol=1e-3)


def test_features_are_the_fingers_angles_and_two_of_the_hands_axes() -> None:
    fingers, axes = np.arange(23.0), np.arange(9.0).reshape(3, 3)
    features = letter_features(fingers, axes)
    assert features.shape == (FEATURES,)
    assert features.tolist() == [*range(23), 1, 4, 7, 2, 5, 8]


def test_the_axes_of_a_hand_are_the_same_in_a_body_and_by_itself() -> None:
    """A hand by itself at rest holds its fingers up and its palm to the camera, which Blender's front is."""
    hand = hand_skeleton()
    motion = random_motion(hand, 2, angles=np.zeros((2, len(hand.freedoms)), np.float32))
    fingers, axes = hand_pose(motion, Side.RIGHT)
    assert np.allclose(fingers, 0.0)
    assert np.allclose(axes[0, :, 1], [0, 0, 1], atol=1e-6) and np.allclose(axes[0, :, 2], [0, -1, 0], atol=1e-6)


@pytest.mark.parametrize("side", [*Side])
def test_fingers_point_to_where_the_middle_knuckle_is(side: Side) -> None:
    motion = random_motion(UPPER, 20)
    wrist, knuckle = (
        motion.positions[:, motion.joints.index(f"{side}_hand_{name}")] for name in ("wrist", "middle_finger_mcp")
    )
    along = unit(np.asarray((knuckle - wrist) @ CAMERA_FROM_BLENDER, np.float64))
    mirror = [-1.0, 1.0, 1.0] if side is Side.LEFT else [1.0, 1.0, 1.0]
    assert np.allclose(hand_pose(motion, side)[1][..., 1], along * mirror, atol=1e-4)


def test_another_network_is_refused() -> None:
    with pytest.raises(ModelError, match=r"letters\.npz is missing or damaged"):
        networks.read_network("letters", FEATURES + 1, len(LETTERS) + 1)
