"""A long video by one process, by two, and in one piece; and processes that die."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.detection.detect import detect
from engine.detection.processes import in_processes
from engine.detection.seams import join
from engine.detection.stretches import OVERLAP_SECONDS, Stretch, detect_stretch
from engine.detection.video import open_video
from engine.detection.view import whole_view
from engine.errors import DetectionError, VideoError
from engine.keypoints import KEYPOINT_NAMES, Keypoints
from engine.options import TrackOptions
from engine.process import import_mediapipe
from tests.clips import write_clip

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow
UPPER = slice(0, KEYPOINT_NAMES.index("right_elbow") + 1)


@pytest.fixture(scope="module", autouse=True)
def mediapipe() -> None:
    """Import MediaPipe as a process that detects does."""
    import_mediapipe()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty seconds of the sample, to and fro, at two pictures a second."""
    pictures = [frame.image[::2, ::2] for frame in open_video(ROOT / "tests/data/sample.mp4").frames()][::5]
    loop = pictures + pictures[-2:0:-1]
    frames = [loop[number % len(loop)] for number in range(62)]
    return write_clip(tmp_path_factory.mktemp("long") / "clip.mp4", frames, rate=2)


@pytest.fixture(scope="module")
def shared_out(clip: Path) -> Keypoints:
    return _detect(clip, 2)


def _detect(path: Path, processes: int, progress: Callable[[float], None] | None = None) -> Keypoints:
    with open_video(path) as video:
        return detect(video, TrackOptions(processes=processes), progress)


def _same(one: Keypoints, other: Keypoints) -> bool:
    assert one.face is not None and other.face is not None and one.depth is not None and other.depth is not None
    pairs = [(one.points, other.points), (one.confidence, other.confidence), (one.depth, other.depth)]
    pairs += [(one.face.points, other.face.points), (one.face.scores, other.face.scores)]
    return all(a.tobytes() == b.tobytes() for a, b in pairs) and one.seams == other.seams


def test_one_process_and_two_give_the_same_bytes(clip: Path, shared_out: Keypoints) -> None:
    done: list[float] = []
    assert _same(_detect(clip, 1, done.append), shared_out)
    assert done == sorted(done) and 0 < done[0] < 0.1 and done[-1] == 1.0


def test_stretches_are_what_one_run_sees(clip: Path, shared_out: Keypoints) -> None:
    options, whole = TrackOptions(), Stretch(None, None)
    with open_video(clip) as video:
        view = whole_view((video.info.width, video.info.height), mirrored=False)
        one_run = join([(whole, detect_stretch(video, options, view, whole, lambda _: None))], video.info.fps)
    assert one_run is not None
    np.testing.assert_array_equal(shared_out.time, one_run.time)
    assert (shared_out.fps, shared_out.size) == (one_run.fps, one_run.size)
    ((border, difference),) = shared_out.seams
    assert 0 < difference < 10
    early = one_run.time < border - OVERLAP_SECONDS
    np.testing.assert_array_equal(shared_out.points[early], one_run.points[early])
    shoulders = float(np.linalg.norm(one_run.points[:, 11] - one_run.points[:, 12], axis=1).mean())
    off = np.linalg.norm(shared_out.points - one_run.points, axis=-1)[:, UPPER] / shoulders
    assert off.max() < 0.15 and np.median(off[~early]) < 0.02


def test_a_process_that_dies_is_a_sentence_and_leaves_none(clip: Path) -> None:
    def kill(_: float) -> None:
        multiprocessing.active_children()[0].kill()

    with pytest.raises(DetectionError, match=r"^[^\n]+ended unexpectedly[^\n]+\.$"):
        _detect(clip, 2, kill)
    assert not multiprocessing.active_children()


def test_what_fails_in_a_process_is_raised_as_it_is(tmp_path: Path) -> None:
    missing, view = tmp_path / "missing.mp4", whole_view((640, 480), mirrored=False)
    with pytest.raises(VideoError, match=r"missing\.mp4 does not exist\.$"):
        in_processes(missing, TrackOptions(), view, [Stretch(None, 9.0), Stretch(7.0, None)], lambda *_: None, 2)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="NOT TESTED: no /proc to find processes in")
def test_no_process_outlives_a_parent_that_is_killed(clip: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "engine", "track", str(clip), "--processes", "2", "--out", str(tmp_path)]
    parent = subprocess.Popen([*command, "--worker"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdout is not None and parent.stdin is not None
    assert b"progress" in parent.stdout.readline()
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text(encoding="ascii").split()
    assert len(children) >= 2
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 30
    while any(_lives(child) for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_lives(child) for child in children)
    assert parent.stdout.read().count(b"done") == 0  # nobody holds the pipe either
    parent.stdout.close()
    parent.stdin.close()


def _lives(process: str) -> bool:
    status = Path(f"/proc/{process}/stat")
    return status.is_file() and status.read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()[0] != "Z"
