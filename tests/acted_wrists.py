"""Wrists that rest, sign and rest again at known times."""

from dataclasses import dataclass

import numpy as np

from engine.geometry.arrays import Array

#: Outwards, forwards and up from the shoulder, metres: hanging, in the lap, folded before the belly.
RESTS = ((0.03, 0.03, -0.5), (-0.12, 0.25, -0.42), (-0.2, 0.2, -0.28))
#: Where signs are made, low before the waist to above the head, as `training/acting/random_signing.py` has them.
PLACES = ((-0.24, 0.08, -0.4), (0.35, 0.42, 0.24))
SHOULDERS, HIPS = np.array([[0.18, 0.0, 0.5], [-0.18, 0.0, 0.5]]), np.zeros(3)


@dataclass(frozen=True)
class Acted:
    """A clip of F frames with N stretches of signing."""

    time: Array
    """(F,) seconds."""
    wrists: Array
    """(F,2,3) metres."""
    truth: Array
    """(N,2) seconds: half way from rest to the first place, and from the last to rest."""


def act(seed: int, rate: float = 25.0, noise: float = 0.005) -> Acted:
    """Signing of one or two hands: one to four places a stretch, with holds, between rests of a second or two."""
    rng = np.random.default_rng(seed)
    home = np.array(RESTS[rng.integers(len(RESTS))])
    both, now = rng.random() < 0.5, 0.0
    keys: list[tuple[float, Array]] = [(now, home)]
    truth: list[tuple[float, float]] = []
    for _ in range(rng.integers(1, 5)):
        now += rng.uniform(1.0, 2.0)
        keys.append((now, home))
        first = len(keys) - 1
        for at in rng.uniform(*PLACES, (rng.integers(1, 5), 3)):
            now += rng.uniform(0.25, 0.7)
            keys.append((now, at))
            now += float(rng.choice([0.0, rng.uniform(0.05, 0.4)]))
            keys.append((now, at))
        now += rng.uniform(0.25, 0.7)
        keys.append((now, home))
        truth.append(((keys[first][0] + keys[first + 1][0]) / 2, (keys[-2][0] + now) / 2))
    keys.append((now + 1.5, home))
    time = np.arange(0.0, keys[-1][0], 1.0 / rate)
    times = np.array([key for key, _ in keys])
    after = np.clip(np.searchsorted(times, time, side="right"), 1, len(keys) - 1)
    spans = np.maximum(times[after] - times[after - 1], 1e-9)
    share = np.clip((time - times[after - 1]) / spans, 0, 1)
    eased = (share**3 * (10 - 15 * share + 6 * share**2))[:, None]  # minimum jerk (Flash and Hogan 1985)
    places = np.array([place for _, place in keys])
    moving = places[after - 1] * (1 - eased) + places[after] * eased
    right = SHOULDERS[1] + moving * (-1, 1, 1)
    left = SHOULDERS[0] + (moving if both else np.broadcast_to(home, moving.shape))
    wrists = np.stack([left, right], axis=1)
    return Acted(time, wrists + rng.normal(0, noise, wrists.shape), np.array(truth))
