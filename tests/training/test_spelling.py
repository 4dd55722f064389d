"""Recorded fingerspelling, as it is read and put onto our figures."""

from pathlib import Path

import numpy as np
import pytest

from engine.keypoints import Side
from engine.training.acting.handshape import handshape_from_points
from engine.training.acting.recorded_signing import load_spelling, windows
from engine.training.poses.spelling import FILE, SHORTEST, read_spelling

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(autouse=True)
def _recordings() -> None:
    if not (DATA / FILE).is_file():
        pytest.skip(f"NOT TESTED: {DATA / FILE} does not exist")


def test_letters_are_divided_as_the_data_says_and_show_a_raised_wrist() -> None:
    letters = {split: read_spelling(DATA, split) for split in ("train", "measure")}
    assert {split: len(own) for split, own in letters.items()} == {"train": 13, "measure": 7}
    for recording in (recording for own in letters.values() for recording in own):
        assert recording.fps == 60.0
        assert len(recording.positions) >= SHORTEST * recording.fps + 1
        wrist, elbow = (recording.joint(f"Right{part}")[:, 1] for part in ("Hand", "ForeArm"))
        assert (wrist > elbow).mean() > 0.5
        arms = recording.joint("LeftHand")[:, 1] - recording.joint("LeftArm")[:, 1]
        assert arms.max() < 0.0  # no row of the T-pose


def test_fingers_end_beyond_their_last_joint_and_bend_on() -> None:
    for recording in read_spelling(DATA, "measure"):
        for finger in ("Index", "Middle", "Ring", "Pinky"):
            first, last, tip = (recording.joint(f"RightHand{finger}{k}") for k in (2, 3, 4))
            bones = np.linalg.norm(last - first, axis=1), np.linalg.norm(tip - last, axis=1)
            assert 0.6 < np.median(bones[1] / bones[0]) < 1.1
            cosine = ((last - first) * (tip - last)).sum(1) / bones[0] / bones[1]
            assert np.degrees(np.arccos(cosine)).max() < 110  # gloves read up to 103 of a fist


def test_the_letter_v_has_two_fingers_up() -> None:
    spread = load_spelling(DATA)[5]
    middle = len(spread.trunk) // 2
    shape = handshape_from_points(spread.hands[Side.RIGHT][middle], Side.RIGHT)
    bends = np.degrees(shape.fingers[:, [0, 2]].sum(1))
    assert bends[:2].max() < 45 and bends[2:].min() > 90


def test_each_letter_is_in_a_window_of_a_clip() -> None:
    letters = load_spelling(DATA)
    cuts = windows(letters, 2.0)
    assert len(cuts) == 11 and {id(recorded) for recorded, _ in cuts} == {id(own) for own in letters}
    for recorded, start in cuts:
        assert start >= 0.0 and (start + 2.0) * recorded.fps <= len(recorded.trunk) - 1 + 1e-6
