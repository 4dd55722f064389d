"""How far a pose is a guess, from the errors to expect and what was seen."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.doubt import MOMENT, doubt_of_bones, doubtful_stretches
from engine.keypoints import Side
from engine.motion import load_motion, save_motion
from engine.skeleton import hand_skeleton, load_skeleton
from tests.blender.motions import expected_errors, random_motion

UPPER, FRAMES = load_skeleton(), 50
TIPS = tuple(
    f"right_hand_{finger}_tip" for finger in ("thumb", "index_finger", "middle_finger", "ring_finger", "pinky")
)


def test_an_arm_is_as_doubtful_as_its_worse_joint_and_a_hand_as_its_finger_tips() -> None:
    shares = {"left_elbow": 0.1, "left_wrist": 0.2, "right_elbow": 0.4, "right_wrist": 0.9, "nose": 0.5}
    errors = expected_errors(UPPER, 3, **shares, **dict(zip(TIPS, (0.1, 0.2, 0.3, 0.4, 0.5), strict=True)))
    doubts = doubt_of_bones(random_motion(UPPER, 3, expected_error=errors))
    values = {"upper_arm.L": 0.4, "upper_arm.R": 1.0, "hand.L": 0.0, "hand.R": 0.6}
    assert {bone: doubt.tolist() for bone, doubt in doubts.items()} == {
        bone: pytest.approx([value] * 3) for bone, value in values.items()
    }


def test_doubt_grows_with_the_error_to_expect_and_with_nothing_else() -> None:
    errors = expected_errors(UPPER, FRAMES, left_wrist=np.linspace(0.0, 1.0, FRAMES))
    confidence = np.random.default_rng(0).random((FRAMES, 75)).astype(np.float32)
    doubt = doubt_of_bones(random_motion(UPPER, FRAMES, expected_error=errors, confidence=confidence))["upper_arm.L"]
    assert (np.diff(doubt) >= 0).all() and doubt[0] == 0 and doubt[-1] == 1


@pytest.mark.parametrize("known", [True, False])
def test_what_is_not_seen_is_doubted_altogether_in_files_of_before_too(known: bool) -> None:
    seen = np.ones((3, 3), dtype=bool)
    seen[1, 0] = seen[2, Side.LEFT.column] = False
    motion = random_motion(UPPER, 3, seen=seen)
    doubts = doubt_of_bones(motion if known else replace(motion, expected_error=None, spread=None))
    assert doubts["upper_arm.L"].tolist() == doubts["upper_arm.R"].tolist() == [0, 1, 0]
    assert doubts["hand.L"].tolist() == [0, 0, 1] and doubts["hand.R"].tolist() == [0, 0, 0]


def test_errors_to_expect_are_kept_and_files_of_before_are_read(tmp_path: Path) -> None:
    motion = random_motion(UPPER, 3, expected_error=expected_errors(UPPER, 3, nose=0.5))
    save_motion(motion, tmp_path / "new.npz")
    save_motion(replace(motion, expected_error=None, spread=None), tmp_path / "old.npz")
    new, old = (load_motion(tmp_path / f"{name}.npz") for name in ("new", "old"))
    assert new.spread is not None and new.expected_error is not None and motion.expected_error is not None
    assert (new.expected_error == motion.expected_error).all() and new.spread.shape == motion.angles.shape
    assert old.spread is None and old.expected_error is None


def test_a_single_hand_has_a_doubt_of_its_own_alone() -> None:
    assert {*doubt_of_bones(random_motion(hand_skeleton(Side.RIGHT)))} == {"hand.R"}


def test_what_is_worth_a_look_lasts_and_was_seen() -> None:
    """At 25 frames a second: one frame is none, pauses of three are none, and what is lost is another matter."""
    high = np.zeros(FRAMES)
    high[[3, *range(10, 20), *range(23, 30), *range(40, 50)]] = 0.4
    seen = np.ones((FRAMES, 3), dtype=bool)
    seen[44:, 0] = seen[:, Side.RIGHT.column] = False
    motion = random_motion(UPPER, FRAMES, expected_error=expected_errors(UPPER, FRAMES, left_wrist=high), seen=seen)
    stretches = doubtful_stretches(motion)
    assert MOMENT == 0.25
    assert stretches == {"upper_arm.L": [(10, 30)], "hand.L": [], "upper_arm.R": [], "hand.R": []}
