"""Time: gaps bridged, angles and the root's rotation filtered, limits kept."""

from collections.abc import Callable

import numpy as np

from ..geometry.arrays import Array, Mask, runs
from ..geometry.rotations import euler_to_matrix, matrix_to_euler, nearest_rotation

#: At strength 1, seconds to each side: what goes astray for less than half of this window is outvoted.
ASTRAY = 0.04
#: Standard deviation of the weights at strength 1, in seconds. Fingers that spell five letters a second, so
#: that they swing at 2.5 Hz, keep 80 % of their travel; jitter comes down to nearly that of true motion.
WIDTH = 0.08
#: How many times as strongly the trunk is filtered: one view tells little of it, and it is not thrown about as arms
#: are. A person's distance is told least: how strongly where it stays the same, and where it changes.
TRUNK = 4.0
STANDING, WALKING = 64.0, 16.0
#: Share of the distance below which its changes are noise. On `dev`, whose signers stand, what the second filter leaves
#: beside the first is 0.0037 of it on average, 0.0065 at most (medians).
BELIEVED = 0.01
#: Of the local polynomials: parabolas, unlike means and lines, leave the tops of movements where they are.
DEGREE = 2
#: Keeps the local fit solvable where a frame's neighbours are too far away to weigh anything.
ALONE = 1e-10
#: Seconds that times are rounded by.
INSTANT = 1e-9
#: Frames at once: memory does not grow with the clip.
BLOCK = 512

Filter = Callable[[Array, Array, float], Array]
"""Values (F,...) at times (F,), seconds, and a strength -> the same values, calmer; zero phase."""


def bridge(values: Array, seen: Mask, time: Array) -> Array:
    """Values (F,...) with frames that are not seen interpolated in time; held before and after.

    Frames are returned as they are when none is seen.
    """
    if seen.all() or not seen.any():
        return values
    flat = values.reshape(len(values), -1).copy()
    for column in range(flat.shape[1]):
        flat[~seen, column] = np.interp(time[~seen], time[seen], flat[seen, column])
    return flat.reshape(values.shape)


def short_gaps(seen: Mask, time: Array, longest: float) -> Mask:
    """(F,) frames that are not seen, between seen ones that are less than `longest` seconds apart."""
    short = np.zeros_like(seen)
    for start, stop in runs(~seen):
        inside = start > 0 and stop < len(seen)
        short[start:stop] = inside and time[stop] - time[start - 1] < longest
    return short


def filter_values(
    values: Array, time: Array, strength: float, astray: float = ASTRAY, width: float = WIDTH, degree: int = DEGREE
) -> Array:
    """Medians, then local parabolas, over real times through values (F,...); a `Filter`.

    The best of those in docs/ablation.md: the median of neighbours drops what the detector
    mistook for a frame and leaves ramps as they are, the parabolas take the noise.
    """
    if strength <= 0.0 or len(values) < 3:
        return values
    return local_fit(medians(values, time, astray * strength), time, width * strength, degree)


def medians(values: Array, time: Array, reach: float) -> Array:
    """Each of the values (F,...) by the median of itself and its neighbours for `reach` seconds to each side.

    A neighbour counts from half of the way to it on, and as many on each side, so that ramps stay as they are.
    Beyond the ends of the clip these go on.
    """
    frames = len(time)
    first, last = time[1] - time[0], time[-1] - time[-2]
    extra = int(np.ceil(reach / min(first, last))) + 1
    steps = np.arange(1, extra + 1)
    padded = np.concatenate([time[0] - first * steps[::-1], time, time[-1] + last * steps])
    halfway, own = (padded[1:] + padded[:-1]) / 2, np.arange(frames) + extra
    after = np.searchsorted(halfway, time + reach - INSTANT) - own
    before = own - np.searchsorted(halfway, time - reach + INSTANT)
    counts = np.minimum(before, after)
    result = np.empty(values.shape)
    for rows in (slice(start, start + BLOCK) for start in range(0, frames, BLOCK)):
        for count in map(int, np.unique(counts[rows])):
            same = np.flatnonzero(counts[rows] == count) + rows.start
            near = np.clip(same + np.arange(-count, count + 1)[:, None], 0, frames - 1)
            result[same] = np.median(values[near], axis=0)
    return result


