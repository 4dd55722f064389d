"""Videos are read upright, at their real times, and bad files end in one sentence."""

import gc
import json
import shutil
import socket
import struct
import subprocess
import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine.detection.timing import typical_rate
from engine.detection.video import open_video
from engine.errors import InputError, VideoError
from tests.clips import UPRIGHT, corners_of, number_of, numbered_pictures, turn_clip, write_clip

COUNT = 12


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty seconds at 10/s, a key frame every second, the index at the front of the file."""
    return write_clip(
        tmp_path_factory.mktemp("video") / "clip.mp4",
        numbered_pictures(200),
        options={"g": "10"},
        container_options={"movflags": "faststart"},
    )


def test_constant_rate_clip_gives_every_picture_at_its_time(clip: Path) -> None:
    video = open_video(clip)
    frames = list(video.frames())
    assert [f.time for f in frames] == pytest.approx(np.arange(200) / 10)
    assert [number_of(f.image, 200) for f in frames] == pytest.approx(range(200), abs=2)
    info = video.info
    assert (info.width, info.height, info.fps, info.frame_count) == (64, 48, 10.0, 200)
    assert info.duration == pytest.approx(20.0)


@pytest.mark.parametrize(
    ("name", "codec", "pixels", "options"),
    [
        ("av1.mp4", "libsvtav1", "yuv420p", {"svtav1-params": "lp=1"}),
        ("vp9_alpha.webm", "libvpx-vp9", "yuva420p", {}),
        ("ten_bit.mp4", "libx265", "yuv420p10le", {"x265-params": "log-level=error"}),
        ("prores.mov", "prores_ks", "yuv422p10le", {}),
        ("grey.mkv", "ffv1", "gray", {}),
        ("animation.gif", "gif", "gray", {}),
        ("transport.ts", "libx264", "yuv420p", {}),
        ("手话 видео é %02d.mp4", "libx264", "yuv420p", {}),
    ],
)
def test_format_is_read(tmp_path: Path, name: str, codec: str, pixels: str, options: dict[str, str]) -> None:
    path = write_clip(tmp_path / name, numbered_pictures(COUNT), codec=codec, pixels=pixels, options=options)
    frames = list(open_video(path).frames())
    assert [f.time for f in frames] == pytest.approx(np.arange(COUNT) / 10, abs=1e-3)
    assert [number_of(f.image, COUNT) for f in frames] == list(range(COUNT))
    assert all(f.image.shape == (48, 64, 3) and f.image.dtype == np.uint8 for f in frames)
    assert pixels == "gray" or corners_of(frames[0].image) == UPRIGHT


def test_odd_sizes_are_kept(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "odd.mkv", numbered_pictures(2, 51, 37), codec="ffv1", pixels="bgr0")
    video = open_video(path)
    assert (video.info.width, video.info.height) == (51, 37)
    assert next(video.frames()).image.shape == (37, 51, 3)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_phone_rotation_is_applied(tmp_path: Path, rotation: int) -> None:
    stored = [np.rot90(picture, -rotation // 90) for picture in numbered_pictures(COUNT)]
    video = open_video(write_clip(tmp_path / "phone.mp4", stored, rotation=rotation))
    assert (video.info.width, video.info.height) == (64, 48)
    frames = list(video.frames())
    assert {corners_of(f.image) for f in frames} == {UPRIGHT}
    assert [number_of(f.image, COUNT) for f in frames] == list(range(COUNT))


def test_rotation_agrees_with_ffmpeg(tmp_path: Path) -> None:
    if shutil.which("ffmpeg") is None:
        pytest.skip("NOT TESTED: ffmpeg, the second reader, is not installed")
    path = write_clip(tmp_path / "phone.mp4", numbered_pictures(1), rotation=90)
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
        capture_output=True,
        check=True,
    ).stdout
    expected = np.frombuffer(raw, np.uint8).reshape(64, 48, 3)
    assert np.abs(next(open_video(path).frames()).image.astype(int) - expected).mean() < 3


def test_anamorphic_pixels_are_made_square(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "wide.mp4", numbered_pictures(2), aspect=Fraction(2))
    video = open_video(path)
    assert (video.info.width, video.info.height) == (128, 48)
    assert next(video.frames()).image.shape == (48, 128, 3)


def test_variable_rate_keeps_presentation_times(tmp_path: Path) -> None:
    times = np.array([0.0, 0.033, 0.066, 0.3, 0.301, 0.95, 1.0, 1.4, 1.5, 1.533, 3.0, 3.04])
    path = write_clip(tmp_path / "variable.mp4", numbered_pictures(COUNT), times=times.tolist(), rate=30)
    frames = list(open_video(path).frames())
    assert [f.time for f in frames] == pytest.approx(times, abs=1e-3)
    assert [number_of(f.image, COUNT) for f in frames] == list(range(COUNT))
    if shutil.which("ffprobe") is None:
        pytest.skip("NOT TESTED: ffprobe, the second reader, is not installed")
    command = ["ffprobe", "-v", "error", "-show_entries", "frame=best_effort_timestamp_time", "-of", "json", path]
    probed = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["frames"]
    assert [f.time for f in frames] == pytest.approx([float(f["best_effort_timestamp_time"]) for f in probed])


def test_avi_keeps_the_order_that_it_has_no_times_for(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.avi", numbered_pictures(COUNT))
    frames = list(open_video(path).frames())
    assert np.diff([f.time for f in frames]) == pytest.approx(np.full(COUNT - 1, 0.1))
    assert [number_of(f.image, COUNT) for f in frames] == list(range(COUNT))


@pytest.mark.parametrize(("name", "codec", "pixels"), [("a.png", "png", "rgb24"), ("a %03d.jpg", "mjpeg", "yuvj420p")])
def test_still_picture_is_one_frame_at_zero(tmp_path: Path, name: str, codec: str, pixels: str) -> None:
    written = write_clip(
        tmp_path / f"plain{Path(name).suffix}",
        numbered_pictures(1),
        codec=codec,
        pixels=pixels,
        container_options={"update": "1"},
    )
    video = open_video(written.rename(tmp_path / name))
    frames = list(video.frames())
    assert [f.time for f in frames] == [0.0]
    assert corners_of(frames[0].image) == UPRIGHT
    assert (video.info.fps, video.info.frame_count, video.info.duration) == (0.0, 1, 0.0)


def test_white_shines_through_a_transparent_picture(tmp_path: Path) -> None:
    """What colour lies beneath transparency is chance; a palm detector takes a black rectangle for a part of a hand."""
    layers = np.zeros((20, 30, 4), np.uint8)
    layers[:, 10:] = (200, 100, 50, 255)
    layers[:, 20:, 3] = 128
    with av.open(str(tmp_path / "cut.png"), "w", options={"update": "1"}) as container:
        stream = container.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = 30, 20, "rgba"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(layers, format="rgba")))
        container.mux(stream.encode(None))
    (frame,) = open_video(tmp_path / "cut.png").frames()
    assert frame.image[5, [5, 15]].tolist() == [[255, 255, 255], [200, 100, 50]]
    np.testing.assert_allclose(frame.image[5, 25], [227, 177, 152], atol=1)


def test_photograph_turned_by_exif_is_upright(tmp_path: Path) -> None:
    picture = np.rot90(numbered_pictures(1)[0], 1)
    path = write_clip(
        tmp_path / "a.jpg", [picture], codec="mjpeg", pixels="yuvj420p", container_options={"update": "1"}
    )
    turn_clockwise = 6
    exif = b"Exif\0\0II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x112, 3, 1, turn_clockwise, 0, 0)
    data = path.read_bytes()
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:])
    video = open_video(path)
    assert (video.info.width, video.info.height) == (64, 48)
    assert corners_of(next(video.frames()).image) == UPRIGHT


#: EXIF's orientations: what a stored picture becomes when it is shown.
SHOWN = {
    1: lambda p: p,
    2: np.fliplr,
    3: lambda p: np.rot90(p, 2),
    4: np.flipud,
    5: lambda p: np.swapaxes(p, 0, 1),
    6: lambda p: np.rot90(p, -1),
    7: lambda p: np.rot90(np.swapaxes(p, 0, 1), 2),
    8: lambda p: np.rot90(p, 1),
}


@pytest.mark.parametrize("number", SHOWN)
def test_all_eight_orientations_of_photographs_are_shown(tmp_path: Path, number: int) -> None:
    stored = numbered_pictures(1, 64, 32)[0]
    path = write_clip(tmp_path / "a.jpg", [stored], codec="mjpeg", pixels="yuvj420p", container_options={"update": "1"})
    exif = b"Exif\0\0II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x112, 3, 1, number, 0, 0)
    data = path.read_bytes()
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:])
    shown = SHOWN[number](stored)
    video = open_video(path)
    assert (video.info.height, video.info.width) == shown.shape[:2]
    assert np.abs(next(video.frames()).image.astype(int) - shown).mean() < 4


@pytest.mark.parametrize("matrix", [(-1, 0, 0, 1), (1, 0, 0, -1), (0, 1, 1, 0), (0, -1, -1, 0), (0, 1, -1, 0)])
def test_a_videos_display_matrix_is_more_than_an_angle(tmp_path: Path, matrix: tuple[int, int, int, int]) -> None:
    stored = numbered_pictures(2, 64, 32)
    path = write_clip(tmp_path / "a.mp4", stored)
    turn_clip(path, matrix)
    y, x = np.mgrid[0:32, 0:64]
    places = np.stack([matrix[0] * x + matrix[2] * y, matrix[1] * x + matrix[3] * y])
    columns, rows = places - places.min((1, 2), keepdims=True)
    shown = np.empty((rows.max() + 1, columns.max() + 1, 3), np.uint8)
    shown[rows, columns] = stored[0]
    assert np.abs(next(open_video(path).frames()).image.astype(int) - shown).mean() < 4


def _transport_stream(path: Path, offset: float = 0.0) -> bytes:
    times = (offset + np.arange(30) / 10).tolist()
    return write_clip(path, numbered_pictures(30), times=times, options={"g": "10"}).read_bytes()


@pytest.mark.parametrize("offset", [0.0, 3600.0], ids=["back", "ahead"])
def test_a_clock_that_jumps_is_closed_and_told(tmp_path: Path, offset: float) -> None:
    parts = [_transport_stream(tmp_path / f"{i}.ts", start) for i, start in enumerate((0.0, offset))]
    (tmp_path / "joined.ts").write_bytes(b"".join(parts))
    video = open_video(tmp_path / "joined.ts")
    frames = list(video.frames())
    assert [f.time for f in frames] == pytest.approx(np.arange(60) / 10, abs=1e-3)
    assert [number_of(f.image, 30) for f in frames] == pytest.approx([*range(30)] * 2, abs=1)
    assert [i for i, f in enumerate(frames) if f.jumped] == [30]
    assert [f.time for f in video.frames(4.45, 4.65)] == pytest.approx([4.5, 4.6], abs=1e-3)
    assert video.info.duration == pytest.approx(6.0, abs=0.2)


def test_a_picture_that_stands_for_ten_seconds_is_no_jump(tmp_path: Path) -> None:
    times = [0.0, 0.1, 0.2, 10.2, 10.3]
    path = write_clip(tmp_path / "title.mkv", numbered_pictures(5), times=times)
    frames = list(open_video(path).frames())
    assert [f.time for f in frames] == pytest.approx(times, abs=1e-3) and not any(f.jumped for f in frames)


@pytest.mark.parametrize("rate", [30, 60, Fraction(30000, 1001)])
def test_the_first_picture_is_not_lost_to_the_clocks_rounding(tmp_path: Path, rate: Fraction | int) -> None:
    frames = list(open_video(write_clip(tmp_path / "a.ts", numbered_pictures(COUNT), rate=rate)).frames())
    assert len(frames) == COUNT and frames[0].time == 0.0


@pytest.mark.parametrize("suffix", [".mkv", ".flv", ".wmv", ".mp4"])
def test_a_video_that_ends_before_its_sound_is_whole_and_one_that_is_cut_is_not(tmp_path: Path, suffix: str) -> None:
    path, pictures = tmp_path / f"a{suffix}", numbered_pictures(30)
    codec = "msmpeg4v3" if suffix == ".wmv" else "libx264"
    with av.open(str(path), "w") as container:
        stream, sound = container.add_stream(codec, rate=10), container.add_stream("aac", rate=44100)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
        for block in range(8 * 43):
            samples = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            samples.sample_rate, samples.pts = 44100, 1024 * block
            container.mux(sound.encode(samples))
        container.mux(sound.encode(None))
    assert len(list(open_video(path).frames())) == 30
    if suffix == ".mp4":  # its index is at its end
        return
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    with pytest.raises(VideoError):
        list(open_video(cut).frames())


def test_a_video_that_starts_late_is_whole(tmp_path: Path) -> None:
    times = (5 + np.arange(30) / 10).tolist()
    frames = list(open_video(write_clip(tmp_path / "late.mkv", numbered_pictures(30), times=times)).frames())
    assert [f.time for f in frames] == pytest.approx(np.arange(30) / 10, abs=1e-3)


def test_a_raw_stream_is_read_from_a_later_start(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "raw.h264", numbered_pictures(60), rate=30)
    video = open_video(path)
    assert video.info.fps == 30.0
    assert [f.time for f in video.frames(1.5, 1.6)] == pytest.approx([1.5, 1.5 + 1 / 30, 1.5 + 2 / 30])


def test_a_change_of_size_keeps_proportions(tmp_path: Path) -> None:
    parts = [
        write_clip(tmp_path / f"{i}.ts", numbered_pictures(5, *size)).read_bytes()
        for i, size in enumerate(((64, 48), (48, 64)))
    ]
    (tmp_path / "both.ts").write_bytes(b"".join(parts))
    last = list(open_video(tmp_path / "both.ts").frames())[-1].image
    assert last.shape == (48, 64, 3)
    assert corners_of(last[:, 14:50]) == UPRIGHT and last[:, :12].max() < 30


@pytest.mark.parametrize("start", [0.0, 0.35, 9.95, 10.0, 19.9])
@pytest.mark.parametrize("end", [None, 0.4, 12.31])
def test_range_is_the_same_part_of_the_whole(clip: Path, start: float, end: float | None) -> None:
    video = open_video(clip)
    last = 20.0 if end is None else end
    expected = [f.time for f in video.frames() if start <= f.time < last]
    if expected:
        assert [f.time for f in video.frames(start, end)] == expected
    else:
        with pytest.raises(InputError):
            list(video.frames(start, end))


@pytest.mark.parametrize("suffix", [".mkv", ".ts", ".gif"])
def test_late_range_is_exact_in_every_container(tmp_path: Path, suffix: str) -> None:
    codec, pixels = ("gif", "gray") if suffix == ".gif" else ("libx264", "yuv420p")
    path = write_clip(tmp_path / f"a{suffix}", numbered_pictures(60), codec=codec, pixels=pixels)
    frames = list(open_video(path).frames(3.95, 4.45))
    assert [f.time for f in frames] == pytest.approx([4.0, 4.1, 4.2, 4.3, 4.4], abs=1e-3)
    assert [number_of(f.image, 60) for f in frames] == pytest.approx([40, 41, 42, 43, 44], abs=1)


def test_late_range_does_not_read_what_comes_before(clip: Path, tmp_path: Path) -> None:
    """The pictures of seconds 3 to 9 are destroyed; a reader that seeks to 15 never meets them."""
    data = bytearray(clip.read_bytes())
    begin = data.index(b"mdat") + 4
    media = len(data) - begin
    data[begin + media * 3 // 20 : begin + media * 9 // 20] = bytes(media * 9 // 20 - media * 3 // 20)
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(data)
    assert len(list(open_video(damaged).frames(15.0, 16.0))) == 10
    with pytest.raises(VideoError):
        list(open_video(damaged).frames(0.0, 16.0))


@pytest.mark.parametrize(("start", "end"), [(3.0, 3.0), (5.0, 2.0), (-1.0, 2.0), (25.0, None), (0.01, 0.05)])
def test_empty_range_is_a_sentence(clip: Path, start: float, end: float | None) -> None:
    with pytest.raises(InputError, match=r"^[^\n]+\.$"):
        list(open_video(clip).frames(start, end))


def _bad_file(kind: str, folder: Path, clip: Path) -> Path:
    path = folder / "bad.mp4"
    if kind == "folder":
        path.mkdir()
    elif kind == "text":
        path.write_text("This is not a video.\n" * 100)
    elif kind == "random":
        path.write_bytes(np.random.default_rng(0).bytes(100_000))
    elif kind == "empty":
        path.touch()
    elif kind == "cut before its index":
        plain = write_clip(folder / "plain.mp4", numbered_pictures(COUNT))
        path.write_bytes(plain.read_bytes()[:-2000])
    elif kind == "cut to its header":
        path.write_bytes(clip.read_bytes()[: clip.read_bytes().index(b"mdat") + 4])
    elif kind == "sound":
        path = folder / "sound.wav"
        with wave.open(str(path), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(8000)
            sound.writeframes(bytes(16000))
    return path


@pytest.mark.parametrize(
    "kind", ["folder", "text", "random", "empty", "missing", "cut before its index", "cut to its header", "sound"]
)
def test_bad_file_is_a_sentence(kind: str, tmp_path: Path, clip: Path) -> None:
    path = _bad_file(kind, tmp_path, clip)
    with pytest.raises(VideoError, match=r"^[^\n]+\.$") as error:
        open_video(path)
    assert str(path) in str(error.value)


def test_file_cut_in_half_is_refused_but_its_intact_part_can_be_read(clip: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.mp4"
    half.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    video = open_video(half)
    with pytest.raises(VideoError, match="incomplete"):
        next(video.frames())
    assert len(list(video.frames(0.0, 3.0))) == 30


def test_webm_cut_in_half_is_refused(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "whole.webm", numbered_pictures(60), codec="libvpx-vp9")
    half = tmp_path / "half.webm"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(VideoError):
        list(open_video(half).frames())


def test_playlist_does_not_reach_for_the_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        path = tmp_path / "list.m3u8"
        path.write_text(f"#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1:{server.getsockname()[1]}/a.ts\n#EXT-X-ENDLIST\n")
        with pytest.raises(VideoError):
            open_video(path)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_samples_are_spread_over_the_range(clip: Path) -> None:
    video = open_video(clip)
    one_key_frame = 1.0
    assert [f.time for f in video.samples(None, None, 40, 1, 5)] == pytest.approx([0, 4, 8, 12, 16], abs=one_key_frame)
    assert [f.time for f in video.samples(5.05, 15.0, 30, 1, 5)] == pytest.approx([5.1, 8.4, 11.7], abs=one_key_frame)
    assert [f.time for f in video.samples(0.0, 1.0, 60, 1, 5)] == [0.0]


@pytest.mark.parametrize(
    ("times", "nominal", "rate"),
    [
        (np.round(np.arange(90) / 30, 3), 29.917, 30.0),
        (np.concatenate([np.arange(60) / 25, 12.4 + np.arange(60) / 25]), 8.4, 25.0),
        (np.sort(np.concatenate([np.arange(45) / 15, np.arange(45) / 15 + 0.001])), 30.0, 30.0),
        (np.arange(200) * 1001 / 30000, 30000 / 1001, 30000 / 1001),
        (np.round(np.arange(200) * 1001 / 60000, 3), 59.93, 60000 / 1001),
        (np.arange(50) / 15, 15.0, 15.0),
        (np.zeros(1), 0.0, 0.0),
    ],
    ids=["average", "title", "bursts", "29.97", "59.94", "15", "still"],
)
def test_the_rate_is_the_typical_one_and_a_standard_one(times: np.ndarray, nominal: float, rate: float) -> None:
    assert typical_rate(times, nominal) == pytest.approx(rate, rel=1e-9)


def test_no_picture_waits_for_the_garbage_collector(tmp_path: Path) -> None:
    """Each is given back with its decoder's and scaler's threads as soon as the next one is read."""
    video = open_video(write_clip(tmp_path / "clip.mp4", numbered_pictures(10)))
    gc.collect()
    gc.disable()
    try:
        before = sum(type(thing) is av.VideoFrame for thing in gc.get_objects())
        assert sum(1 for _ in video.frames()) == 10
        assert sum(type(thing) is av.VideoFrame for thing in gc.get_objects()) == before
    finally:
        gc.enable()
