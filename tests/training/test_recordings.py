"""People before several cameras: rows on tracks whose errors are known, and as the script of reference."""

import runpy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.keypoints import KEYPOINT_NAMES
from engine.motion import save_motion
from engine.options import TrackOptions
from engine.track import motion_from_keypoints
from engine.training.measuring.metrics import ALIGNMENTS, align
from engine.training.measuring.multiview import (
    JITTER,
    OURS,
    ROWS,
    VIEWS,
    WRIST_CORRELATION,
    WRIST_SLOPE,
    Shot,
    Track,
    clip_table,
    mediapipe_tracks,
    shots,
)
from engine.training.measuring.real_pictures import depth_range
from engine.training.measuring.recordings import CLIPS, Recording, load_recordings, load_sample, record
from engine.training.measuring.sample_accuracy import SAMPLE

FRAMES = 40
SHOULDERS = [KEYPOINT_NAMES.index(f"{side}_shoulder") for side in ("left", "right")]
BY_TITLE = {row.title: row for row in ROWS}


@pytest.fixture
def truth() -> Track:
    """Joints that move at random about random places 2 m before the camera."""
    chance = np.random.default_rng(0)
    still = np.array([0.0, 0.0, 2.0]) + chance.uniform(-0.5, 0.5, (len(KEYPOINT_NAMES), 3))
    return Track(KEYPOINT_NAMES, still + chance.normal(0.0, 0.1, (FRAMES, *still.shape)))


def score(title: str, truth: Track, change: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> float:
    shot = Shot(truth, {OURS: Track(truth.names, change(truth.positions))}, 60.0)
    return BY_TITLE[title].scores([shot, shot])[OURS]


def test_each_alignment_undoes_what_it_may_and_no_more(truth: Track) -> None:
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
    turn *= np.linalg.det(turn)
    for part in ("body", "arm, 3 joints"):
        assert score(f"{part}, cm (t)", truth, lambda x: x + np.array([1.0, 2.0, 3.0])) < 1e-9
        assert (
            score(f"{part}, cm (R, t)", truth, lambda x: x @ turn.T)
            < 1e-9
            < score(f"{part}, cm (t)", truth, lambda x: x @ turn.T)
        )
    assert score("body, cm (R, t, s)", truth, lambda x: 2.0 * x @ turn.T) < 1e-9
    assert score("body, cm (R, t)", truth, lambda x: 2.0 * x @ turn.T) > 1.0


def test_depth_is_measured_along_the_sight_from_the_shoulders(truth: Track) -> None:
    aside = replace(truth, positions=truth.positions + np.array([2.0, 0.0, 0.0]))  # seen 45 degrees from the side

    def flattened(x: NDArray[np.float64]) -> NDArray[np.float64]:
        shoulders = x[:, SHOULDERS].mean(1, keepdims=True)
        sight = shoulders / np.linalg.norm(shoulders, axis=-1, keepdims=True)
        return x - 0.7 * ((x - shoulders) * sight).sum(-1, keepdims=True) * sight

    assert score(WRIST_SLOPE.title, aside, flattened) == pytest.approx(0.3)
    assert score(WRIST_CORRELATION.title, aside, flattened) == pytest.approx(1.0)


def test_lengths_and_directions_and_the_trunks_pitch(truth: Track) -> None:
    for bone in ("upper arm", "trunk", "shank"):
        assert score(f"{bone}: length error, %", truth, lambda x: 1.1 * x) == pytest.approx(10.0)
    c, s = np.cos(0.3), np.sin(0.3)
    forward = np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])  # about x: what is up comes nearer
    up = truth.positions.copy()
    up[..., 0] = 0.0  # so that the turn is the angle
    flat = replace(truth, positions=up)
    assert score("forearm: direction, degrees", flat, lambda x: x @ forward.T) == pytest.approx(np.degrees(0.3))
    assert score("trunk pitch: error, signed, degrees", truth, lambda x: x @ forward.T) == pytest.approx(
        np.degrees(0.3)
    )
    assert score("trunk pitch: error, absolute, degrees", truth, lambda x: x @ forward) == pytest.approx(
        np.degrees(0.3)
    )


