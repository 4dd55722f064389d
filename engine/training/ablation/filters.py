"""Filters over time that were tried beside `engine.lifting.smooth`'s.

Those that pass over a clip one way, frame after frame, pass it both ways, so that they lag behind nothing.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from ...geometry.arrays import Array
from ...keypoints import PARTS as COLUMNS
from ...keypoints import Keypoints
from ...lifting.smooth import ASTRAY, Filter, bridge, filter_values, medians
from ...motion import Motion
from ...options import TrackOptions
from ...skeleton import camera_positions
from ..clips import ClipSet
from ..measuring.joints import Joints
from ..measuring.methods import Given, motion_joints, track_clips

#: One-Euro at strength 1: lowest cutoff, Hz, what a speed of 1/s adds to it, and the cutoff of the speed.
CUTOFF, SLOPE, SPEED_CUTOFF = 2.0, 1.0, 1.0
#: Savitzky-Golay at strength 1, seconds.
WINDOW = 0.28
TRUNK = ("pelvis", "spine", "chest")


def one_euro(values: Array, time: Array, strength: float, slope: float = SLOPE) -> Array:
    """Values (F,...) by the filter of Casiez, Roussel and Vogel (2012), forwards and then backwards."""
    if strength <= 0.0:
        return values
    forwards = _one_way(values, time, CUTOFF / strength, slope)
    return _one_way(forwards[::-1], -time[::-1], CUTOFF / strength, slope)[::-1]


def _one_way(values: Array, time: Array, cutoff: float, slope: float) -> Array:
    result = values.astype(np.float64)
    speed = np.zeros_like(result[0])
    for frame in range(1, len(values)):
        step = time[frame] - time[frame - 1]
        speed += _share(step, SPEED_CUTOFF) * ((values[frame] - values[frame - 1]) / step - speed)
        share = _share(step, cutoff + slope * np.abs(speed))
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


def medians_one_euro(values: Array, time: Array, strength: float) -> Array:
    """The engine's medians, then One-Euro half as strongly."""
    return one_euro(medians(values, time, ASTRAY * strength), time, strength / 2)


def with_trunk(motion: Motion, other: Motion) -> Motion:
    """The motion, its pelvis, spine and chest turned as the other's."""
    skeleton, angles = motion.skeleton, motion.angles.copy()
    trunk = [name.startswith(TRUNK) for name in skeleton.angle_names]
    angles[:, trunk] = other.angles[:, trunk]
    lengths = motion.lengths_of_bones().astype(np.float32)
    return replace(motion, angles=angles, positions=camera_positions(skeleton, angles, lengths))


def filtered_keypoints(clips: ClipSet, clip: int, strength: float) -> Keypoints:
    """What the detector made of a clip, pixels and depth filtered by `filter_values`."""
    keypoints = clips.keypoints(clip)
    both = np.dstack([keypoints.points, clips.depth[clips.clip == clip]]).astype(np.float64)
    for part, seen in zip(COLUMNS, keypoints.seen.T, strict=True):
        bridged = bridge(both[:, part], seen, keypoints.time)
        both[seen, part] = filter_values(bridged, keypoints.time, strength)[seen]
    points, depth = both[..., :2].astype(np.float32), both[..., 2].astype(np.float32)
    return replace(keypoints, points=points, depth=depth)


@dataclass(frozen=True)
class Family:
    """A filter at any strength."""

    name: str
    filtering: Filter = filter_values
    angles: float = 1.0
    """Share of the strength that angles are filtered with."""
    keypoints: float = 0.0
    """Share of the strength that keypoints are filtered with before they are lifted."""
    trunk: float = 1.0
    """How many times as strongly pelvis, spine and chest are filtered as other angles are."""

    def run(self, clips: ClipSet, strength: float) -> Joints:
        """The joints of a set, filtered."""
        given = Given(filtering=self.filtering)
        if self.keypoints:
            given = replace(given, keypoints=partial(filtered_keypoints, strength=self.keypoints * strength))
        strength *= self.angles
        motions = track_clips(clips, TrackOptions(smoothing=strength), given)
        if self.trunk != 1.0:
            others = track_clips(clips, TrackOptions(smoothing=self.trunk * strength), given)
            motions = [own and other and with_trunk(own, other) for own, other in zip(motions, others, strict=True)]
        return motion_joints(motions, clips)


ENGINE = Family("the engine's: medians, then local parabolas")
FAMILIES = (
    ENGINE,
    Family("local parabolas", partial(filter_values, astray=0.0)),
    Family("local lines", partial(filter_values, astray=0.0, width=0.04, degree=1)),
    Family("Gaussian", partial(filter_values, astray=0.0, width=0.04, degree=0)),
    Family("Savitzky-Golay, parabolas", savitzky_golay),
    Family("One-Euro, both ways", one_euro),
    Family("medians, then One-Euro, both ways", medians_one_euro),
    Family("the engine's, on keypoints only", angles=0.0, keypoints=1.0),
    Family("the engine's, half on keypoints, then on angles", keypoints=0.5),
    Family("the engine's, the trunk twice as strongly", trunk=2.0),
)
