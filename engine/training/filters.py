"""Filters over time that were tried beside `engine.smooth`'s, and what each does to error and jitter on dev.

Each is the whole pipeline with a few names of `engine.smooth` or `engine.track` replaced while it runs. Those
that pass over a clip one way, frame after frame, pass it both ways, so that they lag behind nothing.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from functools import partial
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from .. import smooth, track
from ..keypoints import PARTS as COLUMNS
from ..keypoints import Keypoints
from ..packaging.alignment import Joints
from ..skeleton import load_skeleton
from ..track import TrackOptions
from .markdown import number, percent, table
from .methods import OURS, PARTS, Given, motion_joints, track_clips, true_joints
from .rendered import Rendered
from .scores import errors, jitter, percentile

Array = NDArray[Any]
#: Module, name, and what stands there instead.
Settings = tuple[tuple[ModuleType, str, Any], ...]

#: Errors that are less than this share apart are a tie, which the engine's filter wins.
TIE = 0.005
PER_CLIP = ("camera", "size", "character", "motion", "lengths")
STRENGTHS = (0.6, 0.8, 1.0, 1.25, 1.6)
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


def slow_trunk(angles: Array, order: str, seen: Array, time: Array, strength: float) -> Array:
    """As `smooth_angles`, pelvis, spine and chest twice as strongly."""
    result = smooth.smooth_angles(angles, order, seen, time, strength)
    result[:, TRUNK] = smooth.smooth_angles(angles, order, seen, time, 2.0 * strength)[:, TRUNK]
    return result


def filtered_keypoints(rendered: Rendered, clip: int, strength: float) -> Keypoints:
    """What the detector made of a clip, pixels and depth filtered by `smooth.filter_values`."""
    keypoints = rendered.keypoints(clip)
    both = np.dstack([keypoints.points, rendered.depth[rendered.clip == clip]]).astype(np.float64)
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

    def run(self, rendered: Rendered, strength: float) -> Joints:
        """The joints of a set, filtered."""
        given = Given(
            partial(filtered_keypoints, strength=self.keypoints * strength) if self.keypoints else Rendered.keypoints
        )
        with replaced(self.settings):
            motions = track_clips(rendered, TrackOptions(smoothing=self.angles * strength), given)
        return motion_joints(motions, rendered)


def replaced(settings: Settings) -> ExitStack:
    """Until it is closed, modules have these values."""
    stack = ExitStack()
    for module, name, value in settings:
        stack.enter_context(patch.object(module, name, value))
    return stack


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


@dataclass(frozen=True)
class Score:
    """What a filter does to one part."""

    errors: tuple[float, ...]
    """Median and mean, cm, under each of OURS."""
    jitter: float
    """cm/frame^2."""

    @property
    def cells(self) -> list[str]:
        """Of a table."""
        pairs = zip(self.errors[::2], self.errors[1::2], strict=True)
        return [*(f"{number(median)} / {number(mean)}" for median, mean in pairs), number(self.jitter)]


HEAD = [f"{part} {what}" for part in PARTS for what in (*(f"({alignment})" for alignment in OURS), "jitter")]


def score(joints: Joints, truth: Joints, clip: NDArray[np.int32]) -> dict[str, Score]:
    """Each part's, in the frames that it is found in; clip (N,)."""
    scores: dict[str, Score] = {}
    for part in PARTS:
        own = [errors(joints, truth, part, alignment) for alignment in OURS]
        values = tuple(value for error in own for value in (percentile(error), float(error.mean())))
        scores[part] = Score(values, jitter(joints, joints.found, part, clip))
    return scores


def faster(rendered: Rendered) -> Rendered:
    """Every second frame, in half of the time."""
    clip = rendered.clip
    rows = (np.arange(len(clip)) - np.searchsorted(clip, clip)) % 2 == 0
    frames = [f.name for f in fields(Rendered) if f.name not in ("joints", *PER_CLIP)]
    fewer = replace(rendered, **{name: getattr(rendered, name)[rows] for name in frames})
    return replace(fewer, time=fewer.time / 2)


def at_jitter(scores: list[Score], target: float) -> Array:
    """(4,) errors between strengths, where a part's jitter is the target; NaN where it never is."""
    ordered = sorted(scores, key=lambda score: score.jitter)
    known = [score.jitter for score in ordered]
    columns = zip(*(score.errors for score in ordered), strict=True)
    return np.array([np.interp(target, known, column, left=np.nan, right=np.nan) for column in columns])


def over_time(rendered: Rendered) -> Iterator[str]:
    """Tables of all families at all strengths, and of all at the engine's jitter."""
    speeds = {"as recorded": rendered, "twice as fast": faster(rendered)}
    shown = dict[str, dict[str, list[dict[str, Score]]]]()
    for speed, clips in speeds.items():
        truth = true_joints(clips)
        shown[speed] = {
            family.name: [score(family.run(clips, strength), truth, clips.clip) for strength in STRENGTHS]
            for family in FAMILIES
        }
        print("over time,", speed, flush=True)
    first = next(iter(shown.values()))
    truth = true_joints(rendered)
    plain = ENGINE.run(rendered, 0.0)
    still = score(replace(truth, found=plain.found), truth, rendered.clip)
    rows = [
        [name, "", *(cell for part in PARTS for cell in scores[part].cells)]
        for name, scores in (("truth", still), ("none", score(plain, truth, rendered.clip)))
    ]
    for name, family in first.items():
        for strength, scores in zip(STRENGTHS, family, strict=True):
            rows.append([name, f"{strength:g}", *(cell for part in PARTS for cell in scores[part].cells)])
    yield from table(["median / mean, cm; jitter, cm/frame^2", "strength", *HEAD], rows)
    yield from _at_equal_jitter(shown)


def _at_equal_jitter(shown: dict[str, dict[str, list[dict[str, Score]]]]) -> Iterator[str]:
    """What is left to compare once the jitter is the same; and which filter is the best then."""
    known: dict[str, Array] = {}
    for family in FAMILIES:
        values: list[Array] = []
        for runs in shown.values():
            targets = runs[ENGINE.name][STRENGTHS.index(1.0)]
            values += [at_jitter([s[part] for s in runs[family.name]], targets[part].jitter) for part in PARTS]
        known[family.name] = np.concatenate(values)
    ratios = {name: float(np.exp(np.log(values / known[ENGINE.name]).mean())) for name, values in known.items()}
    rows = [
        [name, *(f"{number(a)} / {number(b)}" for a, b in values.reshape(-1, 2)), number(ratios[name], 3)]
        for name, values in known.items()
    ]
    head = [f"{part} ({alignment}), {speed}" for speed in shown for part in PARTS for alignment in OURS]
    yield from table(["at the engine's jitter, median / mean, cm", *head, "all, the engine's = 1"], rows)
    best = min((name for name in ratios if np.isfinite(ratios[name])), key=lambda name: ratios[name])
    won = best if ratios[best] < 1.0 - TIE else ENGINE.name
    yield f"Winner: **{won}**; least is {best}, and to win over what ships takes {percent(TIE)}.\n"
