"""From a video to 2D keypoints of one person, or of one hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..errors import DetectionError
from ..keypoints import PARTS, Keypoints, Side
from ..options import TrackOptions
from .astray import drop_exchanged
from .holistic import Holistic
from .landmarkers import MODELS_DIR
from .one_hand import OneHand, unify_side
from .people import view_of_person
from .rows import Rows
from .timing import typical_rate
from .video import Video, VideoInfo
from .view import View, cropped_view, whole_view


def detect(video: Video, options: TrackOptions, progress: Callable[[float], None] | None = None) -> Keypoints:
    """The keypoints of the frames with options.start <= time < options.end, in pixels of the upright picture.

    With options.mirrored that picture is flipped first, so that left is the person's left. In
    hands_only the hand's 21 rows alone are filled. progress receives the done part, 0..1, after
    each frame. Raises DetectionError where no frame shows a person (a hand), VideoError, InputError
    and ModelError.
    """
    models = options.models or MODELS_DIR
    size = (video.info.width, video.info.height)
    view = _view(video, options, models)
    times: list[float] = []
    rows = Rows()
    jumps: list[float] = []
    with _detector(options, models, is_video=video.info.fps > 0) as detector, video:
        for frame in video.frames(options.start, options.end):
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
            if progress is not None:
                progress(_done(video.info, frame.time, options.start, options.end))
    points, confidence, depth = rows.arrays
    if options.hands_only:
        unify_side(confidence, (points, depth), None if options.side == "auto" else Side(options.side))
    if not confidence.any():
        sought = "hand" if options.hands_only else "person"
        raise DetectionError(f"No {sought} is found in {video.info.path}.")
    if progress is not None:
        progress(1.0)
    keypoints = Keypoints(
        points=points,
        confidence=confidence,
        depth=depth,
        time=np.array(times),
        fps=typical_rate(np.array(times), video.info.fps),
        jumps=tuple(jumps),
        size=size,
        orientation=video.info.orientation,
        face=rows.face if options.face and not options.hands_only else None,
        frame=None if view.inset is None else view.inset.rectangle,
    )
    return keypoints if options.hands_only else drop_exchanged(keypoints)


def _detector(options: TrackOptions, models: Path, *, is_video: bool) -> Holistic | OneHand:
    if options.hands_only:
        return OneHand(models, video=is_video)
    return Holistic(models, video=is_video, second_look=options.second_look, face=options.face)


def _view(video: Video, options: TrackOptions, models: Path) -> View:
    size = (video.info.width, video.info.height)
    if options.crop is not None:
        return cropped_view(options.crop, size, mirrored=options.mirrored, inset=options.inset)
    if options.hands_only:
        return whole_view(size, mirrored=options.mirrored)
    return view_of_person(video, models, options)


def _done(info: VideoInfo, time: float, start: float | None, end: float | None) -> float:
    """The part 0..1 of the range that ends with the frame at time; 0 where the length is unknown."""
    first, last = start or 0.0, info.duration if end is None else min(end, info.duration)
    if last <= first:
        return 0.0
    return min(max((time + 1 / info.fps - first) / (last - first), 0.0), 1.0)
