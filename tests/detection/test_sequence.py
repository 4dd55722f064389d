"""A folder of pictures as a video, against the video that the pictures are of."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.arguments import files_in
from engine.batch.clips import clips_in
from engine.batch.sidecar import input_of, same_input
from engine.detection import open_video
from engine.errors import InputError, VideoError
from engine.motion import load_motion
from engine.options import TrackOptions
from tests.clips import number_of, numbered_pictures, write_clip, write_picture, write_sequence

ROOT = Path(__file__).resolve().parents[2]
SENTENCE = r"^[^\n]+\.$"
AT_25 = TrackOptions(rate=25.0)


@pytest.mark.parametrize("name", ["take.v2_{:04}-0.png", "{}.png"])
def test_pictures_come_in_the_order_of_their_numbers(name: str, tmp_path: Path) -> None:
    folder = write_sequence(tmp_path / "a.b", numbered_pictures(12), name)
    (folder / ".hidden.png").write_bytes(b"")
    (folder / "read me.txt").write_text("text")
    video = open_video(folder, 25.0)
    frames = list(video.frames())
    assert [number_of(frame.image, 12) for frame in frames] == list(range(12))
    assert [frame.time for frame in frames] == pytest.approx(np.arange(12) / 25)
    info = video.info
    assert (info.width, info.height, info.fps, info.frame_count) == (64, 48, 25.0, 12)
    assert info.duration == pytest.approx(12 / 25)
    assert [number_of(f.image, 12) for f in video.frames(0.1, 0.3)] == [3, 4, 5, 6, 7]
    assert [number_of(f.image, 12) for f in video.samples(None, None, 1, 3, 3)] == [0, 4, 8]
    with pytest.raises(InputError, match=SENTENCE):
        next(video.frames(3.0))


def test_a_picture_that_lacks_is_a_gap_in_time(tmp_path: Path) -> None:
    folder = write_sequence(tmp_path, numbered_pictures(12))
    (folder / "take.v2_0010-0.png").unlink()
    assert [round(25 * frame.time) for frame in open_video(folder, 25.0).frames()] == [0, 1, 2, *range(4, 12)]


@pytest.mark.parametrize(
    "other", ["b_0001.png", "a_0001.jpg", "a_2_0001.png", "a_01.png", f"a_{'9' * 30}.png", "a_99999999.png"]
)
def test_what_is_no_sequence_is_a_sentence(other: str, tmp_path: Path) -> None:
    for name in ("a_0001.png", "a_0002.png", other):
        write_picture(tmp_path / name.replace("jpg", "png"), numbered_pictures(1)[0])
        (tmp_path / name.replace("jpg", "png")).rename(tmp_path / name)
    write_picture(tmp_path / "a_0001.png", numbered_pictures(1)[0])
    with pytest.raises(VideoError, match=SENTENCE):
        open_video(tmp_path, 25.0)


def test_pictures_of_other_sizes_are_a_sentence(tmp_path: Path) -> None:
    write_sequence(tmp_path, numbered_pictures(2))
    write_picture(tmp_path / "take.v2_0009-0.png", numbered_pictures(1, 32, 32)[0])
    with pytest.raises(VideoError, match=r"0009-0\.png has 32 x 32 pixels.* 64 x 48"):
        list(open_video(tmp_path, 25.0).frames())
    with pytest.raises(VideoError, match="is a folder"):
        open_video(tmp_path)


def test_folders_are_inputs_where_a_rate_is_given(tmp_path: Path) -> None:
    one, two = (write_sequence(tmp_path / name, numbered_pictures(2)) for name in ("a.1", "b"))
    write_picture(tmp_path / "c" / "alone.png", numbered_pictures(1)[0])
    write_clip(tmp_path / "b" / "clip.mkv", numbered_pictures(2), codec="ffv1", pixels="bgr0", rate=30)
    assert files_in([one, two], AT_25) == [one, two / "clip.mkv", two]
    assert files_in([one], TrackOptions()) == sorted(one.iterdir())
    clips = {clip.name: clip.source for clip in clips_in([str(tmp_path)], AT_25)}
    assert clips == {"a.1": one, "b": two, "b/clip": two / "clip.mkv", "c/alone": tmp_path / "c" / "alone.png"}
    assert {clip.name: clip.source for clip in clips_in([str(tmp_path / "*")], AT_25)} == {"a.1": one, "b": two}
    known = input_of(one)
    assert same_input(one, known)
    write_picture(one / "take.v2_0008-0.png", numbered_pictures(3)[1])
    assert not same_input(one, known)
    (one / "take.v2_0008-0.png").rename(one / os.fsdecode(b"take.v2_0008-\xff.png"))
    assert input_of(one)["sha256"] not in ("", known["sha256"])


@pytest.mark.slow
def test_a_folder_is_tracked_as_its_video_is(data_dir: Path, tmp_path: Path) -> None:
    with open_video(data_dir / "sample.mp4") as video:
        pictures = [frame.image for frame in video.frames(None, 0.3)]
    write_sequence(tmp_path / "take", pictures)
    write_clip(tmp_path / "take.mkv", pictures, codec="ffv1", pixels="bgr0", rate=30)
    track = [sys.executable, "-m", "engine", "track", tmp_path / "take", "--rate", "30", "--out", tmp_path / "one"]
    subprocess.run(track, check=True, cwd=ROOT)
    batch = [sys.executable, "-m", "engine", "batch", tmp_path, "--rate", "30", "--out", tmp_path / "all"]
    subprocess.run(batch, check=True, cwd=ROOT)
    video, single = load_motion(tmp_path / "all" / "take.mkv.npz"), load_motion(tmp_path / "one" / "take.npz")
    for motion in (single, load_motion(tmp_path / "all" / "take.npz")):
        np.testing.assert_allclose(motion.time, video.time, atol=1e-3)
        np.testing.assert_allclose(motion.angles, video.angles, atol=0.02)
