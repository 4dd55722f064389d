"""The stretches of a long clip, each of which is detected by itself; they are the video's, whoever detects them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..keypoints import PARTS, Keypoints
from ..options import TrackOptions
from .holistic import Holistic
from .landmarkers import MODELS_DIR
from .one_hand import OneHand
from .rows import Rows
from .timing import typical_rate
from .video import Video, VideoInfo
from .view import View

LEAST_SECONDS, MOST_SECONDS = 15.0, 60.0
"""Of a stretch. Shorter ones would be overlap more than anything, and the start of a process is one second's work."""
OVERLAP_SECONDS = 2.0
"""By how much a stretch begins before the one before it ends: MediaPipe's filters forget where they began. Of a signer
whose shoulders are 148 pixels apart, points of the trunk and arms are 4.2 pixels (median) off those of a run that began
earlier in the first 0.2 s, 2.1 after a second, 1.3 after two, 0.8 after four; those of hands 0.1 from 0.2 s on."""


@dataclass(frozen=True)
class Stretch:
    """The frames with start <= time < end, s."""

    start: float | None
    """None where it is the file's first."""
    end: float | None
    """None where it is the file's last."""


def stretches_of(info: VideoInfo, options: TrackOptions, first: float) -> list[Stretch]:
    """The stretches of a clip whose first frame is at first, s: one, or an even number of the same length.

    Even, so that two processes have the same to do. A file in which no time can be looked up is one stretch.
    """
    last = info.duration if options.end is None else min(options.end, info.duration)
    if not info.has_own_times or last - first < 2 * LEAST_SECONDS:
        return [Stretch(options.start, options.end)]
    count = 2 * math.ceil((last - first) / (2 * MOST_SECONDS))
    borders = [first + (last - first) * number / count for number in range(1, count)]
    starts = [options.start, *(border - OVERLAP_SECONDS for border in borders)]
    return [Stretch(start, end) for start, end in zip(starts, [*borders, options.end], strict=True)]


def detect_stretch(
    video: Video, options: TrackOptions, view: View, stretch: Stretch, progress: Callable[[float], None]
) -> Keypoints:
    """What is seen in the frames of a stretch, which may be none, and in them nobody; raises as detect() does.

    progress receives the time of each frame.
    """
    info, times, jumps = video.info, list[float](), list[float]()
    rows = Rows()
    with _detector(options, is_video=info.fps > 0) as detector, video:
        for frame in video.part(stretch.start, stretch.end):
            row = detector(view.of(frame.image), frame.time)
            for part in PARTS:
                if row.confidence[part].any():
                    row.points[part] += view.box.origin
            if row.face.points.any():
                row.face.points[:, :2] += view.box.origin
            times.append(frame.time)
            rows.append(row)
            if frame.jumped:
                jumps.append(frame.time)
            progress(frame.time)
    points, confidence, depth = rows.arrays
    time = np.array(times, np.float64)
    return Keypoints(
        points=points,
        confidence=confidence,
        depth=depth,
        time=time,
        fps=typical_rate(time, info.fps),
        jumps=tuple(jumps),
        size=(info.width, info.height),
        orientation=info.orientation,
        face=rows.face if options.face and not options.hands_only else None,
        frame=None if view.inset is None else view.inset.rectangle,
    )


def models_of(options: TrackOptions) -> Path:
    """The folder of the bundles."""
    return options.models or MODELS_DIR


def _detector(options: TrackOptions, *, is_video: bool) -> Holistic | OneHand:
    models = models_of(options)
    if options.hands_only:
        return OneHand(models, video=is_video)
    return Holistic(models, video=is_video, second_look=options.second_look, face=options.face)