def local_fit(values: Array, time: Array, width: float, degree: int = DEGREE) -> Array:
    """Values (F,...) by polynomials fitted about each frame with Gaussian weights (LOESS, Cleveland 1979).

    `width` is the weights' standard deviation, seconds. The ends of the clip stay in place.
    """
    frames = len(time)
    flat = values.reshape(frames, -1)
    result = np.zeros_like(flat, dtype=np.float64)
    own = np.arange(frames)
    after = np.searchsorted(time, time + 3.0 * width - INSTANT) - own
    before = own - np.searchsorted(time, time - 3.0 * width + INSTANT) + 1
    for rows in (slice(start, start + BLOCK) for start in range(0, frames, BLOCK)):
        reach = max(int(after[rows].max()), int(before[rows].max()))
        index = own[rows, None] + np.arange(-reach, reach + 1)
        inside = (index >= 0) & (index < frames)
        index = np.clip(index, 0, frames - 1)
        t = (time[index] - time[rows, None]) / width
        weight = np.exp(-0.5 * t**2) * inside
        powers = t[..., None] ** np.arange(degree + 1)
        normal = np.swapaxes(powers * weight[..., None], 1, 2) @ powers + np.diag([0.0] + [ALONE] * degree)
        kernel = weight * (powers @ np.linalg.inv(normal)[:, :, :1])[..., 0]
        for column in range(index.shape[1]):
            result[rows] += kernel[:, column, None] * flat[index[:, column]]
    return result.reshape(values.shape)


def filter_distance(distance: Array, time: Array, strength: float, filtering: Filter = filter_values) -> Array:
    """Distances (F,1), metres: still where they do not change beyond noise, and free to change where they do.

    What the weaker of two filters leaves beside the stronger is kept as far as it is no noise.
    """
    still, moving = (filtering(distance, time, times * strength) for times in (STANDING, WALKING))
    return still + beyond_noise(moving - still, BELIEVED * still)


def beyond_noise(change: Array, noise: Array | float) -> Array:
    """What differs (F,...), by the share of it that is no noise of a known size: the Wiener filter."""
    return change**3 / (change**2 + noise**2)


def filter_rotations(rotations: Array, time: Array, strength: float, filtering: Filter = filter_values) -> Array:
    """Rotations (F,3,3) filtered as matrices and brought back onto SO(3)."""
    if strength <= 0.0 or len(rotations) < 3:
        return rotations
    return nearest_rotation(filtering(rotations, time, strength))


def smooth_angles(
    angles: Array,
    order: str,
    seen: Mask,
    time: Array,
    strength: float,
    filtering: Filter = filter_values,
    trunk: Mask | None = None,
) -> Array:
    """Angles (F,A), the root's three first, bridged where not seen (F,A), then filtered; `trunk` (A,) as heavy ones."""
    heavy = np.zeros(angles.shape[1], dtype=bool) if trunk is None else trunk
    bridged = angles.astype(np.float64)
    for mask in np.unique(seen, axis=1).T:
        same = (seen == mask[:, None]).all(0)
        bridged[:, same] = bridge(bridged[:, same], mask, time)
    root = nearest_rotation(bridge(euler_to_matrix(angles[:, :3], order), seen[:, 0], time))
    strengths = np.where(heavy, TRUNK * strength, strength)
    bridged[:, :3] = matrix_to_euler(filter_rotations(root, time, strengths[0], filtering), order)
    for own in np.unique(strengths):
        same = (strengths == own) & (np.arange(len(strengths)) > 2)
        bridged[:, same] = filtering(bridged[:, same], time, own)
    return bridged
