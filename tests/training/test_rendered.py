"""The arrays that rendered signers are kept as."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from engine.keypoints import KEYPOINT_NAMES
from engine.skeleton import load_skeleton
from engine.training.clips import ClipSet, load_clips, save_clips

#: What is rounded, and to what; a value may be off by half of it.
STEPS = {
    "positions": 2e-4,
    "points": 1 / 16,
    "depth": 1 / 16,
    "world": 2e-4,
    "confidence": 1 / 250,
    "body": 2e-4,
    "hands": 2e-4,
    "residual": 1e-5,
}
CLIPS, FRAMES, K = 3, 4, len(KEYPOINT_NAMES)


@pytest.fixture(scope="module")
def clips() -> ClipSet:
    chance, count = np.random.default_rng(0), CLIPS * FRAMES

    def within(low: float, high: float, *shape: int) -> "np.ndarray":
        return chance.uniform(low, high, shape).astype(np.float32)

    return ClipSet(
        joints=np.array([f"joint_{i}" for i in range(65)]),
        positions=within(-1.5, 6.0, count, 65, 3),
        points=within(-400.0, 1900.0, count, K, 2),
        confidence=np.where(within(0, 1, count, K) < 0.2, 0, within(0.01, 1, count, K)).astype(np.float32),
        depth=within(-1900.0, 1900.0, count, K),
        world=within(-1.5, 1.5, count, K, 3),
        plain=chance.random((count, 2)) < 0.5,
        time=np.tile(np.arange(FRAMES, dtype=np.float32) / 12, CLIPS),
        clip=np.repeat(np.arange(CLIPS, dtype=np.int32), FRAMES),
        camera=within(300.0, 2000.0, CLIPS, 4),
        size=np.array([[1280, 720], [720, 1280], [320, 240]], np.int32),
        character=np.array(["signer_01", "signer_02", "signer_01"]),
        motion=np.array(["random", "space", "rest"]),
        body=within(-np.pi, np.pi, count, 19),
        hands=within(-np.pi, np.pi, count, 2, 26),
        residual=within(0.0, 0.05, count, 3),
        lengths=within(0.01, 0.4, CLIPS, len(load_skeleton().bones)),
    )


def test_a_set_comes_back_within_the_stated_steps(clips: ClipSet, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "set.npz"
    save_clips(clips, path)
    back = load_clips(path)
    for field in fields(ClipSet):
        given, read = getattr(clips, field.name), getattr(back, field.name)
        assert read.dtype == given.dtype, field.name
        if field.name in STEPS:
            allowed = STEPS[field.name] / 2 + 1e-6 * np.abs(given).max()
            np.testing.assert_allclose(read, given, rtol=0, atol=allowed, err_msg=field.name)
            assert not np.array_equal(read, given), f"{field.name} is not rounded"
        else:
            np.testing.assert_array_equal(read, given, err_msg=field.name)
    np.testing.assert_array_equal(back.confidence == 0, clips.confidence == 0)  # 0 is "not seen"


def test_saving_leaves_the_set_as_it_is_and_saving_again_changes_nothing(clips: ClipSet, tmp_path: Path) -> None:
    before = clips.points.copy()
    save_clips(clips, tmp_path / "a.npz")
    np.testing.assert_array_equal(clips.points, before)
    once = load_clips(tmp_path / "a.npz")
    save_clips(once, tmp_path / "b.npz")
    twice = load_clips(tmp_path / "b.npz")
    for field in fields(ClipSet):
        np.testing.assert_array_equal(getattr(twice, field.name), getattr(once, field.name), err_msg=field.name)


def test_what_does_not_fit_16_bits_stops_at_their_end(clips: ClipSet, tmp_path: Path) -> None:
    points = clips.points.copy()
    points[0, 0] = (1e6, -1e6)
    save_clips(replace(clips, points=points), tmp_path / "set.npz")
    np.testing.assert_allclose(load_clips(tmp_path / "set.npz").points[0, 0], [32767 / 16, -32767 / 16])


@pytest.mark.parametrize("clip", range(CLIPS))
def test_keypoints_of_a_clip_are_its_rows(clips: ClipSet, clip: int) -> None:
    keypoints, rows = clips.keypoints(clip), slice(clip * FRAMES, (clip + 1) * FRAMES)
    np.testing.assert_array_equal(keypoints.points, clips.points[rows])
    np.testing.assert_array_equal(keypoints.confidence, clips.confidence[rows])
    assert keypoints.depth is not None
    np.testing.assert_array_equal(keypoints.depth, clips.depth[rows])
    np.testing.assert_allclose(keypoints.time, np.arange(FRAMES) / 12, atol=1e-6)
    assert keypoints.fps == pytest.approx(12, abs=1e-3)
    assert keypoints.size == tuple(clips.size[clip])
