"""The trials' corpus is what it is said to be, their watching sees what it has to, and the page has room for all."""

from pathlib import Path

import pytest

from engine.detection import open_video
from engine.errors import VideoError
from engine.packaging.batch_clips import write_clips, write_long
from engine.packaging.batch_runs import ROOT, batch, failures, results, run_killed, run_watched
from engine.packaging.batch_trials import TRIALS
from engine.training.markers import put

LINUX = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="NOT TESTED: processes are found in /proc")
pytestmark = pytest.mark.slow


def test_every_fourth_clip_is_damaged_and_no_other(data_dir: Path, tmp_path: Path) -> None:
    damaged = write_clips(data_dir / "sample.mp4", tmp_path / "clips", 9, frames=3, damaged=4)
    assert damaged == {"0003", "0007"}
    for path in (tmp_path / "clips").iterdir():
        if path.stem in damaged:
            with pytest.raises(VideoError), open_video(path) as video:
                list(video.frames())
        else:
            with open_video(path) as video:
                assert len(list(video.frames())) == 3
    assert len({path.read_bytes() for path in (tmp_path / "clips").iterdir()}) == 9


def test_a_long_video_is_as_long_and_as_large_as_it_is_said_to_be(data_dir: Path, tmp_path: Path) -> None:
    write_long(data_dir / "sample.mp4", tmp_path / "long.mp4", seconds=6, rate=25)
    with open_video(tmp_path / "long.mp4") as video:
        assert (video.info.width, video.info.height, video.info.fps) == (1280, 720, 25)
        assert len(list(video.frames())) == 150
        assert video.info.duration == pytest.approx(6.0)


@LINUX
def test_runs_are_watched_and_killed(data_dir: Path, tmp_path: Path) -> None:
    clips, out = tmp_path / "clips", tmp_path / "out"
    damaged = write_clips(data_dir / "sample.mp4", clips, 2, frames=1, damaged=2)
    command = batch(clips, "--out", out, "--workers", "1")
    assert run_killed(command, 0.2, worker=False) == "batch" and not failures(out)
    done, memory = run_watched(command, out)
    assert done.status == 1 and failures(out) == damaged and results(out).keys() == {"0000"}
    assert max(size for _, size in memory) > 50 * 2**20


def test_the_page_has_the_markers() -> None:
    text = (ROOT / "docs" / "batch_trials.md").read_text(encoding="utf-8")
    for name in TRIALS:
        put(text, name, [])
