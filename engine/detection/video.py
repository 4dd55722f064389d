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
from ..geometry.orientation import Orientation
from ..keypoints import LONGEST_SECONDS
from . import asf, timing
from .closes import Closes
from .decode import check_size, decode, is_still, open_container, video_stream
from .sequence import times_of
from .upright import orientation, upright_image, upright_size

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
    """Seconds, as the file says of its video or else of its longest stream; 0 for a still, or where it does not say."""
    orientation: Orientation
    """Of the pictures as they are stored."""
    has_own_times: bool = False
    """Whether a time can be looked up in the file, so that it is read on from there."""
    pictures: tuple[tuple[float, Path], ...] = ()
    """Of a folder whose pictures are the frames: when each is shown, s, and its file."""


@dataclass(frozen=True)
class Frame:
    """One picture of a video."""

    time: float
    """Presentation time in seconds from the start of the file."""
    image: Image
    """(H,W,3) RGB, upright."""
    jumped: bool = False
    """Whether the file's clock jumped before it; the jump is taken out of the times."""


class Video(Closes):
    """A readable video; frames() may be called again, each call reads from the file anew.

    As a context manager it closes the file that an abandoned frames() left open.
    """

    def __init__(self, path: Path, rate: float | None) -> None:
        self.info = _read_info(path) if rate is None or not path.is_dir() else _read_folder(path, rate)
        self._reading: Generator[Frame] | None = None

    def frames(self, start: float | None = None, end: float | None = None) -> Generator[Frame]:
        """The frames with start <= time < end (seconds), times strictly increasing.

        Raises InputError where the range is no range or holds no frame, VideoError where the
        file is damaged or lacks a part of the range; both once the frames are asked for.
        """
        self.close()
        self._reading = _read_frames(self.info, start or 0.0, math.inf if end is None else end)
        return self._reading

    def part(self, start: float | None, end: float | None) -> Generator[Frame]:
        """The frames of a part of a range that holds some; it may hold none itself."""
        self.close()
        self._reading = _read_frames(self.info, start or 0.0, math.inf if end is None else end, may_be_empty=True)
        return self._reading

    def samples(self, start: float | None, end: float | None, spacing: int, least: int, most: int) -> Generator[Frame]:
        """Frames spread evenly over the range from its first on: one per `spacing`, within least and most.

        Cheaper than to read the range, where the file can be sought in; raises as frames() does.
        """
        with closing(_read_frames(self.info, start or 0.0, math.inf if end is None else end)) as frames:
            first = next(frames)
        yield first
        length = min(math.inf if end is None else end, self.info.duration) - first.time
        count = min(max(int(length * self.info.fps / spacing), least), most)
        yield from _read_at(self.info, [first.time + length * i / count for i in range(1, count)], first.time)

    def close(self) -> None:
        """Close the file that an abandoned frames() left open."""
        if self._reading is not None:
            self._reading.close()
            self._reading = None


def open_video(path: str | Path, rate: float | None = None) -> Video:
    """The video or still picture at path; VideoError where it cannot be read.

    With a rate, 1/s, the pictures of a folder are a video, too.
    """
    return Video(Path(path), rate)


def _read_info(path: Path) -> VideoInfo:
    with open_container(path) as container:
        stream = video_stream(container, path)
        first = next(decode(container, stream, 0.0), None)
        if first is None:
            raise VideoError(f"{path} holds no picture that can be decoded.")
        width, height = upright_size(stream, first.frame)
        check_size(width, height, path)  # pixels may be wide or high
        stored = orientation(first.frame)
        if is_still(container):
            return VideoInfo(path, width, height, fps=0.0, frame_count=1, duration=0.0, orientation=stored)
        fps = timing.nominal_fps(container, stream)
        duration = timing.stated_duration(container, stream)
        if not duration and container.format.name == "asf":
            duration = asf.stated_length(path)
        has_own_times = timing.has_own_times(container, stream)
        if not duration or not has_own_times:
            duration = _counted_frames(path) / fps
        if duration > LONGEST_SECONDS:
            raise VideoError(
                f"{path} says that it lasts {duration / 3600:,.0f} hours; at most {LONGEST_SECONDS / 3600:.0f} are"
                " read, cut it into parts."
            )
        count = stream.frames or round(duration * fps)
        return VideoInfo(path, width, height, fps, count, duration, stored, has_own_times)


