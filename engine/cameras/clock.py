"""The clocks of several videos of one take: how far one is ahead of another, and keypoints at another's times."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..geometry.arrays import Array, Mask
from ..keypoints import BODY, PARTS, POSE_NAMES, Keypoints, Side

#: Seconds: of the grid that speeds are compared on, and of the difference quotients that they are.
GRID, STEP = 0.01, 0.1
#: Two videos have to show so many seconds together, or this share of the shorter one.
TOGETHER, SHARE = 2.0, 0.75
#: A match is one where speeds correlate so well, and no other, this many seconds away, nearly as well.
ALIKE, APART, NEARLY = 0.5, 0.3, 0.9
#: Seconds that the best match of speeds may be off.
NEARBY = 0.1
#: Points that are surer than this are followed.
SURE = 0.5
_SHOULDERS = [POSE_NAMES.index(f"{side}_shoulder") for side in Side]
_WRISTS = [POSE_NAMES.index(f"{side}_wrist") for side in Side]


def offset_between(main: Keypoints, other: Keypoints, name: str) -> float:
    """Seconds that the other video's clock is ahead: what it shows at t + offset the main one shows at t.

    Where the wrists' speeds correlate best, to a fraction of a frame. Raises InputError, which names the other video,
    where nothing fits, or two offsets do.
    """
    if min(len(main.time), len(other.time)) < 2:
        raise InputError(f"{name}, or the video itself, is a single picture; the views of a take are videos.")
    curves = [_speeds(keypoints) for keypoints in (main, other)]
    starts = [keypoints.time[0] for keypoints in (main, other)]
    count = [curve.shape[1] for curve in curves]
    least = int(min(TOGETHER / GRID, SHARE * min(count)))
    lags = np.arange(least - count[0], count[1] - least + 1)
    if least < 2 * STEP / GRID:
        raise InputError(f"{name} is too short to be matched by the wrists; film longer.")
    alike = np.array([_correlation(curves[0], curves[1], int(lag)) for lag in lags])
    together = np.minimum(count[0] + lags, np.minimum(count[1] - lags, min(count)))
    scores = alike * np.sqrt(together / together.max())  # a short stretch is easily alike
    best = int(scores.argmax())
    rivals = scores[np.abs(lags - lags[best]) > APART / GRID]
    if alike[best] < ALIKE:
        raise InputError(
            f"The wrists in {name} do not move as those in the video at any time; is it the same take?"
            f" If the cameras run in step, say so."
        )
    if len(rivals) and rivals.max() > NEARLY * scores[best]:
        raise InputError(
            f"The wrists in {name} fit the video at more than one time; film longer, with livelier hands, or say"
            f" that the cameras run in step."
        )
    return (lags[best] + _refined(curves[0], curves[1], int(lags[best]))) * GRID + float(starts[1] - starts[0])


def at_times(keypoints: Keypoints, times: NDArray[np.float64], name: str) -> Keypoints:
    """Keypoints at other times (F,), s, between those of two frames that both show the part; elsewhere nothing is seen.

    Raises InputError, which names the video, where it shows none of these times.
    """
    own = keypoints.time
    if len(own) < 2:
        raise InputError(f"{name} is a single picture; the views of a take are videos.")
    after = np.clip(np.searchsorted(own, times), 1, len(own) - 1)
    share = (times - own[after - 1]) / (own[after] - own[after - 1])
    nearly = 0.5  # of a frame beyond the ends
    shown = (share > -nearly) & (share < 1.0 + nearly)
    if not shown.any():
        raise InputError(f"{name} shows no moment that the video shows; are both of the same take?")
    share = np.clip(share, 0.0, 1.0)

    def between(values: NDArray[np.float32]) -> NDArray[np.float32]:
        weight = share.reshape(-1, *(1,) * (values.ndim - 1)).astype(np.float32)
        return (1.0 - weight) * values[after - 1] + weight * values[after]

    confidence = between(keypoints.confidence)
    seen = keypoints.seen
    for column, part in enumerate(PARTS):
        both = (seen[after - 1, column] | (share > 0.999)) & (seen[after, column] | (share < 0.001))
        confidence[~(both & shown), part] = 0.0
    depth = None if keypoints.depth is None else between(keypoints.depth)
    return replace(keypoints, points=between(keypoints.points), confidence=confidence, depth=depth, time=times)


def _speeds(keypoints: Keypoints) -> Array:
    """(4,T) on a grid: how fast each wrist moves, and how fast it rises, shoulder widths per second; NaN where unseen.

    Rising looks alike to all cameras that are held upright.
    """
    body: Array = keypoints.points[:, BODY].astype(np.float64)
    seen = keypoints.confidence[:, BODY] >= SURE
    across: Array = body[:, _SHOULDERS[0]] - body[:, _SHOULDERS[1]]
    widths: Array = np.linalg.norm(across, axis=-1)
    width = float(np.median(widths))
    grid = np.arange(keypoints.time[0], keypoints.time[-1], GRID)
    curves: list[Array] = []
    for wrist in _WRISTS:
        sure = seen[:, [wrist, *_SHOULDERS]].all(1)
        path: Array = (body[:, wrist] - body[:, _SHOULDERS].mean(1)) / max(width, 1e-9)
        if sure.sum() < 2:
            curves += [np.full(len(grid), np.nan)] * 2
            continue
        times, ends = keypoints.time[sure], list[Array]()
        for shift in (-STEP / 2.0, STEP / 2.0):
            way: list[Array] = [np.interp(grid + shift, times, path[sure, axis]) for axis in (0, 1)]
            ends.append(np.stack(way, -1))
        velocity: Array = (ends[1] - ends[0]) / STEP
        nearest = np.abs(grid[:, None] - keypoints.time[None]).argmin(1)
        velocity[~sure[nearest]] = np.nan
        curves += [np.hypot(velocity[:, 0], velocity[:, 1]), velocity[:, 1]]
    return np.stack(curves)


def _correlation(main: Array, other: Array, lag: int) -> float:
    """Pearson's, of what both show where the other's grid is moved; the mean over the curves that both have."""
    start, stop = max(0, -lag), min(main.shape[1], other.shape[1] - lag)
    a, b = main[:, start:stop], other[:, start + lag : stop + lag]
    both: Mask = np.isfinite(a) & np.isfinite(b)
    found: list[float] = []
    for x, y, known in zip(a, b, both, strict=True):
        if known.sum() > len(known) / 2 and x[known].std() > 1e-6 and y[known].std() > 1e-6:
            found.append(float(np.corrcoef(np.stack([x[known], y[known]]))[0, 1]))
    return float(np.mean(found)) if found else -1.0


def _refined(main: Array, other: Array, lag: int) -> float:
    """How far from a lag, in steps, rising wrists fit best: of synthetic takes they tell it to 3 ms, speeds to 18."""
    near = int(NEARBY / GRID)
    steps = np.arange(-near, near + 1)
    scores = np.array([_correlation(main[1::2], other[1::2], lag + int(step)) for step in steps])
    best = int(scores.argmax())
    return float(steps[best] + _summit(scores, best))


def _summit(scores: Array, best: int) -> float:
    """How far from the best score, in steps, the parabola through it and its neighbours is highest."""
    if not 0 < best < len(scores) - 1:
        return 0.0
    before, at, after = scores[best - 1 : best + 2]
    bend = before - 2.0 * at + after
    return float(0.5 * (before - after) / bend) if bend < 0 else 0.0
