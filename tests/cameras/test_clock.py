"""The clocks of two videos of one take are matched to a fraction of a frame, or not at all."""

from dataclasses import replace

import numpy as np
import pytest

from engine.cameras.clock import DOUBTFUL, at_times, offset_between
from engine.errors import InputError
from engine.keypoints import KEYPOINT_NAMES
from engine.lifting.sides import steady_sides
from engine.training.measuring.recordings import load_recordings
from tests.takes import beside, seen_by


@pytest.mark.parametrize(("ahead", "rate"), [(0.0, 30.0), (1.234, 30.0), (-2.41, 25.0), (0.517, 50.0)])
def test_the_offset_is_found_to_a_fraction_of_a_frame(ahead: float, rate: float) -> None:
    main = seen_by(None, np.arange(0.0, 15.0, 1 / 30), noise=1.0)
    other = seen_by(beside(50.0), np.arange(1.0, 14.0, 1 / rate), noise=1.0, ahead=ahead)
    assert offset_between(main, other, "side.mp4") == pytest.approx(ahead, abs=0.2 / max(rate, 30.0))


def test_real_clocks_are_told_to_less_than_the_doubt_that_is_left_or_refused() -> None:
    told = 0
    for recording in (load_recordings()[clip] for clip in ("hands", "balance")):
        views = [steady_sides(recording.keypoints(camera)) for camera in range(4)]
        ahead = np.median(recording.time - recording.clock, axis=1)
        for main, other in ((0, 1), (1, 2), (2, 3), (3, 0)):
            try:
                found = offset_between(views[main], views[other], "side.mp4")
            except InputError:
                continue
            told += 1
            assert abs(found - (ahead[other] - ahead[main])) < DOUBTFUL
    assert told >= 6


def test_hands_that_move_along_the_line_between_the_cameras_alone_do_not_tell_a_clock() -> None:
    chance, time = np.random.default_rng(0), np.arange(0.0, 6.0, 1 / 30)
    still = seen_by(None, time)
    still = replace(still, points=np.repeat(still.points[:1], len(time), axis=0))
    way = 60.0 * (np.sin(5.0 * time) + np.sin(8.1 * time + 1.0) + np.sin(11.7 * time))
    hands = np.array(["wrist" in name or "hand" in name for name in KEYPOINT_NAMES])
    moved = np.zeros_like(still.points)
    moved[..., 0] = way[:, None] * hands
    nearer = np.zeros_like(moved)
    nearer[..., 0] = chance.uniform(-200.0, 0.0, moved.shape[1])
    front, side = (replace(still, points=still.points + own) for own in (moved, nearer + 0.7 * moved))
    with pytest.raises(InputError, match=r"When side\.mp4 shows .* is not told") as error:
        offset_between(front, side, "side.mp4")
    assert "\n" not in str(error.value)


def test_other_movements_and_a_still_person_are_refused_in_a_sentence() -> None:
    time = np.arange(0.0, 6.0, 1 / 30)
    main = seen_by(None, time)
    still = replace(main, points=np.repeat(main.points[:1], len(time), axis=0))
    shuffled = replace(main, points=main.points[np.random.default_rng(0).permutation(len(time))])
    for other in (still, shuffled):
        with pytest.raises(InputError, match=r"side\.mp4 do not move as those") as error:
            offset_between(main, other, "side.mp4")
        assert "\n" not in str(error.value)


def test_a_movement_that_repeats_fits_more_than_once() -> None:
    time = np.arange(0.0, 8.0, 1 / 30)
    once = seen_by(None, time[:60])
    again = replace(seen_by(None, time), points=np.tile(once.points, (4, 1, 1)))
    with pytest.raises(InputError, match="more than one time"):
        offset_between(replace(once), again, "side.mp4")


def test_keypoints_at_other_times_lie_between_frames_and_unseen_stays_unseen() -> None:
    time = np.arange(0.0, 3.0, 1 / 30)
    other = seen_by(beside(30.0), time)
    confidence = other.confidence.copy()
    confidence[40, 33:54] = 0.0
    other = replace(other, confidence=confidence)
    times = time[10:70] + 0.01
    found, exact = at_times(other, times, "side.mp4"), seen_by(beside(30.0), times)
    assert np.abs(found.points - exact.points)[found.confidence > 0].max() < 2.0
    assert np.flatnonzero(~found.seen[:, 1]).tolist() == [29, 30] and found.seen[:, 0].all()
    assert at_times(other, time + 2.0, "side.mp4").seen[:, 0].sum() == 30
    with pytest.raises(InputError, match="shows no moment"):
        at_times(other, time + 9.0, "side.mp4")
