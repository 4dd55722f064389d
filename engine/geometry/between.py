"""Values between frames."""

from dataclasses import dataclass

import numpy as np

from .arrays import Array, Index
from .rotations import euler_to_matrix, matrix_to_euler, nearest_rotation


@dataclass(frozen=True)
class Between:
    """N places among F frames, each on the way from one frame to the next."""

    before: Index
    """(N,)"""
    after: Index
    """(N,)"""
    share: Array
    """(N,) of the way, 0 to 1."""

    @classmethod
    def of(cls, places: Array) -> "Between":
        """Frames (N,) that need not be whole ones."""
        before = np.floor(places).astype(np.int64)
        return cls(before, np.ceil(places).astype(np.int64), places - before)

    def values(self, values: Array) -> Array:
        """(F,...) -> (N,...), linear between frames."""
        weight = self.share.reshape(-1, *([1] * (values.ndim - 1)))
        return values[self.before] * (1.0 - weight) + values[self.after] * weight

    def turns(self, angles: Array, order: str) -> Array:
        """Rotations by Euler angles (F,3), radians -> (N,3), as rotations; not made continuous."""
        matrices = self.values(euler_to_matrix(angles.astype(np.float64), order))
        return matrix_to_euler(nearest_rotation(matrices), order)

    @property
    def nearest(self) -> Index:
        """(N,)"""
        return np.where(self.share < 0.5, self.before, self.after)
