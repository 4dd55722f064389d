"""PyAV containers: opening a file, choosing its video, timing and turning its frames upright.

What goes wrong inside the decoder leaves here as a VideoError of one sentence.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import VideoError
from ..geometry.arrays import Image

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

OPEN_OPTIONS = {"protocol_whitelist": "file"}
"""A playlist must not reach for the network."""
DECODER_THREADS = 4
"""More only cost memory: detection is far slower than decoding."""
FALLBACK_FPS = 25.0
SEEK_FROM_SECONDS = 1.0
"""Decoding this much is cheaper than a seek."""


@contextmanager
def open_container(path: Path) -> Generator[InputContainer]:
    """The opened file; a decoder's error inside the block becomes a VideoError."""
    import av
    from av.error import FFmpegError

    if not path.exists():
        raise VideoError(f"{path} does not exist.")
    if path.is_dir():
        raise VideoError(f"{path} is a folder, not a video.")
    if path.stat().st_size == 0:
        raise VideoError(f"{path} is empty.")
    try:
        with av.open(f"file:{path}", options=OPEN_OPTIONS) as container:
            yield container
    except FFmpegError as error:
        reason = error.strerror or str(error)
        raise VideoError(f"{path} is no readable video, or it is damaged ({reason}).") from error


def video_stream(container: InputContainer, path: Path) -> VideoStream:
    """The stream to read, never a song's cover; VideoError where there is none to decode."""
    from av.stream import Disposition

    streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not streams:
        raise VideoError(f"{path} holds no video.")
    stream = max(streams, key=lambda s: s.width * s.height)
    codec: Any = stream.codec_context
    if codec is None:
        raise VideoError(f"{path} is encoded in a way that this decoder does not know.")
    codec.thread_type = "AUTO"
    codec.thread_count = DECODER_THREADS
    return stream


def is_still(container: InputContainer) -> bool:
    """Whether the file is a picture rather than a video."""
    name = container.format.name
    return name == "image2" or name.endswith("_pipe")


def nominal_fps(stream: VideoStream) -> float:
    """The rate the video is meant to have, 1/s; for a variable rate about its average."""
    average = float(stream.average_rate or 0)
    base = float(stream.base_rate or 0)
    if average and 0.9 < base / average < 1.1:
        return base
    return average or base or FALLBACK_FPS


def stream_duration(container: InputContainer, stream: VideoStream) -> float:
    """Seconds from the file's start to the end of its video, 0 where the file does not say."""
    if stream.duration is not None and stream.time_base is not None:
        begin = (stream.start_time or 0) * stream.time_base - start_time(container)
        return float(begin + stream.duration * stream.time_base)
    tag = stream.metadata.get("DURATION", "")
    if tag.count(":") == 2:
        hours, minutes, seconds = tag.split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    return (container.duration or 0) / 1e6


def start_time(container: InputContainer) -> float:
    """The container's own clock at its beginning, seconds; a transport stream's is arbitrary."""
    return (container.start_time or 0) / 1e6


def intact_seconds(stream: VideoStream, path: Path) -> float:
    """Seconds of video whose data is within the file; inf where all of it is, or none can tell."""
    size, entries = path.stat().st_size, stream.index_entries
    if not entries or entries[-1].pos + entries[-1].size <= size or stream.time_base is None:
        return math.inf
    timestamps = [entry.timestamp for entry in entries if entry.pos + entry.size > size]
    return float(min(timestamps) * stream.time_base)


def decode(container: InputContainer, stream: VideoStream, start: float) -> Iterator[tuple[float, VideoFrame]]:
    """(time, frame) from the key frame before start on; times increase strictly."""
    frames = _timed(container, stream)
    if start <= SEEK_FROM_SECONDS or not _seek(container, stream, start):
        return frames
    first = next(frames, None)
    if first is not None and first[0] <= start:
        return itertools.chain([first], frames)
    container.seek(0)
    return _timed(container, stream)


def _seek(container: InputContainer, stream: VideoStream, start: float) -> bool:
    """Whether the format can seek; where it cannot, reading goes on from where it is."""
    from av.error import FFmpegError

    if stream.time_base is None:
        return False
    try:
        container.seek(round((start + start_time(container)) / stream.time_base), stream=stream)
    except FFmpegError:
        return False
    return True


def _timed(container: InputContainer, stream: VideoStream) -> Iterator[tuple[float, VideoFrame]]:
    origin, step = start_time(container), 1 / nominal_fps(stream)
    untimed = container.format.name == "avi"  # it stores the order of decoding alone
    previous = -math.inf
    for frame in container.decode(stream):
        stamp = frame.dts if untimed else frame.pts
        if stamp is None or frame.time_base is None:
            time = max(previous + step, 0.0)
        else:
            time = float(stamp * frame.time_base) - origin
        if time > previous:
            yield time, frame
            previous = time


def frame_seconds(frame: VideoFrame) -> float:
    """How long the frame is shown, 0 where the file does not say."""
    return float(frame.duration * (frame.time_base or 0))


def upright_size(stream: VideoStream, frame: VideoFrame) -> tuple[int, int]:
    """Width and height of the frame as a player shows it."""
    width, height = _square_size(stream, frame)
    return (height, width) if _quarter_turns(frame) % 2 else (width, height)


def upright_image(frame: VideoFrame, size: tuple[int, int]) -> Image:
    """(H,W,3) RGB of the frame as a player shows it, in the size of the video's first frame."""
    turns = _quarter_turns(frame)
    width, height = size[::-1] if turns % 2 else size
    image = frame.to_ndarray(format="rgb24", width=width, height=height)
    return np.ascontiguousarray(np.rot90(image, turns), dtype=np.uint8)


def _quarter_turns(frame: VideoFrame) -> int:
    """Counterclockwise quarter turns that make the frame upright."""
    return round(frame.rotation / 90)


def _square_size(stream: VideoStream, frame: VideoFrame) -> tuple[int, int]:
    aspect = float(stream.sample_aspect_ratio or 1)
    return max(1, round(frame.width * aspect)), frame.height
