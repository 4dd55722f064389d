"""From a video to 2D keypoints of one person, or of one hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import DetectionError, InputError
from ..keypoints import PARTS, SIDES, Keypoints, Row
from .holistic import Holistic
from .landmarkers import MODELS_DIR
from .one_hand import OneHand, unify_side
from .people import view_of_person
from .video import Video, VideoInfo
from .view import View, cropped_view, whole_view


@dataclass(frozen=True)
class DetectOptions:
    """What to look for, and where."""

    models: Path | None = None
    """Folder of the model bundles; None is the one that ships."""
    person: int | None = None
    """Which of several people, 0 being the largest; None is the largest."""
    crop: tuple[int, int, int, int] | None = None
    """x, y, width, height in pixels of the upright picture as it is shown; instead of person."""
    mirrored: bool = False
    """The video shows a mirror image (a selfie); keypoints are those of the unmirrored picture."""
    second_look: bool = True
    """Search around the wrist for a hand that was missed."""
    hands_only: bool = False
    """The video shows one hand and no person."""
    side: str = "auto"
    """The side of that hand: auto, left or right."""

    def __post_init__(self) -> None:
        if self.side not in ("auto", *SIDES):
            raise InputError(f"The side is {self.side!r}; it can be auto, left or right.")
        if self.person is not None and (self.person < 0 or self.crop is not None):
            raise InputError("The person is a number from 0 (the largest) on, and excludes a crop.")


def detect(
    video: Video,
    options: DetectOptions,
    start: float | None = None,
    end: float | None = None,
    progress: Callable[[float], None] | None = None,
) -> Keypoints:
    """The keypoints of the frames with start <= time < end (s), in pixels of the upright picture.

    With options.mirrored that picture is flipped first, so that left is the person's left. In
    hands_only the hand's 21 rows alone are filled. progress receives the done part, 0..1, after
    each frame. Raises DetectionError where no frame shows a person (a hand), VideoError, InputError
    and ModelError.
    """
    models = options.models or MODELS_DIR
    size = (video.info.width, video.info.height)
    view = _view(video, options, models, start, end)
    times: list[float] = []
    rows: list[Row] = []
    with _detector(options, models, is_video=video.info.fps > 0) as detector, video:
        for frame in video.frames(start, end):
            row = detector(view.of(frame.image), frame.time)
            for part in PARTS:
                if row.confidence[part].any():
                    row.points[part] += view.box.origin
            times.append(frame.time)
            rows.append(row)
            if progress is not None:
                progress(_done(video.info, frame.time, start, end))
    if options.hands_only:
        unify_side(rows, options.side)
    if not any(row.confidence.any() for row in rows):
        sought = "hand" if options.hands_only else "person"
        raise DetectionError(f"No {sought} is found in {video.info.path}.")
    if progress is not None:
        progress(1.0)
    return Keypoints(
        points=np.stack([row.points for row in rows]),
        confidence=np.stack([row.confidence for row in rows]),
        depth=np.stack([row.depth for row in rows]),
        time=np.array(times),
        fps=video.info.fps,
        size=size,
    )


def _detector(options: DetectOptions, models: Path, *, is_video: bool) -> Holistic | OneHand:
    if options.hands_only:
        return OneHand(models, video=is_video)
    return Holistic(models, video=is_video, second_look=options.second_look)


def _view(video: Video, options: DetectOptions, models: Path, start: float | None, end: float | None) -> View:
    size = (video.info.width, video.info.height)
    if options.crop is not None:
        return cropped_view(options.crop, size, mirrored=options.mirrored)
    if options.hands_only:
        return whole_view(size, mirrored=options.mirrored)
    return view_of_person(video, models, start, end, person=options.person, mirrored=options.mirrored)


def _done(info: VideoInfo, time: float, start: float | None, end: float | None) -> float:
    """The part 0..1 of the range that ends with the frame at time; 0 where the length is unknown."""
    first, last = start or 0.0, info.duration if end is None else min(end, info.duration)
    if last <= first:
        return 0.0
    return min(max((time + 1 / info.fps - first) / (last - first), 0.0), 1.0)