def _read_folder(folder: Path, rate: float) -> VideoInfo:
    pictures = times_of(folder, rate)
    image, stored = _read_picture(pictures[0][1])
    height, width = image.shape[:2]
    duration = pictures[-1][0] + 1 / rate
    return VideoInfo(
        folder, width, height, rate, len(pictures), duration, stored, has_own_times=True, pictures=pictures
    )


def _read_picture(path: Path) -> tuple[Image, Orientation]:
    """(H,W,3) RGB, upright, and how it is stored; of a video the first frame."""
    with open_container(path) as container:
        stream = video_stream(container, path)
        first = next(decode(container, stream, 0.0), None)
        if first is None:
            raise VideoError(f"{path} holds no picture that can be decoded.")
        return upright_image(stream, first.frame, upright_size(stream, first.frame)), orientation(first.frame)


def _counted_frames(path: Path) -> int:
    """Of a file that does not say, without decoding them."""
    with open_container(path) as container:
        return sum(packet.size > 0 for packet in container.demux(video_stream(container, path)))


def _read_frames(info: VideoInfo, start: float, end: float, *, may_be_empty: bool = False) -> Generator[Frame]:
    if not 0 <= start < end:
        raise InputError(f"The range from {start:g} s to {end:g} s is empty.")
    if info.pictures:
        yield from _read_pictures(info, start, end, may_be_empty=may_be_empty)
        return
    with open_container(info.path) as container:
        stream = video_stream(container, info.path)
        _refuse_cut(info, timing.intact_seconds(stream, info.path), end)
        found, shown_until = False, 0.0
        for timed in decode(container, stream, start):
            if timed.time >= end:
                break
            shown_until = timed.time + timing.frame_seconds(timed.frame)
            if timed.time >= start:
                found = True
                yield Frame(timed.time, upright_image(stream, timed.frame, (info.width, info.height)), timed.jumped)
        else:
            if shown_until + CUT_TOLERANCE_SECONDS < min(end, info.duration):
                held = timing.held_duration(container)  # the sound may go on where the pictures end
                _refuse_cut(info, shown_until if held + CUT_TOLERANCE_SECONDS < info.duration else math.inf, end)
    if not found and not may_be_empty:
        last = f"before {end:g} s" if math.isfinite(end) else "on"
        raise InputError(f"{info.path} has no picture from {start:g} s {last}; those there end at {shown_until:.2f} s.")


def _read_pictures(info: VideoInfo, start: float, end: float, *, may_be_empty: bool) -> Generator[Frame]:
    shown = [(time, path) for time, path in info.pictures if start <= time < end]
    if not shown and not may_be_empty:
        raise InputError(f"{info.path} has no picture from {start:g} s on; those there end at {info.duration:.2f} s.")
    for time, path in shown:
        image, _ = _read_picture(path)
        height, width = image.shape[:2]
        if (width, height) != (info.width, info.height):
            raise VideoError(
                f"{path} has {width} x {height} pixels, the first picture of its folder {info.width} x {info.height}; "
                "make them alike."
            )
        yield Frame(time, image)


def _read_at(info: VideoInfo, times: list[float], after: float) -> Generator[Frame]:
    """The first frame at or after each of the increasing times, later than `after`, none twice."""
    for time in times:
        if info.pictures:
            later = [shown for shown, _ in info.pictures if shown >= time and shown > after]
            if later:
                after = later[0]
                yield from _read_pictures(info, after, math.nextafter(after, math.inf), may_be_empty=False)
            continue
        with open_container(info.path) as container:
            stream = video_stream(container, info.path)
            later = (timed for timed in decode(container, stream, time) if timed.time >= time and timed.time > after)
            timed = next(later, None)
            if timed is not None:
                after = timed.time
                yield Frame(after, upright_image(stream, timed.frame, (info.width, info.height)))


def _refuse_cut(info: VideoInfo, intact: float, end: float) -> None:
    """Raises where the file holds intact seconds only, and more of its duration was asked for."""
    if intact < min(end, info.duration):
        raise VideoError(
            f"{info.path} is incomplete: about {intact:.2f} of its {info.duration:.2f} s are "
            "there; end the range before that to use them."
        )
