"""What head and face do that is grammar in sign languages: nods, head shakes, raised brows, blinks.

Each is defined by angles or coefficients and times; docs/face_events.md has how well they are found.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from .face.face import Face
from .face.names import FACE_NAMES, Region
from .geometry.arrays import Array, Mask, frames_near, runs
from .head import head_angles
from .lifting import short_gaps
from .motion import Motion


class EventKind(StrEnum):
    """What it is."""

    NOD = "nod"
    SHAKE = "head shake"
    BROWS = "brows raised"
    BLINK = "blink"


#: A swing of the head goes so many radians away and back, at least, each within so many seconds; one that begins at
#: most so many seconds after another belongs to it.
SWING, QUICK, PAUSE = float(np.radians(6.0)), 0.35, 0.4
#: How many swings it takes: a nod is one downwards; a head that looks aside and back has one, so a shake has two.
SWINGS = {EventKind.NOD: 1, EventKind.SHAKE: 2}
#: How high a coefficient gets at least, how high it stays, and for how many seconds at least.
HELD = {EventKind.BROWS: (0.3, 0.15, 0.12), EventKind.BLINK: (0.25, 0.12, 0.0)}
#: Seconds: lids that are down for longer sleep, or look down; a blink is what comes on top of that.
LONGEST = 0.5
GAP = 0.1  # seconds: what is shorter is none
_FAR = 0.85  # of a swing: where it begins and ends, but for the slow rest


@dataclass(frozen=True)
class Event:
    """Something that head or face does for a while."""

    kind: EventKind
    first: int
    """The first frame."""
    stop: int
    """The frame after the last."""
    strength: float
    """Of nods and shakes the widest way of the head within QUICK, radians; of brows the highest coefficient, 0..1; of
    blinks how far the lids fall."""


def events_of(motion: Motion) -> list[Event]:
    """The events of a clip, in the order of their first frames; none of a still picture, or of a hand by itself."""
    if len(motion.time) < 2 or not motion.kind.has_body:
        return []
    return events_in(head_angles(motion), motion.seen[:, 0], motion.face, motion.time)


def events_in(head: Array, seen: Mask, face: Face | None, time: Array) -> list[Event]:
    """The same of a head's angles (F,3), as `head_angles`, seen in some frames (F,), and a face, at times (F,), s."""
    yaw, pitch, _ = head.T
    swings = [*_swings(EventKind.SHAKE, yaw, time), *_swings(EventKind.NOD, pitch, time)]
    found = [event for event in swings if seen[event.first : event.stop].all()]
    if face is not None:
        found += _held_by(face, time)
    return sorted(found, key=lambda event: event.first)


def _swings(kind: EventKind, angles: Array, time: Array) -> Iterator[Event]:
    """Nods in the head's pitch (F,), or shakes in its yaw (F,), radians at times (F,), s."""
    near, together = frames_near(time, QUICK), list[Event]()
    for turn, low in _turning_points(angles):
        away = (angles - angles[turn]) * (1 if low else -1)
        before, after = away[near[turn].start : turn + 1], away[turn : near[turn].stop]
        if min(before.max(), after.max()) < SWING or (kind is EventKind.NOD and not low):
            continue
        first = turn + 1 - len(before) + int(np.flatnonzero(before >= _FAR * before.max())[-1])
        stop = turn + 1 + int(np.flatnonzero(after >= _FAR * after.max())[0])
        if together and time[first] - time[together[-1].stop - 1] > PAUSE:
            yield from _joined(together)
            together = []
        together.append(Event(kind, first, stop, float(max(before.max(), after.max()))))
    yield from _joined(together)


def _joined(swings: list[Event]) -> Iterator[Event]:
    """One event of swings that follow each other, if they are enough."""
    if swings and len(swings) >= SWINGS[swings[0].kind]:
        widest = max(swing.strength for swing in swings)
        yield replace(swings[0], stop=max(swing.stop for swing in swings), strength=widest)


def _turning_points(angles: Array) -> list[tuple[int, bool]]:
    """Frames where angles (F,) turn, SWING or more away from their neighbours, and whether it is upwards."""
    turns: list[tuple[int, bool]] = []
    high = low = way = 0  # way: 1 is up, -1 down, 0 not known yet
    for frame, angle in enumerate(angles):
        high = frame if angle > angles[high] else high
        low = frame if angle < angles[low] else low
        if way <= 0 and angle - angles[low] >= SWING:
            turns.append((low, True))
            way, high = 1, frame
        elif way >= 0 and angles[high] - angle >= SWING:
            turns.append((high, False))
            way, low = -1, frame
    return turns


def _held_by(face: Face, time: Array) -> Iterator[Event]:
    """What a face holds at times (F,), s: brows up, lids shut."""

    def of(*names: str) -> Array:
        return face.coefficients[:, [FACE_NAMES.index(name) for name in names]]

    brows = (of("browInnerUp")[:, 0] + of("browOuterUpLeft", "browOuterUpRight").mean(1)) / 2
    lids = _brief(of("eyeBlinkLeft", "eyeBlinkRight").mean(1), time)
    for kind, values, region in ((EventKind.BROWS, brows, Region.BROWS), (EventKind.BLINK, lids, Region.EYES)):
        yield from _held(kind, values, face.seen & ~face.covered[:, [*Region].index(region)], time)


def _brief(values: Array, time: Array) -> Array:
    """(F,) how far values (F,) at times (F,), s, are above what they are for LONGEST: a white top hat.

    What they are at the ends of a clip they may have been before and after.
    """
    near = frames_near(time, LONGEST / 2)
    least = np.stack([values[frames].min() for frames in near])
    least[[0, -1]] = values[[0, -1]]
    return values - np.stack([least[frames].max() for frames in near])


def _held(kind: EventKind, values: Array, seen: Mask, time: Array) -> Iterator[Event]:
    """Where values (F,) are held as HELD says, from the first to the last frame that is seen (F,), at times (F,), s."""
    high, low, shortest = HELD[kind]
    holds = values >= low
    for start, end in runs(holds | short_gaps(holds, time, GAP)):
        known = start + np.flatnonzero(seen[start:end])
        strength = float(values[known].max(initial=0.0))
        if strength >= high and time[known[-1]] - time[known[0]] >= shortest:
            yield Event(kind, int(known[0]), int(known[-1]) + 1, strength)
