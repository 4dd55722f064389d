"""Errors that are expected beside those that are found: bands, ranks, and which joints count."""

from dataclasses import replace

import numpy as np
import pytest

from engine.keypoints import Side
from engine.skeleton import load_skeleton
from engine.training.measuring.calibration import BANDS, Pairs, calibration_table, joint_pairs, photograph_pairs
from engine.training.measuring.hands_truth import load_hands_truth
from engine.training.photographs import MEASURED, load_photographs
from tests.blender.motions import expected_errors, random_motion

UPPER, FRAMES = load_skeleton(), 8


def test_bands_go_from_certain_to_doubtful() -> None:
    expected = np.random.default_rng(0).permutation(np.arange(1.0, 41.0))
    pairs = Pairs(expected, 2.0 * expected)
    assert [band.expected.mean() for band in pairs.bands()] == [5.5, 15.5, 25.5, 35.5]
    assert pairs.rank == pytest.approx(1.0) and replace(pairs, found=-expected).rank == pytest.approx(-1.0)
    (row,) = [line for line in calibration_table({"a": {"wrist": pairs}}) if line.startswith("| a: wrist, cm")]
    assert "| 40 | 5.5: 11.0 | 15.5: 31.0 | 25.5: 51.0 | 35.5: 71.0 | 20.5: 41.0 | 2.00 | 1.00 |" in row
    assert len(list(pairs.bands())) == BANDS


def test_joints_are_held_where_their_limb_begins_and_count_where_they_were_seen() -> None:
    errors = expected_errors(UPPER, FRAMES, left_wrist=0.1, right_wrist=1.0)
    seen = np.ones((FRAMES, 3), dtype=bool)
    seen[:2, Side.LEFT.column] = seen[:3, 0] = False
    motion = random_motion(UPPER, FRAMES, expected_error=errors, seen=seen)
    true = motion.positions.astype(np.float64).copy()
    true += 1.0  # wherever the person is
    true[:, motion.joints.index("left_wrist"), 2] += 0.03
    true[-1, motion.joints.index("left_elbow")] = np.nan
    pairs = joint_pairs(motion, motion.joints, true)
    assert [len(pairs[name].found) for name in ("elbow", "wrist")] == [FRAMES - 3 + FRAMES - 4, FRAMES - 3]
    assert pairs["elbow"].found == pytest.approx(0.0, abs=1e-4)
    assert pairs["wrist"].found == pytest.approx(3.0, abs=1e-4)
    reach = UPPER.reach(motion.lengths_of_bones())[motion.joints.index("left_wrist")]
    assert pairs["wrist"].expected == pytest.approx(10.0 * reach, rel=1e-4)
    assert len(pairs["hands"].found) == 20 * (FRAMES - 2 + FRAMES)


def test_photographed_hands_are_off_by_about_what_was_expected() -> None:
    truth, photographs = load_hands_truth(), load_photographs()
    few = truth.groups[MEASURED] & (np.cumsum(truth.groups[MEASURED] & truth.trusted) <= 6)
    pairs = photograph_pairs(photographs, truth, few)
    assert len(pairs["hands"].found) % 20 == len(pairs["bends"].found) % 8 == 0 < len(pairs["bends"].found)
    ratio = pairs["hands"].found.mean() / pairs["hands"].expected.mean()
    assert 0.6 < ratio < 1.6
