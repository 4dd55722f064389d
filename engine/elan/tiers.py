"""What a motion tells as tiers: hands seen, stretches of signing, events of head and face."""

from collections.abc import Iterator

import numpy as np

from ..activity import stretches_of
from ..events import EventKind, events_of
from ..geometry.arrays import Mask, runs
from ..motion import Motion
from .annotations import Annotation, Tier

#: Linguistic type of all of them.
TYPE = "Sign Mocap"
_OF_FACES = {EventKind.BROWS, EventKind.BLINK}


def tiers_of(motion: Motion, earlier: float = 0.0) -> list[Tier]:
    """The tiers of a motion, `earlier` seconds than in the video; one of what cannot be told, as of a face that was
    never seen, there is not.

    A frame lasts from its time to the next one's. What is before time 0 is cut off.
    """
    time = motion.time - earlier
    ends = np.append(time[1:], time[-1] + (1.0 / motion.fps if motion.fps else 0.0))
    tiers: list[Tier] = []
    for name, told in _told(motion):
        spans = [(max(float(time[first]), 0.0), float(ends[stop - 1]), said) for first, stop, said in told]
        own = tuple(Annotation(*span) for span in spans if span[1] > span[0])
        tiers.append(Tier(name, TYPE, "", "", "", (), own))
    return tiers


def _told(motion: Motion) -> Iterator[tuple[str, list[tuple[int, int, str]]]]:
    """Names of tiers with what they say: the first frame, the one after the last, and a value."""
    for side in motion.kind.hands:
        seen = motion.seen[:, side.column]
        yield f"{side} hand", sorted(_runs(seen, "seen") + _runs(~seen, "lost"))
    if not motion.kind.has_body:
        return
    yield "signing", [(own.first, own.stop, " and ".join(own.hands)) for own in stretches_of(motion)]
    events = events_of(motion)
    for kind in EventKind:
        if kind not in _OF_FACES or motion.face is not None:
            yield kind, [(own.first, own.stop, str(kind)) for own in events if own.kind == kind]


def _runs(mask: Mask, said: str) -> list[tuple[int, int, str]]:
    return [(start, stop, said) for start, stop in runs(mask)]