def test_jitter_is_the_size_of_the_noise(truth: Track) -> None:
    still = replace(truth, positions=np.zeros((5000, len(KEYPOINT_NAMES), 3)))
    own = still.positions + np.random.default_rng(0).normal(0.0, 0.003, still.positions.shape)
    own[:, SHOULDERS] = 0.0
    # Median length of a normal vector in space: 1.538 of its deviation along an axis; sqrt(3) is its root mean square.
    noise = JITTER.scores([Shot(still, {OURS: Track(KEYPOINT_NAMES, own)}, 60.0)])[OURS]
    assert noise == pytest.approx(3.0 * 1.538 / np.sqrt(3), rel=0.03)


def test_only_frames_that_all_know_count_and_no_row_stands_on_joints_that_are_not_judged(truth: Track) -> None:
    own, theirs = truth.positions + 0.0, truth.positions + 0.0
    theirs[:10] = np.nan
    own[:10] += np.random.default_rng(0).normal(size=own[:10].shape)
    shot = Shot(truth, {OURS: Track(truth.names, own), "theirs": Track(truth.names, theirs)}, 60.0)
    values = BY_TITLE["body, cm (R, t)"].values_of([shot])
    assert len(values[OURS]) == len(values["theirs"]) == FRAMES - 10 and values[OURS].max() < 1e-9
    hidden = truth.positions.copy()
    hidden[:, [KEYPOINT_NAMES.index(f"{side}_hip") for side in ("left", "right")]] = np.nan
    shot = replace(shot, truth=Track(truth.names, hidden))
    assert BY_TITLE["trunk pitch: error, signed, degrees"].scores([shot]) == {}
    assert BY_TITLE["body, cm (R, t)"].scores([shot])  # seven of nine joints are enough
    legless = Track(truth.names[:25], truth.positions[:, :25])
    assert BY_TITLE["legs, 10 joints, cm (R, t)"].scores([Shot(truth, {OURS: legless}, 60.0)]) == {}


def a_recording(truth: Track, shift: float) -> Recording:
    """One camera of 1000 pixels' focal length, MediaPipe exact but for perspective; the picture moved to the right."""
    frames, points = truth.positions.shape[:2]
    world = truth.positions - truth.positions.mean(1, keepdims=True)
    image = 500.0 * world
    image[..., :2] -= image[:, SHOULDERS, :2].mean(1, keepdims=True)
    image[..., :2] += [640.0 + shift, 360.0]
    blank = np.zeros((1, frames, points))
    return Recording(
        cameras=np.array(["one"]),
        view=np.array(["front"]),
        intrinsics=np.array([[[1000.0, 0.0, 640.0], [0.0, 1000.0, 360.0], [0.0, 0.0, 1.0]]]),
        names=np.array(truth.names),
        positions=truth.positions[None],
        image=image[None],
        world=world[None],
        points=image[None, ..., :2],
        confidence=blank + 1.0,
        depth=blank,
        time=np.arange(frames)[None] / 60.0,
        size=np.array([[1280, 720]], np.int32),
    )


def test_mediapipes_variants_know_the_shape_along_the_ray_to_the_shoulders(truth: Track) -> None:
    body = slice(0, 33)
    for track in mediapipe_tracks(a_recording(truth, 0.0), 0).values():
        moved = align(track.positions[:, body], truth.positions[:, body], **ALIGNMENTS["t"])
        assert np.abs(moved - truth.positions[:, body]).max() < 1e-9
    away = np.array([np.sin(np.pi / 4), 0.0, np.cos(np.pi / 4)])  # 1000 pixels to the right are 45 degrees
    for track in mediapipe_tracks(a_recording(truth, 1000.0), 0).values():
        depth = truth.positions[..., 2] - truth.positions[:, :1, 2]
        own = track.positions @ away
        assert np.allclose((own - own[:, :1])[:, body], depth[:, body])


