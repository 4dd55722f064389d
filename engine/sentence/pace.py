"""How fast: through a sign, slowing down to a hold at its boundaries, and from one sign to the next."""

import numpy as np

from ..geometry.arrays import Array

#: Seconds in which a sign comes to rest, or sets off, in half of the way that it makes in that time at full speed. The
#: boundary is in the middle of that way.
HOLD = 0.2
#: Fitts' law with the coefficients of his tapping, 12.8 ms and 94.7 ms a bit (Fitts 1954; the regression is that of
#: MacKenzie 1992, "Fitts' law as a research and design tool in human-computer interaction"). Eleven movements of two
#: signers' hands take 86 ms a bit and 161 ms more: about the time that the holds before and after one add to it.
FITTS = (0.0128, 0.0947)
#: Metres within which a hand has to arrive: half of a palm's width to each side.
WITHIN = 0.08
#: Seconds that a hand needs for another handshape, wherever it is.
SHORTEST = 0.16


def paces(first: int, last: int, count: int, rate: float, *, enters: bool, leaves: bool) -> Array:
    """(N,) the places among the `count` frames of a clip whose sign is from `first` to `last`, one for each frame.

    Where it follows another it `enters`: it sets off from rest a little before the sign; else all that is before the
    sign is there, too. Where another follows it `leaves`: it comes to rest a little after.
    """
    margin = HOLD / 4 * rate
    start = max(first - margin, 0.0) if enters else 0.0
    stop = min(last + margin, count - 1.0) if leaves else count - 1.0
    slow = min(HOLD * rate, stop - start)  # frames; half as many of the clip's
    if slow <= 0.0:
        return np.array([start])
    total = stop - start + slow / 2 * (enters + leaves)
    time = np.linspace(0.0, total, max(round(total), 1) + 1)
    places = start + time - slow / 2 * enters
    if enters:
        places = np.where(time < slow, start + slow * _set_off(time / slow), places)
    if leaves:
        left = total - time
        places = np.where(left < slow, stop - slow * _set_off(left / slow), places)
    return np.clip(places, 0.0, count - 1.0)


def _set_off(share: Array) -> Array:
    """The way made, over the way at full speed, where the speed is a smoothstep of the time's share."""
    return share**3 - share**4 / 2


def minimum_jerk(share: Array) -> Array:
    """How far from rest to rest, 0 to 1, after a share of the time (Flash and Hogan 1985)."""
    return share**3 * (10.0 - 15.0 * share + 6.0 * share**2)


def duration(distance: float) -> float:
    """Seconds that a hand takes for so many metres."""
    return max(FITTS[0] + FITTS[1] * np.log2(max(2.0 * distance / WITHIN, 1.0)), SHORTEST)
