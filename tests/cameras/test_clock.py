"""The clocks of two videos of one take are matched to a fraction of a frame, or not at all."""

from dataclasses import replace

import numpy as np
import pytest

from engine.cameras.clock import at_times, offset_between
from engine.errors import InputError
from tests.takes import beside, seen_by


@pytest.mark.parametrize(("ahead", "rate"), [(0.0, 30.0), (1.234, 30.0), (-2.41, 25.0), (0.517, 50.0)])
def test_the_offset_is_found_to_a_fraction_of_a_frame(ahead: float, rate: float) -> None:
    main = seen_by(None, np.arange(0.0, 15.0, 1 / 30), noise=1.0)
    other = seen_by(beside(50.0), np.arange(1.0, 14.0, 1 / rate), noise=1.0, ahead=ahead)
    assert offset_between(main, other, "side.mp4") == pytest.approx(ahead, abs=0.2 / max(rate, 30.0))


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
