"""Time: gaps bridged, angles and the root's rotation filtered, limits kept."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .rotations import euler_to_matrix, matrix_to_euler, nearest_rotation

#: Standard deviation of the filter at strength 1, in seconds: fingers that spell five letters a second
#: keep half of their travel, MediaPipe's jitter at 30 frames a second is halved.
WIDTH = 0.04


def bridge(values: NDArray[Any], seen: NDArray[np.bool_], time: NDArray[Any]) -> NDArray[Any]:
    """Values (F,...) with frames that are not seen interpolated in time; held before and after.

    Frames are returned as they are when none is seen.
    """
    if seen.all() or not seen.any():
        return values
    flat = values.reshape(len(values), -1).copy()
    for column in range(flat.shape[1]):
        flat[~seen, column] = np.interp(time[~seen], time[seen], flat[seen, column])
    return flat.reshape(values.shape)


def filter_values(values: NDArray[Any], time: NDArray[Any], strength: float) -> NDArray[Any]:
    """Gaussian-weighted local lines through values (F,...) over real times; zero phase.

    A local line, unlike a local mean, keeps ramps and the ends of the clip in place (LOESS).
    """
    if strength <= 0.0 or len(values) < 3:
        return values
    sigma = WIDTH * strength
    reach = max(1, int(np.ceil(3.0 * sigma / np.median(np.diff(time)))))
    frames = len(time)
    offsets = np.arange(-reach, reach + 1)
    index = np.arange(frames)[:, None] + offsets
    inside = (index >= 0) & (index < frames)
    index = np.clip(index, 0, frames - 1)
    t = time[index] - time[:, None]
    w = np.exp(-0.5 * (t / sigma) ** 2) * inside
    s0, s1, s2 = w.sum(1), (w * t).sum(1), (w * t * t).sum(1)
    kernel = w * (s2[:, None] - s1[:, None] * t) / (s0 * s2 - s1 * s1)[:, None]
    flat = values.reshape(frames, -1)
    result = np.zeros_like(flat, dtype=np.float64)
    for column in range(index.shape[1]):
        result += kernel[:, column, None] * flat[index[:, column]]
    return result.reshape(values.shape)


def filter_rotations(rotations: NDArray[Any], time: NDArray[Any], strength: float) -> NDArray[Any]:
    """Rotations (F,3,3) filtered as matrices and brought back onto SO(3)."""
    if strength <= 0.0 or len(rotations) < 3:
        return rotations
    return nearest_rotation(filter_values(rotations, time, strength))


def smooth_angles(
    angles: NDArray[Any],
    order: str,
    seen: NDArray[np.bool_],
    time: NDArray[Any],
    strength: float,
) -> NDArray[np.float64]:
    """Angles (F,A), the root's three first, bridged where not seen (F,A), then filtered."""
    bridged = angles.astype(np.float64)
    for mask in np.unique(seen, axis=1).T:
        same = (seen == mask[:, None]).all(0)
        bridged[:, same] = bridge(bridged[:, same], mask, time)
    root = nearest_rotation(bridge(euler_to_matrix(angles[:, :3], order), seen[:, 0], time))
    bridged[:, :3] = matrix_to_euler(filter_rotations(root, time, strength), order)
    bridged[:, 3:] = filter_values(bridged[:, 3:], time, strength)
    return bridged
