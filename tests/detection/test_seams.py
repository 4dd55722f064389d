"""Stretches of a clip, and what is made of where they overlap."""

from pathlib import Path

import numpy as np
import pytest

from engine.detection.seams import FADE_SECONDS, join
from engine.detection.stretches import LEAST_SECONDS, MOST_SECONDS, OVERLAP_SECONDS, Stretch, stretches_of
from engine.detection.video import VideoInfo
from engine.face.landmarks import FACE_POINTS, FaceLandmarks
from engine.face.names import FACE_NAMES
from engine.geometry.orientation import UPRIGHT
from engine.keypoints import BODY, HANDS, KEYPOINT_NAMES, Keypoints, Side
from engine.options import TrackOptions

RATE, BORDER = 10.0, 20.0
STRETCHES = [Stretch(None, BORDER), Stretch(BORDER - OVERLAP_SECONDS, None)]
OVERLAP = slice(180, 200)


def _info(duration: float, *, has_own_times: bool = True) -> VideoInfo:
    return VideoInfo(Path("clip.mp4"), 640, 480, 25.0, round(duration * 25), duration, UPRIGHT, has_own_times)


@pytest.mark.parametrize("duration", [30.0, 30.1, 119.0, 121.0, 3600.0])
@pytest.mark.parametrize(("start", "end"), [(None, None), (100.0, None), (100.0, 1234.5)])
def test_stretches_cover_a_clip_evenly(duration: float, start: float | None, end: float | None) -> None:
    first, last = start or 0.0, end or duration + (start or 0.0)
    options = TrackOptions(start=start, end=end, processes=7)
    own = stretches_of(_info(max(last, duration)), options, first)
    assert (own[0].start, own[-1].end) == (start, end)
    assert len(own) % 2 == 0
    borders = [stretch.end for stretch in own[:-1]]
    assert [stretch.start for stretch in own[1:]] == [border - OVERLAP_SECONDS for border in borders if border]
    lengths = np.diff([first, *(border for border in borders if border), last])
    assert np.ptp(lengths) < 1e-6
    assert LEAST_SECONDS <= lengths[0] <= MOST_SECONDS
    assert own == stretches_of(_info(max(last, duration)), TrackOptions(start=start, end=end), first)


def test_short_clips_and_files_without_a_clock_are_one_stretch() -> None:
    whole, cut = TrackOptions(), TrackOptions(start=5.0, end=20.0)
    assert stretches_of(_info(29.0), whole, 0.0) == [Stretch(None, None)]
    assert stretches_of(_info(3600.0), cut, 5.0) == [Stretch(5.0, 20.0)]
    assert stretches_of(_info(3600.0, has_own_times=False), whole, 0.0) == [Stretch(None, None)]


def _keypoints(first: float, last: float) -> Keypoints:
    """A person who moves, seen from first to last, s."""
    time = np.arange(round(first * RATE), round(last * RATE)) / RATE
    count = len(KEYPOINT_NAMES)
    places = np.random.default_rng(3).uniform(100, 300, (count, 2))
    points = (places + 50 * np.sin(time)[:, None, None]).astype(np.float32)
    confidence = np.full((len(time), count), 0.9, np.float32)
    face = np.random.default_rng(4).uniform(100, 150, (len(FACE_POINTS), 3)) + np.cos(time)[:, None, None]
    scores = np.zeros((len(time), len(FACE_NAMES)), np.float32)
    return Keypoints(
        points,
        confidence,
        time,
        RATE,
        (640, 480),
        depth=points[..., 0].copy(),
        face=FaceLandmarks(face.astype(np.float32), scores),
    )


def _joined(before: Keypoints, after: Keypoints) -> Keypoints:
    joined = join(list(zip(STRETCHES, (before, after), strict=True)), RATE)
    assert joined is not None
    return joined


def _halves() -> tuple[Keypoints, Keypoints]:
    return _keypoints(0.0, BORDER), _keypoints(BORDER - OVERLAP_SECONDS, 40.0)


def test_stretches_that_agree_are_the_whole() -> None:
    whole, joined = _keypoints(0.0, 40.0), _joined(*_halves())
    np.testing.assert_array_equal(joined.time, whole.time)
    for name in ("points", "confidence", "depth"):
        np.testing.assert_allclose(getattr(joined, name), getattr(whole, name), rtol=1e-6)
    assert joined.face is not None and whole.face is not None
    np.testing.assert_allclose(joined.face.points, whole.face.points, rtol=1e-6)
    assert joined.seams == ((BORDER, 0.0),)


def test_one_stretch_is_itself() -> None:
    whole = _keypoints(0.0, 10.0)
    joined = join([(Stretch(None, None), whole)], RATE)
    assert joined is not None and joined.seams == () and joined.fps == RATE
    np.testing.assert_array_equal(joined.points, whole.points)


def test_what_differs_a_little_fades_within_a_second_and_is_told() -> None:
    before, after = _halves()
    after.points[:, BODY, 0] += 6.0
    joined, whole = _joined(before, after), _keypoints(0.0, 40.0)
    off = (joined.points - whole.points)[:, BODY, 0]
    assert off[time_before(joined, BORDER - FADE_SECONDS)] == pytest.approx(0.0, abs=1e-3)
    assert off[joined.time >= BORDER] == pytest.approx(6.0, abs=1e-3)
    steps = np.diff(off, axis=0)
    assert steps.min() > -1e-3 and steps.max() < 2.0 * 6.0 / (FADE_SECONDS * RATE)
    assert joined.seams[0][1] == pytest.approx(6.0 * (BODY.stop - BODY.start) / len(KEYPOINT_NAMES), rel=1e-3)


def time_before(keypoints: Keypoints, time: float) -> np.ndarray:
    """(F,) frames before a time, s."""
    return keypoints.time < time


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_hand_that_one_does_not_see_or_sees_elsewhere_changes_once(elsewhere: bool) -> None:
    before, after = _halves()
    hand = HANDS[Side.LEFT]
    if elsewhere:
        after.points[:, hand] += 200.0
    else:
        after.confidence[:, hand], after.points[:, hand] = 0.0, 0.0
    joined = _joined(before, after)
    of_before = (joined.points[OVERLAP, hand] == before.points[-20:, hand]).all((1, 2))
    of_after = (joined.points[OVERLAP, hand] == after.points[:20, hand]).all((1, 2))
    assert (of_before ^ of_after).all()
    assert np.flatnonzero(np.diff(of_after.astype(int))).tolist() == [15]  # half a second before the border
    assert joined.seen[OVERLAP, 1].tolist() == (of_before | elsewhere).tolist()
    assert joined.seen[:, [0, 2]].all()


def test_frames_that_are_not_found_again_are_no_seam() -> None:
    before, after = _halves()
    moved = Keypoints(after.points, after.confidence, after.time + 0.03, RATE, after.size, after.depth, face=after.face)
    assert join(list(zip(STRETCHES, (before, moved), strict=True)), RATE) is None
    late = _keypoints(BORDER + 1.0, 40.0)
    assert join(list(zip(STRETCHES, (before, late), strict=True)), RATE) is None


def test_pictures_may_end_before_the_file() -> None:
    before = _keypoints(0.0, BORDER)
    joined = _joined(before, _keypoints(30.0, 30.0))
    np.testing.assert_array_equal(joined.points, before.points)
    assert joined.seams == ()
