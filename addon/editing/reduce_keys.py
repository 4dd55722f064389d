"""An action with as few keys as its bounds allow, in place."""

from collections.abc import Set
from dataclasses import dataclass

import numpy as np

from ..keying.curves import replace_keys
from .fewer_keys import fewer_keys
from .played import Played


@dataclass(frozen=True)
class Reduced:
    """How many keys the edited curves had in the range, and have."""

    before: int
    after: int


def reduce_keys(played: Played, bones: Set[str], first: float, last: float, distance: float, turn: float) -> Reduced:
    """Take away keys of these bones from the first frame to the last; those that stay are linear.

    No joint moves by more than `distance`, metres, and no bone turns by more than `turn`, radians, at any frame.
    """
    inside = played.within(first, last)
    frames, values = played.frames[inside], played.legal(played.values)[inside].astype(np.float64)
    channels = played.of_bones(bones)
    free = np.isin(np.arange(len(played.skeleton.bones)), [played.owners[c] for c in channels])
    kept = fewer_keys(played.skeleton, played.lengths, values, played.owners, free, distance, turn)
    before = after = 0
    for channel in channels:
        curve = played.curves[played.channels[channel]]
        rows = kept[:, played.owners[channel]]
        before += sum(frames[0] <= key.co.x <= frames[-1] for key in curve.keyframe_points)
        replace_keys(curve, frames[rows], values[rows, channel])
        after += int(rows.sum())
    return Reduced(before, after)
