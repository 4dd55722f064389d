"""Videos and still pictures as upright RGB pictures with their real presentation times.

Upright is what a player shows: turned as the file says, with square pixels.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError, VideoError
from ..geometry.arrays import Image
from . import decode
from .closes import Closes

CUT_TOLERANCE_SECONDS = 1.0
"""A file that ends earlier than its header says by more than this was cut."""


@dataclass(frozen=True)
class VideoInfo:
    """What is known of a video before it is read through."""

    path: Path
    width: int
    """Of the upright picture, pixels."""
    height: int
    fps: float
    """Nominal rate in 1/s; 0 for a still picture."""
    frame_count: int
    """As the file says, or estimated; 0 where neither is possible."""
    duration: float
    """Seconds; 0 for a still picture, or where the file does not say."""


@dataclass(frozen=True)
class Frame:
    """One picture of a video."""

    time: float
    """Presentation time in seconds from the start of the file."""
    image: Image
    """(H,W,3) RGB, upright."""


class Video(Closes):
    """A readable video; frames() may be called again, each call reads from the file anew.

    As a context manager it closes the file that an abandoned frames() left open.
    """

    def __init__(self, path: Path) -> None:
        self.info = _read_info(path)
        self._reading: Generator[Frame] | None = None

    def frames(self, start: float | None = None, end: float | None = None) -> Generator[Frame]:
        """The frames with start <= time < end (seconds), times strictly increasing.

        Raises InputError where the range is no range or holds no frame, VideoError where the
        file is damaged or lacks a part of the range; both once the frames are asked for.
        """
        self.close()
        self._reading = _read_frames(self.info, start or 0.0, math.inf if end is None else end)
        return self._reading

    def samples(self, start: float | None, end: float | None, spacing: int, most: int) -> Generator[Frame]:
        """The first frame of the range, then key frames spread over it: one per `spacing` frames, at most `most`.

        Far cheaper than to read the range; raises as frames() does.
        """
        with closing(_read_frames(self.info, start or 0.0, math.inf if end is None else end)) as frames:
            first = next(frames)
        yield first
        length = min(math.inf if end is None else end, self.info.duration) - first.time
        count = min(int(length * self.info.fps / spacing), most)
        yield from _read_key_frames(self.info, [first.time + length * i / count for i in range(1, count)], first.time)

    def close(self) -> None:
        """Close the file that an abandoned frames() left open."""
        if self._reading is not None:
            self._reading.close()
            self._reading = None


def open_video(path: str | Path) -> Video:
    """The video or still picture at path; VideoError where it cannot be read."""
    return Video(Path(path))


def _read_info(path: Path) -> VideoInfo:
    with decode.open_container(path) as container:
        stream = decode.video_stream(container, path)
        first = next(decode.decode(container, stream, 0.0), None)
        if first is None:
            raise VideoError(f"{path} holds no picture that can be decoded.")
        width, height = decode.upright_size(stream, first[1])
        if decode.is_still(container):
            return VideoInfo(path, width, height, fps=0.0, frame_count=1, duration=0.0)
        fps = decode.nominal_fps(stream)
        duration = decode.stream_duration(container, stream)
        return VideoInfo(path, width, height, fps, stream.frames or round(duration * fps), duration)


def _read_frames(info: VideoInfo, start: float, end: float) -> Generator[Frame]:
    if not 0 <= start < end:
        raise InputError(f"The range from {start:g} s to {end:g} s is empty.")
    with decode.open_container(info.path) as container:
        stream = decode.video_stream(container, info.path)
        _refuse_cut(info, decode.intact_seconds(stream, info.path), end)
        found, shown_until = False, 0.0
        for time, frame in decode.decode(container, stream, start):
            if time >= end:
                break
            shown_until = time + decode.frame_seconds(frame)
            if time >= start:
                found = True
                yield Frame(time, decode.upright_image(frame, (info.width, info.height)))
        else:
            _refuse_cut(info, shown_until + CUT_TOLERANCE_SECONDS, end)
    if not found:
        raise InputError(
            f"{info.path} has no picture between {start:g} s and {end:g} s: it lasts {info.duration:.2f} s."
        )


def _read_key_frames(info: VideoInfo, times: list[float], after: float) -> Generator[Frame]:
    """The key frames at or before each of the increasing times, later than `after`, none twice."""
    with decode.open_container(info.path) as container:
        stream = decode.video_stream(container, info.path)
        for time in times:
            key = next(decode.decode(container, stream, time), None)
            if key is not None and key[0] > after:
                after = key[0]
                yield Frame(after, decode.upright_image(key[1], (info.width, info.height)))


def _refuse_cut(info: VideoInfo, intact: float, end: float) -> None:
    """Raises where the file holds intact seconds only, and more of its duration was asked for."""
    if intact < min(end, info.duration):
        raise VideoError(
            f"{info.path} is incomplete: about {intact:.2f} of its {info.duration:.2f} s are "
            "there; end the range before that to use them."
        )
