"""From a video to 2D keypoints of one person, or of one hand."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial

from ..errors import DetectionError
from ..keypoints import Keypoints, Side
from ..options import TrackOptions
from .astray import drop_exchanged
from .one_hand import unify_side
from .people import view_of_person
from .processes import in_processes
from .seams import join
from .stretches import Stretch, detect_stretch, models_of, stretches_of
from .video import Video, VideoInfo
from .view import View, cropped_view, whole_view

PROCESSES = 2
"""That detect a long video where there are so many cores: each more takes the memory of the models once more."""


def detect(video: Video, options: TrackOptions, progress: Callable[[float], None] | None = None) -> Keypoints:
    """The keypoints of the frames with options.start <= time < options.end, in pixels of the upright picture.

    With options.mirrored that picture is flipped first, so that left is the person's left. In hands_only the hand's
    21 rows alone are filled. A long video is detected in stretches by options.processes at once, however many of
    them with the same result. progress receives the done part, 0..1, after each frame. Raises DetectionError where
    no frame shows a person (a hand) or a process dies, VideoError, InputError and ModelError.
    """
    view = _view(video, options)
    with closing(video.frames(options.start, options.end)) as frames:
        stretches = stretches_of(video.info, options, next(frames).time)
    keypoints = join(_detected(video, options, view, stretches, progress), video.info.fps)
    if keypoints is None:
        whole = [Stretch(options.start, options.end)]
        keypoints = join(_detected(video, options, view, whole, progress), video.info.fps)
    assert keypoints is not None and keypoints.depth is not None
    if options.hands_only:
        side = None if options.side == "auto" else Side(options.side)
        unify_side(keypoints.confidence, (keypoints.points, keypoints.depth), side)
    if not keypoints.confidence.any():
        sought = "hand" if options.hands_only else "person"
        raise DetectionError(f"No {sought} is found in {video.info.path}.")
    if progress is not None:
        progress(1.0)
    return keypoints if options.hands_only else drop_exchanged(keypoints)


def _detected(
    video: Video,
    options: TrackOptions,
    view: View,
    stretches: Sequence[Stretch],
    progress: Callable[[float], None] | None,
) -> list[tuple[Stretch, Keypoints]]:
    """Each stretch with what is seen in it."""
    done = [0.0] * len(stretches)

    def report(number: int, time: float) -> None:
        if progress is not None:
            done[number] = _done(video.info, time, stretches[number])
            progress(sum(done) / len(done))

    processes = min(options.processes or min(PROCESSES, os.cpu_count() or 1), len(stretches))
    if processes > 1:
        found = in_processes(video.info.path, options, view, stretches, report, processes)
    else:
        found = [
            detect_stretch(video, options, view, stretch, partial(report, number))
            for number, stretch in enumerate(stretches)
        ]
    return list(zip(stretches, found, strict=True))


def _view(video: Video, options: TrackOptions) -> View:
    size = (video.info.width, video.info.height)
    if options.crop is not None:
        return cropped_view(options.crop, size, mirrored=options.mirrored, inset=options.inset)
    if options.hands_only:
        return whole_view(size, mirrored=options.mirrored)
    return view_of_person(video, models_of(options), options)


def _done(info: VideoInfo, time: float, stretch: Stretch) -> float:
    """The part 0..1 of a stretch that ends with the frame at time; 0 where the length is unknown."""
    first, last = stretch.start or 0.0, info.duration if stretch.end is None else min(stretch.end, info.duration)
    if last <= first:
        return 0.0
    return min(max((time + 1 / info.fps - first) / (last - first), 0.0), 1.0)
