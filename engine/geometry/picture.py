"""Pictures at other sizes and places, where no frame of a video's library is to be had."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import Array


def turn_by(angle: float) -> Array:
    """The matrix (2,2) that turns pixels by radians, from x to y."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def middles(size: int) -> Array:
    """(N,N,2) x, y of the middles of the pixels of a picture of N by N."""
    return np.stack(np.meshgrid(*[np.arange(size) + 0.5] * 2), -1)


def shrunk(picture: NDArray[Any], size: int) -> Array:
    """A picture (H,W,C) whose pixels are means of `size` by `size` of its own; what is left over is cut off."""
    rows, columns = (length // size for length in picture.shape[:2])
    whole = picture[: rows * size, : columns * size]
    return whole.reshape(rows, size, columns, size, -1).mean((1, 3))


def sampled(picture: NDArray[Any], points: Array) -> Array:
    """The colours (...,C) of a picture (H,W,C) at points (...,2), pixels, between its own; 0 outside."""
    corner = np.floor(points - 0.5).astype(int)
    found = np.zeros((*points.shape[:-1], picture.shape[2]))
    height, width = picture.shape[:2]
    for right, below in ((0, 0), (1, 0), (0, 1), (1, 1)):
        x, y = corner[..., 0] + right, corner[..., 1] + below
        inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
        weight = (1 - np.abs(points[..., 0] - 0.5 - x)) * (1 - np.abs(points[..., 1] - 0.5 - y)) * inside
        found += weight[..., None] * picture[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
    return found
