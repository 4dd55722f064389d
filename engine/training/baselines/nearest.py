"""Nearest-neighbour lifting: 3D Human Pose Estimation = 2D Pose Estimation + Matching (Chen and Ramanan, CVPR 2017).

A library of poses in space is projected; the points of a picture take the pose whose projection is nearest, and that
is then warped onto them: its depth is kept, x and y are those of the rays through the points.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...geometry.arrays import Array, Index, in_blocks
from .lifting import Examples

Complex = NDArray[np.complexfloating[Any, Any]]
"""Points of the image plane: the real part is x, the imaginary y."""
#: Pictures that are matched at once: memory is this times the library's size.
BLOCK = 64


@dataclass(frozen=True)
class Library:
    """M exemplars; a `Lifter`."""

    joints: Array
    """(M,P,3) metres, in the axes of a camera that looks at them, from the camera on."""

    @classmethod
    def of(cls, examples: Examples) -> "Library":
        """The true joints of examples, whatever was detected of them."""
        return cls(examples.joints)

    @cached_property
    def projected(self) -> Complex:
        """(M,P) points on the image plane."""
        flat = self.joints[..., :2] / self.joints[..., 2:]
        return flat[..., 0] + 1j * flat[..., 1]

    def __call__(self, plane: Array, seen: Array) -> Array:
        """The nearest exemplar of each picture, warped; as a `Lifter`."""
        return in_blocks(self._lift, plane.astype(np.float64), seen.astype(np.float64), size=BLOCK)

    def _lift(self, plane: Array, seen: Array) -> Array:
        points = plane[..., 0] + 1j * plane[..., 1]
        nearest, zoom, shift = self.match(points, seen)
        exemplar = self.joints[nearest]
        # Where a point is not seen, the exemplar's own stands for it.
        shown = np.where(seen > 0, points, zoom[:, None] * self.projected[nearest] + shift[:, None])
        # Seen larger by the zoom, the exemplar is nearer by it.
        middle = exemplar[..., 2].mean(1, keepdims=True)
        depth = exemplar[..., 2] - middle + middle / np.abs(zoom)[:, None]
        return np.stack([shown.real * depth, shown.imag * depth, depth], -1)

    def match(self, points: Complex, seen: Array) -> tuple[Index, Complex, Complex]:
        """Of points (F,P), seen (F,P): the nearest exemplar (F,), and the zoom and the shift of its camera (F,).

        The camera of each pair is the best in least squares: points = zoom * projected + shift, where the zoom also
        rolls. What that leaves has a closed form.
        """
        library = self.projected.T
        weight = seen / seen.sum(1, keepdims=True)
        mean, means = (weight * points).sum(1), weight @ library
        spread = (weight * np.abs(points) ** 2).sum(1) - np.abs(mean) ** 2
        spreads = weight @ np.abs(library) ** 2 - np.abs(means) ** 2
        product = (weight * points) @ library.conj() - mean[:, None] * means.conj()
        residual = spread[:, None] - np.abs(product) ** 2 / spreads
        nearest, rows = residual.argmin(1), np.arange(len(points))
        zoom = product[rows, nearest] / spreads[rows, nearest]
        return nearest, zoom, mean - zoom * means[rows, nearest]
