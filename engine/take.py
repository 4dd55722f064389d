"""Several videos of one take: their cameras, their clocks, and what they saw at the times of the first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from math import radians
from pathlib import Path
from typing import Self

import numpy as np

from .cameras.calibration import cameras_of
from .cameras.clock import at_times, offset_between
from .cameras.distortion import straight
from .cameras.read import load_calibration
from .geometry.camera import Camera
from .keypoints import Keypoints
from .lifting.relative import solve_cameras
from .lifting.sides import mistaken_sides, sides_swapped, steady_sides
from .lifting.views import View
from .options import TrackOptions


@dataclass(frozen=True)
class Take:
    """What several cameras saw of one person."""

    first: Keypoints
    """What was detected in the first video, whose frames and times count."""
    views: list[View]
    """The first video's and the others', at its times, of pinhole cameras."""
    offsets: tuple[float, ...]
    """(V,) s that the clocks of the others are ahead."""
    metric: bool
    """Whether the places of the cameras are known in metres."""

    @classmethod
    def of(cls, first: Keypoints, views: list[View], offsets: tuple[float, ...], *, metric: bool) -> Self:
        """The take of views that agree on left and right."""
        mistaken = mistaken_sides(views)
        agreed = [
            replace(view, keypoints=sides_swapped(view.keypoints, own))
            for view, own in zip(views, mistaken, strict=True)
        ]
        return cls(sides_swapped(first, mistaken[0]), agreed, offsets, metric)


def take_of(found: Mapping[Path, Keypoints], options: TrackOptions) -> Take:
    """The take of keypoints by their videos, the first being that of the result.

    Raises InputError, which names the video or the calibration, where they do not go together.
    """
    videos, (first, *others) = list(found), map(steady_sides, found.values())
    names = [str(video) for video in videos[1:]]
    offsets = [0.0 if options.in_step else offset_between(first, *one) for one in zip(others, names, strict=True)]
    moved = [
        at_times(other, first.time + offset, name) for other, offset, name in zip(others, offsets, names, strict=True)
    ]
    every = [first, *(replace(one, time=first.time) for one in moved)]
    if options.calibration is None:
        fov = None if options.fov is None else radians(options.fov)
        views = solve_cameras([View(one, Camera.assumed(one.size, fov)) for one in every])
    else:
        views = _calibrated(dict(zip(videos, every, strict=True)), options.calibration)
    return Take.of(first, views, tuple(offsets), metric=options.calibration is not None)


def _calibrated(found: Mapping[Path, Keypoints], file: Path) -> list[View]:
    """Views as a calibration file tells, in the axes of the first, with what the lenses bend made straight."""
    cameras = cameras_of(load_calibration(file), list(found), file)
    to_room = cameras[0].extrinsics.inverse
    views: list[View] = []
    for own, (video, one) in zip(cameras, found.items(), strict=True):
        camera = own.for_size(one.size, str(video))
        points = straight(one.points.astype(np.float64), camera, own.coefficients, one.size).astype(np.float32)
        extrinsics = own.extrinsics.after(to_room) if views else None
        views.append(View(replace(one, points=points), camera, extrinsics))
    return views


def of_a_view(options: TrackOptions) -> TrackOptions:
    """How the other videos are looked at: as they are, whole, for the largest person."""
    return TrackOptions(models=options.models, second_look=options.second_look, inset=False)


def share_of(progress: Callable[[float], None] | None, number: int, count: int) -> Callable[[float], None] | None:
    """How one of several equal steps reports the share that is done, 0..1, as one of all."""
    return progress and partial(_report, progress, number, count)


def _report(progress: Callable[[float], None], number: int, count: int, fraction: float) -> None:
    progress((number + fraction) / count)