def test_a_pelvis_that_is_still_has_no_range_in_depth() -> None:
    sample = load_sample()
    first = {name: np.repeat(getattr(sample, name)[:1], 20, axis=0) for name in ("points", "confidence", "depth")}
    still = replace(sample, **first, time=sample.time[:20])
    assert depth_range(still) < 0.01
    nearer = still.points + 0.0
    nearer[10:] = still.points[:1] * 1.25 - 0.25 * still.points[:1].mean(1, keepdims=True)
    assert depth_range(replace(still, points=nearer)) > 10.0


def test_the_kept_keypoints_of_the_sample_are_where_the_joints_are() -> None:
    sample = load_sample()
    with np.load(SAMPLE.with_suffix(".npz")) as truth:
        names, exact = truth["joints"].tolist(), truth["keypoints"]
        assert np.allclose(sample.time, truth["time"], atol=1e-3)
    both = [name for name in KEYPOINT_NAMES if name in names]
    columns = [KEYPOINT_NAMES.index(name) for name in both]
    gaps = np.linalg.norm(sample.points[:, columns] - exact[:, [names.index(name) for name in both]], axis=-1)
    assert np.median(gaps) < 0.02 * max(sample.size)


@pytest.mark.slow
def test_what_is_kept_of_a_video_is_what_was_recorded_and_what_the_detector_finds(shared_data: Path) -> None:
    folder = shared_data / "multiview"
    if not folder.is_dir():
        pytest.skip(f"NOT TESTED: {folder} does not exist")
    from engine.process import import_mediapipe

    import_mediapipe()
    kept, again = load_recordings()["static"], record(folder, "static")
    for name in ("cameras", "view", "intrinsics", "names", "time", "size"):
        assert np.array_equal(getattr(kept, name), getattr(again, name))
    for name in ("positions", "image", "world"):
        assert np.array_equal(getattr(kept, name), getattr(again, name), equal_nan=True)
    assert np.array_equal(kept.confidence > 0, again.confidence > 0)
    assert np.median(np.abs(kept.points - again.points)) < 0.5  # pixels; processors differ


@pytest.mark.slow
def test_the_tables_are_those_of_the_script_of_reference(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = shared_data / "multiview" / "multiview_real.py"
    if not script.is_file():
        pytest.skip(f"NOT TESTED: {script} does not exist")
    titles = {
        WRIST_SLOPE.title: "wrist: slope of depth on truth",
        WRIST_CORRELATION.title: "wrist: correlation of depth with truth",
        **{
            f"body, cm ({own})": f"body (nose, shoulders, elbows, wrists, hips where judged), cm ({own})"
            for own in ("t", "R, t", "R, t, s")
        },
    }
    recordings = load_recordings()
    assert tuple(recordings) == CLIPS
    for clip, recording in recordings.items():
        for camera, name in enumerate(recording.cameras.tolist()):
            if recording.view[camera] in VIEWS:
                motion = motion_from_keypoints(recording.keypoints(camera), TrackOptions())
                save_motion(motion, tmp_path / f"{clip}_{name}.npz")
        monkeypatch.setattr("sys.argv", [script.name, str(tmp_path), "--clips", clip])
        runpy.run_path(str(script), run_name="__main__")
        rows = [line.split("|") for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
        expected = {row[1].strip(): [cell.strip() for cell in row[4:8]] for row in rows}
        own = [line.strip("|").split("|") for line in list(clip_table(shots(recording)))[3:-1]]
        assert len(own) >= 14
        for title, *cells in ([cell.strip() for cell in row] for row in own):
            theirs = expected[titles.get(title, title)]
            if clip == "hands" and "length" in title:
                # The script counts lengths in frames that another method lacks: a twentieth of them.
                assert [float(cell) for cell in cells] == pytest.approx([float(cell) for cell in theirs], abs=0.3)
            else:
                assert cells == theirs, title
