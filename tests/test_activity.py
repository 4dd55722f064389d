"""Stretches of signing, of wrists that rest and sign at known times and of recorded letters."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.activity import Stretch, stretches_in, stretches_of
from engine.keypoints import Side
from engine.skeleton import hand_skeleton, load_skeleton
from tests.acted_wrists import HIPS, SHOULDERS, Acted, act
from tests.blender.motions import random_motion

Span = tuple[float, float]


def found_in(acted: Acted) -> list[Span]:
    frames = len(acted.time)
    middle = SHOULDERS.mean(0)
    stretches = stretches_in(
        acted.wrists, np.tile(HIPS, (frames, 1)), np.tile(middle, (frames, 1)), np.ones(frames, bool), acted.time
    )
    return [(acted.time[own.first], acted.time[own.stop - 1]) for own in stretches]


def together(one: Span, other: Span) -> float:
    return min(one[1], other[1]) - max(one[0], other[0])


@pytest.mark.parametrize("rate", [15.0, 25.0, 60.0])
def test_stretches_are_those_that_were_acted(rate: float) -> None:
    clips = [act(seed, rate) for seed in range(1000, 1060)]  # bounds were chosen on seeds below 100
    acted = right = told = 0
    off: list[Span] = []
    for clip in clips:
        free = found_in(clip)
        acted, told = acted + len(clip.truth), told + len(free)
        for span in map(tuple, clip.truth.tolist()):
            best = max(free, key=lambda own: together(own, span), default=(0.0, 0.0))
            if together(best, span) > 0:
                free.remove(best)
                right += 1
                off.append((abs(best[0] - span[0]), abs(best[1] - span[1])))
    assert right / told > 0.94 and right / acted > 0.94
    assert np.mean(off, axis=0).max() < 0.2


def test_recorded_letters_begin_and_end_where_the_wrist_is_raised(shared_data: Path) -> None:
    with np.load(shared_data / "signing_mocap" / "studiogalt_asl.npz") as stored:
        names = [str(name).split(":")[-1] for name in stored["joint_names"]]
        positions, split = stored["positions_m"], stored["clip_split"]
        ranges, truth = stored["clip_range"], stored["signing_range"]

    def joint(name: str) -> np.ndarray:
        return positions[:, names.index(name)].astype(float)

    wrists = np.stack([joint("LeftHand"), joint("RightHand")], axis=1)
    hips, shoulders = ((joint(f"Left{name}") + joint(f"Right{name}")) / 2 for name in ("UpLeg", "Arm"))
    for (start, end), (first, stop) in zip(ranges[split == "measure"], truth[split == "measure"], strict=True):
        rows = slice(start + 1, end)  # the first is a pose for calibration
        time = np.arange(end - start - 1) / 60.0
        (own,) = stretches_in(wrists[rows], hips[rows], shoulders[rows], np.ones(len(time), bool), time)
        assert own.hands == (Side.RIGHT,)
        assert abs(own.first + start + 1 - first) <= 9 and abs(own.stop + start + 1 - stop) <= 9


def held(heights: list[float], seconds: list[float]) -> list[Stretch]:
    """Of a right hand that is at some heights for some time, as a share of the trunk, and goes there in 0.2 s."""
    keys = np.cumsum([0.0, *np.ravel([(0.2, time) for time in seconds])])[1:]
    time = np.arange(0.0, keys[-1], 0.04)
    height = np.interp(time, keys, np.repeat(heights, 2)) * 0.5
    right = np.stack([np.full_like(time, -0.2), np.full_like(time, 0.3), height], axis=1)
    wrists = np.stack([np.tile([0.2, 0.0, 0.0], (len(time), 1)), right], axis=1)
    hips, shoulders = (np.tile(point, (len(time), 1)) for point in (HIPS, SHOULDERS.mean(0)))
    return stretches_in(wrists, hips, shoulders, np.ones(len(time), bool), time)


def test_a_hold_within_a_sign_does_not_end_it() -> None:
    assert len(held([0.0, 0.9, 0.5, 0.9, 0.0], [1.0, 2.0, 0.5, 0.5, 1.0])) == 1


def test_hands_that_rest_before_the_belly_do_not_sign() -> None:
    assert held([0.45, 0.4, 0.45], [2.0, 2.0, 2.0]) == []
    assert len(held([0.45, 0.9, 0.45, 0.9, 0.45], [1.5, 0.5, 1.5, 0.5, 1.5])) == 2


def test_a_rest_of_a_moment_does_not_part_a_stretch() -> None:
    assert len(held([0.0, 0.9, 0.0, 0.9, 0.0], [1.0, 0.5, 0.1, 0.5, 1.0])) == 1


def test_where_the_body_is_not_seen_for_long_nothing_is_told() -> None:
    acted = act(1)
    frames = len(acted.time)
    hips, shoulders = (np.tile(point, (frames, 1)) for point in (HIPS, SHOULDERS.mean(0)))
    assert stretches_in(acted.wrists, hips, shoulders, np.zeros(frames, bool), acted.time) == []


def test_a_motion_has_stretches_and_a_hand_or_a_still_picture_none() -> None:
    motion = random_motion(load_skeleton(), 50, 25.0)
    raised = replace(motion, seen=np.ones_like(motion.seen))
    assert all(0 <= own.first < own.stop <= 50 for own in stretches_of(raised))
    assert stretches_of(random_motion(load_skeleton(), 1, 0.0)) == []
    assert stretches_of(random_motion(hand_skeleton(Side.LEFT), 50, 25.0)) == []
