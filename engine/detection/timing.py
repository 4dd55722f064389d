"""The clocks of containers: rates, lengths, and the times of frames where a clock jumps or is missing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..geometry.arrays import Array

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

FALLBACK_FPS = 25.0
_NTSC = tuple(rate / 1.001 for rate in (24, 30, 60, 120))
STANDARD_RATES = (*_NTSC, 24.0, 25.0, 30.0, 48.0, 50.0, 60.0, 100.0, 120.0, 240.0)
SAME_RATE = 0.01
"""Rates that differ by less than this share are one: times are rounded, and recorders lose a frame."""
TYPICAL_FRAMES = 16
"""A rate is that of so many frames: bursts and pauses are within them, or few."""
LONGEST_PAUSE, LONGEST_STATED = 30.0, 600.0
"""Seconds that a picture may stand: by itself, and where its file says so. A clock that goes on later has jumped."""


@dataclass(frozen=True)
class Timed:
    """A frame and when it is shown."""

    time: float
    """Seconds from the start of the file, jumps of its clock taken out."""
    frame: VideoFrame
    jumped: bool
    """Whether the file's clock jumped before it."""


def start_time(container: InputContainer) -> Fraction:
    """The container's own clock at its beginning, seconds; a transport stream's is arbitrary.

    The container rounds it to microseconds; the stream that it is of knows it exactly.
    """
    rounded = container.start_time or 0
    exact = (s.start_time * s.time_base for s in container.streams if s.start_time is not None and s.time_base)
    return next((time for time in exact if abs(time * 10**6 - rounded) < 1), Fraction(rounded, 10**6))


def nominal_fps(container: InputContainer, stream: VideoStream) -> float:
    """The rate the video is meant to have, 1/s; for a variable rate about its average."""
    from av.format import Flags

    if container.format.flags & Flags.no_timestamps.value:  # no clock: FFmpeg reads it out of the stream, or assumes 25
        return float(stream.guessed_rate or 0) or FALLBACK_FPS
    average = float(stream.average_rate or 0)
    base = float(stream.base_rate or 0)
    if average and 0.9 < base / average < 1.1:
        return base
    return average or base or FALLBACK_FPS


def typical_rate(times: Array, nominal: float) -> float:
    """The rate, 1/s, that most of the frames at times (F,) come at; the nominal or a standard one where that is near.

    A picture that stands, a slow part or bursts do not change it as they change an average.
    """
    if len(times) < 2 or not nominal:
        return nominal
    count = min(TYPICAL_FRAMES, max(1, (len(times) - 1) // 4))
    typical = count / float(np.median(times[count:] - times[:-count]))
    standard = min(STANDARD_RATES, key=lambda rate: abs(rate / nominal - 1.0))
    if abs(standard / nominal - 1.0) > SAME_RATE / 50:  # an average is none that a camera has
        standard = min(STANDARD_RATES, key=lambda rate: abs(rate / typical - 1.0))
    near = (rate for rate in (standard, nominal) if abs(rate / typical - 1.0) < SAME_RATE)
    return next(near, typical)


def has_own_times(container: InputContainer, stream: VideoStream) -> bool:
    """Whether the clock in the file is that of its frames throughout, so that a time can be looked up in it."""
    from av.format import Flags

    if container.format.flags & (Flags.ts_discont | Flags.no_timestamps).value or stream.time_base is None:
        return False
    stamps = np.sort([entry.timestamp for entry in stream.index_entries])
    return not len(stamps) or float(np.diff(stamps).max(initial=0) * stream.time_base) < LONGEST_PAUSE


def stated_duration(container: InputContainer, stream: VideoStream) -> float:
    """Seconds from the file's start to the end of its video, or of its longest stream; 0 where it does not say."""
    if stream.duration is not None and stream.time_base is not None:
        begin = (stream.start_time or 0) * stream.time_base - start_time(container)
        return float(begin + stream.duration * stream.time_base)
    length, begin = (container.duration or 0) / 1e6, float(start_time(container))
    return length - begin if 0 < begin < length else length  # Matroska counts from 0 wherever it starts


def held_duration(container: InputContainer) -> float:
    """Seconds to the last end of any stream's data: what is there, whatever the header says."""
    container.seek(0)
    origin, last = start_time(container), 0.0
    for packet in container.demux():
        stamp = packet.pts if packet.pts is not None else packet.dts
        if stamp is not None:
            last = max(last, float((stamp + (packet.duration or 0)) * packet.time_base - origin))
    return last


def intact_seconds(stream: VideoStream, path: Path) -> float:
    """Seconds of video whose data is within the file; inf where all of it is, or none can tell."""
    size, entries = path.stat().st_size, stream.index_entries
    if not entries or entries[-1].pos + entries[-1].size <= size or stream.time_base is None:
        return math.inf
    timestamps = [entry.timestamp for entry in entries if entry.pos + entry.size > size]
    return float(min(timestamps) * stream.time_base)


def frame_seconds(frame: VideoFrame) -> float:
    """How long the frame is shown, 0 where the file does not say."""
    return float(frame.duration * (frame.time_base or 0))


def timed(container: InputContainer, stream: VideoStream) -> Iterator[Timed]:
    """The frames from where the container is on, their times increasing strictly.

    One that steps back alone is dropped; where the clock goes on from there, or goes on much later, it has
    jumped, and the jump is closed to one frame's spacing.
    """
    clock = _Clock(1.0 / nominal_fps(container, stream))
    astray: tuple[float, VideoFrame] | None = None
    for stamp, frame in _stamped(container, stream):
        if astray is not None and stamp is not None and clock.read(stamp) <= clock.last:
            yield clock.jump(*astray)
        astray = None
        time = clock.last + clock.spacing if stamp is None else clock.read(stamp)
        if time <= clock.last and stamp is not None:
            astray = stamp, frame
        elif stamp is not None and time > clock.latest:
            yield clock.jump(stamp, frame)
        else:
            yield clock.show(time, frame)
    if astray is not None:
        yield clock.jump(*astray)


class _Clock:
    """The times of frames that were shown, and how far the file's clock is off them."""

    def __init__(self, spacing: float) -> None:
        self.spacing = spacing
        self.last = -spacing
        self.latest = math.inf
        """When the next frame may be shown at the latest."""
        self._shift = 0.0

    def read(self, stamp: float) -> float:
        """What the file's clock means."""
        return stamp + self._shift

    def show(self, time: float, frame: VideoFrame, *, jumped: bool = False) -> Timed:
        """The next frame."""
        self.last = time
        self.latest = time + max(LONGEST_PAUSE, min(frame_seconds(frame), LONGEST_STATED))
        return Timed(time, frame, jumped)

    def jump(self, stamp: float, frame: VideoFrame) -> Timed:
        """The next frame, one spacing after the last; the clock goes on from there."""
        self._shift = self.last + self.spacing - stamp
        return self.show(self.last + self.spacing, frame, jumped=True)


def _stamped(container: InputContainer, stream: VideoStream) -> Iterator[tuple[float | None, VideoFrame]]:
    """(seconds from the file's start by its own clock, frame), None where the file has no clock."""
    origin = start_time(container)
    untimed = container.format.name == "avi"  # it stores the order of decoding alone
    for frame in container.decode(stream):
        stamp = frame.dts if untimed else frame.pts
        yield None if stamp is None or frame.time_base is None else float(stamp * frame.time_base - origin), frame
