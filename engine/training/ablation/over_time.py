"""What each filter over time does to error and jitter on dev, at several strengths and at the same jitter."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...geometry.arrays import Array
from ..clips import ClipSet
from ..measuring.joints import Joints
from ..measuring.markdown import number, percent, table
from ..measuring.methods import OURS, PARTS, true_joints
from ..measuring.metrics import jitter
from ..measuring.scores import accelerations_of, errors, percentile
from .filters import ENGINE, FAMILIES, Family

#: Errors that are less than this share apart are a tie, which the engine's filter wins.
TIE = 0.005
STRENGTHS = (0.6, 0.8, 1.0, 1.25, 1.6)
HEAD = [f"{part} {what}" for part in PARTS for what in (*(f"({alignment})" for alignment in OURS), "jitter")]
TEXT = """## Over time

The whole pipeline on the development split, in the frames in which the part is found: errors against jitter. A filter
of strength 1 is what it would ship with. *Twice as fast* leaves out every second frame and halves the time, lest a
filter wins because the recorded motion is slow. One-Euro passes forwards and then backwards.
"""


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


def score(joints: Joints, truth: Joints, clip: NDArray[np.int32]) -> dict[str, Score]:
    """Each part's, in the frames that it is found in; clip (N,)."""
    scores: dict[str, Score] = {}
    for part in PARTS:
        own = [errors(joints, truth, part, alignment) for alignment in OURS]
        values = tuple(value for error in own for value in (percentile(error), float(error.mean())))
        scores[part] = Score(values, jitter(accelerations_of(joints, joints.found, part, clip)))
    return scores


def faster(clips: ClipSet) -> ClipSet:
    """Every second frame, in half of the time."""
    clip = clips.clip
    rows = (np.arange(len(clip)) - np.searchsorted(clip, clip)) % 2 == 0
    fewer = clips.frames(rows)
    return replace(fewer, time=fewer.time / 2)


def at_jitter(scores: list[Score], target: float) -> Array:
    """(4,) errors between strengths, where a part's jitter is the target; NaN where it never is."""
    ordered = sorted(scores, key=lambda score: score.jitter)
    known = [score.jitter for score in ordered]
    columns = zip(*(score.errors for score in ordered), strict=True)
    return np.array([np.interp(target, known, column, left=np.nan, right=np.nan) for column in columns])


def over_time(clips: ClipSet, families: tuple[Family, ...] = FAMILIES) -> Iterator[str]:
    """Tables of all families, the engine's among them, at all strengths, and of all at the engine's jitter."""
    yield TEXT
    speeds = {"as recorded": clips, "twice as fast": faster(clips)}
    shown = dict[str, dict[str, list[dict[str, Score]]]]()
    for speed, own in speeds.items():
        truth = true_joints(own)
        shown[speed] = {
            family.name: [score(family.run(own, strength), truth, own.clip) for strength in STRENGTHS]
            for family in families
        }
        print("over time,", speed, flush=True)
    first = next(iter(shown.values()))
    truth = true_joints(clips)
    plain = ENGINE.run(clips, 0.0)
    still = score(replace(truth, found=plain.found), truth, clips.clip)
    rows = [
        [name, "", *(cell for part in PARTS for cell in scores[part].cells)]
        for name, scores in (("truth", still), ("none", score(plain, truth, clips.clip)))
    ]
    for name, family in first.items():
        for strength, scores in zip(STRENGTHS, family, strict=True):
            rows.append([name, f"{strength:g}", *(cell for part in PARTS for cell in scores[part].cells)])
    yield from table(["median / mean, cm; jitter, cm/frame^2", "strength", *HEAD], rows)
    yield from _at_equal_jitter(shown)


def _at_equal_jitter(shown: dict[str, dict[str, list[dict[str, Score]]]]) -> Iterator[str]:
    """What is left to compare once the jitter is the same; and which filter is the best then."""
    known: dict[str, Array] = {}
    for name in next(iter(shown.values())):
        values: list[Array] = []
        for runs in shown.values():
            targets = runs[ENGINE.name][STRENGTHS.index(1.0)]
            values += [at_jitter([s[part] for s in runs[name]], targets[part].jitter) for part in PARTS]
        known[name] = np.concatenate(values)
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
