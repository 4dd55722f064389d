"""The clocks of several videos of one take: how far one is ahead of another, and keypoints at another's times."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..geometry.arrays import Array
from ..geometry.epipolar import epipolar_misfit
from ..keypoints import BODY, KEYPOINT_NAMES, PARTS, POSE_NAMES, Keypoints, Side

#: Seconds: of the grid that speeds are compared on, and of the difference quotients that they are.
GRID, STEP = 0.01, 0.1
#: Two videos have to show so many seconds together, or this share of the shorter one.
TOGETHER, SHARE = 2.0, 0.75
#: A match is one where speeds correlate so well, and no other, this many seconds away, nearly as well.
ALIKE, APART, NEARLY = 0.5, 0.3, 0.9
#: A speed, shoulder widths per second, that is none.
STILL = 1e-3
#: Seconds that the best match of speeds may be off.
NEARBY = 0.2
#: An offset is told well whose standard deviation, seconds, is not more than this. So many moments a second err by
#: themselves: detectors err alike in neighbouring frames.
DOUBTFUL, MOMENTS = 0.05, 10.0
#: No detector's points fit better than so, squared, spread by 1.
EXACT = 1e-8
#: Frames and points that are laid onto cameras: at most, and at least.
MOST, LEAST = 600, 50
#: Points that are surer than this are followed.
SURE = 0.5
_LIMBS = [
    POSE_NAMES.index(f"{side}_{joint}")
    for side in Side
    for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
]
_FOLLOWED = [*_LIMBS, *range(BODY.stop, len(KEYPOINT_NAMES))]
#: A hand as a whole counts as two of the limbs' points.
_WEIGHTS = np.array([1.0] * len(_LIMBS) + [0.1] * (len(_FOLLOWED) - len(_LIMBS)))
_SHOULDERS = [POSE_NAMES.index(f"{side}_shoulder") for side in Side]
_WRISTS = [POSE_NAMES.index(f"{side}_wrist") for side in Side]


def offset_between(main: Keypoints, other: Keypoints, name: str) -> float:
    """Seconds that the other video's clock is ahead: what it shows at t + offset the main one shows at t.

    Near where the wrists' speeds correlate best, what both show is laid onto two still cameras (see `_refined`). Raises
    InputError, which names the other video, where nothing fits, two offsets do, or none is told well.
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
    together = np.minimum(count[0] + lags, np.minimum(count[1] - lags, min(count)))
    alike = _correlations(curves[0], curves[1], lags, together)
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
    return _refined(main, other, float(lags[best] * GRID + starts[1] - starts[0]), name)


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


def _correlations(main: Array, other: Array, lags: NDArray[np.int64], together: NDArray[np.int64]) -> Array:
    """(L,) Pearson's, of what both show where the other's grid is moved by lags (L,), the mean over curves of both.

    `together` (L,) is of how many steps that is. By the Fourier transform, all lags at once.
    """
    size = main.shape[1] + other.shape[1]
    shown: Array = np.isfinite(main).astype(np.float64)
    seen: Array = np.isfinite(other).astype(np.float64)
    a, b = np.nan_to_num(main), np.nan_to_num(other)

    def sums(x: Array, y: Array) -> Array:
        spectra = np.conj(np.fft.rfft(x, size)) * np.fft.rfft(y, size)
        return np.fft.irfft(spectra, size)[:, lags % size]

    count: Array = np.maximum(sums(shown, seen), 1.0)
    first, second = sums(a, seen), sums(shown, b)
    alike = sums(a, b) - first * second / count
    spread = sums(a**2, seen) - first**2 / count
    across = sums(shown, b**2) - second**2 / count
    told = (count > together / 2) & (np.minimum(spread, across) > STILL**2 * count)
    each = np.where(told, alike / np.sqrt(np.where(told, spread * across, 1.0)), 0.0)
    return np.where(told.any(0), each.sum(0) / np.maximum(told.sum(0), 1), -1.0)


def _refined(main: Keypoints, other: Keypoints, near: float, name: str) -> float:
    """The offset near one, s, at which what both show is best seen by two cameras that stand still, whichever.

    Raises InputError, which names the other video, where that is not told well enough.
    """
    offsets = near + np.arange(-NEARBY, NEARBY + GRID / 2, GRID)
    misfits = np.array([_misfit(main, other, float(offset)) for offset in offsets])
    best = int(misfits.argmin())
    inside = 0 < best < len(offsets) - 1
    bend, shift = _valley(misfits[best - 1 : best + 2]) if inside else (0.0, 0.0)
    seconds = float(min(main.time[-1], other.time[-1] - near) - max(main.time[0], other.time[0] - near))
    moments = min(len(main.time), seconds * MOMENTS)
    if bend <= 0.0 or GRID * (2.0 * max(misfits[best], EXACT) / bend / moments) ** 0.5 > DOUBTFUL:
        raise InputError(
            f"When {name} shows what the video shows is not told to {DOUBTFUL:g} s; film longer, with livelier hands,"
            f" or say that the cameras run in step."
        )
    return float(offsets[best]) + shift * GRID


def _misfit(main: Keypoints, other: Keypoints, offset: float) -> float:
    """See `epipolar_misfit`, of all limbs and hands: infinite where hardly any is shown by both."""
    shown = (main.time + offset >= other.time[0]) & (main.time + offset <= other.time[-1])
    rows = np.flatnonzero(shown)
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, MOST).round().astype(int))] if len(rows) > MOST else rows
    if not len(rows):
        return np.inf
    moved = at_times(other, main.time[rows] + offset, "")
    sure = np.minimum(main.confidence[rows][:, _FOLLOWED], moved.confidence[:, _FOLLOWED])
    told = sure >= SURE
    weights = (np.broadcast_to(_WEIGHTS, sure.shape) * sure)[told].astype(np.float64)
    if len(weights) < LEAST:
        return np.inf
    points, others = (own[:, _FOLLOWED][told].astype(np.float64) for own in (main.points[rows], moved.points))
    return epipolar_misfit(points, others, weights)


def _valley(values: Array) -> tuple[float, float]:
    """The second difference of three values, and where between them their parabola is lowest, in steps."""
    before, at, after = values.tolist()
    bend = before - 2.0 * at + after
    return bend, 0.5 * (before - after) / bend if bend > 0 else 0.0
