"""Filters over time that were tried beside `engine.lifting.smooth`'s.

Each is the whole pipeline with a few names of `engine.lifting.smooth` or `engine.track` replaced while it runs. Those
that pass over a clip one way, frame after frame, pass it both ways, so that they lag behind nothing.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from ... import track
from ...geometry.arrays import Array, Mask
from ...keypoints import PARTS as COLUMNS
from ...keypoints import Keypoints
from ...lifting import smooth
from ...options import TrackOptions
from ...skeleton import load_skeleton
from ..clips import ClipSet
from ..measuring.alignment import Joints
from ..measuring.methods import Given, motion_joints, track_clips
from .replaced import Settings, replaced

#: One-Euro at strength 1: lowest cutoff, Hz, what a speed of 1/s adds to it, and the cutoff of the speed.
CUTOFF, SLOPE, SPEED_CUTOFF = 2.0, 1.0, 1.0
#: Savitzky-Golay at strength 1, seconds.
WINDOW = 0.28
TRUNK = [i for i, name in enumerate(load_skeleton().angle_names) if name.startswith(("pelvis", "spine", "chest"))]


def one_euro(values: Array, time: Array, strength: float) -> Array:
    """Values (F,...) by the filter of Casiez, Roussel and Vogel (2012), forwards and then backwards."""
    if strength <= 0.0:
        return values
    forwards = _one_way(values, time, CUTOFF / strength)
    return _one_way(forwards[::-1], -time[::-1], CUTOFF / strength)[::-1]


def _one_way(values: Array, time: Array, cutoff: float) -> Array:
    result = values.astype(np.float64)
    speed = np.zeros_like(result[0])
    for frame in range(1, len(values)):
        step = time[frame] - time[frame - 1]
        speed += _share(step, SPEED_CUTOFF) * ((values[frame] - values[frame - 1]) / step - speed)
        share = _share(step, cutoff + SLOPE * np.abs(speed))
        result[frame] = result[frame - 1] + share * (values[frame] - result[frame - 1])
    return result


def _share(step: float, cutoff: Any) -> Any:
    """How much of a new value a low-pass takes after `step` seconds; their equations 3 and 4."""
    return 1.0 / (1.0 + 1.0 / (2.0 * np.pi * cutoff * step))


def savitzky_golay(values: Array, time: Array, strength: float) -> Array:
    """Values (F,...) by parabolas through the frames of a window, which stays inside the clip at its ends."""
    frames = len(time)
    reach = min(round(WINDOW * strength / float(np.median(np.diff(time))) / 2), (frames - 1) // 2)
    if reach < 1:
        return values
    kernel = np.zeros((frames, frames))
    for frame in range(frames):
        first = min(max(frame - reach, 0), frames - 2 * reach - 1)
        own = slice(first, first + 2 * reach + 1)
        kernel[frame, own] = np.linalg.pinv(np.vander(time[own] - time[frame], 3, increasing=True))[0]
    return np.einsum("fg,g...->f...", kernel, values)


def slow_trunk(angles: Array, order: str, seen: Mask, time: Array, strength: float) -> Array:
    """As `smooth_angles`, pelvis, spine and chest twice as strongly."""
    result = smooth.smooth_angles(angles, order, seen, time, strength)
    result[:, TRUNK] = smooth.smooth_angles(angles, order, seen, time, 2.0 * strength)[:, TRUNK]
    return result


def filtered_keypoints(clips: ClipSet, clip: int, strength: float) -> Keypoints:
    """What the detector made of a clip, pixels and depth filtered by `smooth.filter_values`."""
    keypoints = clips.keypoints(clip)
    both = np.dstack([keypoints.points, clips.depth[clips.clip == clip]]).astype(np.float64)
    for part, seen in zip(COLUMNS, keypoints.seen.T, strict=True):
        bridged = smooth.bridge(both[:, part], seen, keypoints.time)
        both[seen, part] = smooth.filter_values(bridged, keypoints.time, strength)[seen]
    points, depth = both[..., :2].astype(np.float32), both[..., 2].astype(np.float32)
    return replace(keypoints, points=points, depth=depth)


@dataclass(frozen=True)
class Family:
    """A filter at any strength."""

    name: str
    settings: Settings = ()
    angles: float = 1.0
    """Share of the strength that angles are filtered with."""
    keypoints: float = 0.0
    """Share of the strength that keypoints are filtered with before they are lifted."""

    def run(self, clips: ClipSet, strength: float) -> Joints:
        """The joints of a set, filtered."""
        given = Given(
            partial(filtered_keypoints, strength=self.keypoints * strength) if self.keypoints else ClipSet.keypoints
        )
        with replaced(self.settings):
            motions = track_clips(clips, TrackOptions(smoothing=self.angles * strength), given)
        return motion_joints(motions, clips)


ENGINE = Family("the engine's: medians, then local parabolas")
NO_MEDIAN = (smooth, "ASTRAY", 0.0)
FAMILIES = (
    ENGINE,
    Family("local parabolas", (NO_MEDIAN,)),
    Family("local lines", (NO_MEDIAN, (smooth, "DEGREE", 1), (smooth, "WIDTH", 0.04))),
    Family("Gaussian", (NO_MEDIAN, (smooth, "DEGREE", 0), (smooth, "WIDTH", 0.04))),
    Family("Savitzky-Golay, parabolas", ((smooth, "filter_values", savitzky_golay),)),
    Family("One-Euro, both ways", ((smooth, "filter_values", one_euro),)),
    Family(
        "medians, then One-Euro, both ways", ((smooth, "local_fit", lambda v, t, width: one_euro(v, t, width / 0.16)),)
    ),
    Family("the engine's, on keypoints only", angles=0.0, keypoints=1.0),
    Family("the engine's, half on keypoints, then on angles", keypoints=0.5),
    Family("the engine's, the trunk twice as strongly", ((track, "smooth_angles", slow_trunk),)),
)
