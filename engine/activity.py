"""When hands sign: stretches for a person to correct, told from where the wrists are and how they move.

A stretch begins as a wrist rises from rest and ends as it sinks back, about half way each: preparation and retraction
belong to it by half (of these phases Kita, van Gijn and van der Hulst 1998; of where signs begin and end Hanke et al.
2012). Of signs recorded one by one a stretch is a sign. Signs that follow each other without a rest between them are
one stretch, since movement alone does not part them: Renz et al. 2021 and Moryossef et al. 2023 learn to from
annotations.
"""

from dataclasses import dataclass

import numpy as np

from .geometry.arrays import Array, Mask, runs
from .keypoints import Side
from .lifting import short_gaps
from .motion import Motion

#: Heights between the hips, 0, and the shoulders, 1: below the first a hand rests, wherever it is; below the second one
#: that is still rests too, as in a lap or before the belly.
LOW, MIDDLE = 0.3, 0.6
#: It is still that moves slower than this, m/s, for as long, s: a hold within a sign is shorter, or higher.
SLOW, STILL = 0.25, 0.8
#: Seconds: a rest that is shorter is none, as where the body is not seen for a moment; nor is a stretch.
PAUSE, SHORTEST = 0.5, 0.2
_SMOOTH = 0.15  # seconds to each side over which a speed is taken


@dataclass(frozen=True)
class Stretch:
    """Frames in which a person signs."""

    first: int
    """The first frame."""
    stop: int
    """The frame after the last."""
    hands: tuple[Side, ...]
    """Those that are raised for half of it at least."""


def stretches_of(motion: Motion) -> list[Stretch]:
    """The stretches of a clip, in their order; none of a still picture, or of a hand by itself."""
    if len(motion.time) < 2 or not motion.kind.has_body:
        return []

    def middle(joint: str) -> Array:
        return np.mean([motion.positions[:, motion.joints.index(f"{side}_{joint}")] for side in Side], axis=0)

    wrists = np.stack([motion.positions[:, motion.joints.index(f"{side}_wrist")] for side in Side], axis=1)
    return stretches_in(wrists, middle("hip"), middle("shoulder"), motion.seen[:, 0], motion.time)


def stretches_in(wrists: Array, hips: Array, shoulders: Array, seen: Mask, time: Array) -> list[Stretch]:
    """The same of wrists (F,2,3), left and right, and the middles of hips and shoulders (F,3), metres.

    Axes are any that stay; the body is `seen` in some frames (F,), at times (F,), s.
    """
    up = shoulders - hips
    heights = ((wrists - hips[:, None]) * up[:, None]).sum(2) / np.maximum((up * up).sum(1), 1e-9)[:, None]
    raised = np.stack([_raised(*hand, seen, time) for hand in zip(heights.T, wrists.swapaxes(0, 1), strict=True)], 1)
    either = raised.any(1)
    either |= short_gaps(either, time, PAUSE)
    return [
        Stretch(first, stop, _hands(raised[first:stop]))
        for first, stop in runs(either)
        if time[stop - 1] - time[first] >= SHORTEST
    ]


def _hands(raised: Mask) -> tuple[Side, ...]:
    """Of frames (F,2) of a stretch: the hands that are up for half of those in which the busier one is."""
    frames = raised.sum(0)
    return tuple(side for side, own in zip(Side, frames.tolist(), strict=True) if 2 * own >= frames.max())


def _raised(height: Array, wrist: Array, seen: Mask, time: Array) -> Mask:
    """(F,) whether a hand of some height (F,) and place (F,3) is out of rest."""
    still = _speed(wrist, time) < SLOW
    resting = np.zeros_like(still)
    for first, stop in runs(still & (height < MIDDLE)):
        resting[first:stop] = time[stop - 1] - time[first] >= STILL
    return seen & (height >= LOW) & ~resting


def _speed(wrist: Array, time: Array) -> Array:
    """(F,) m/s, over a moment around each frame."""
    before, after = np.maximum(time - _SMOOTH, time[0]), np.minimum(time + _SMOOTH, time[-1])
    moved = np.empty_like(wrist)
    for axis, values in enumerate(wrist.T):
        moved[:, axis] = np.interp(after, time, values) - np.interp(before, time, values)
    return np.linalg.norm(moved, axis=1) / (after - before)
