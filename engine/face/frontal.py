"""A face posed out of its head's rotation: laid onto a mean face by the points that a face hardly moves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..geometry.arrays import Array, check_shapes
from .landmarks import FACE_POINTS, MIRRORED_POINTS, places

#: Forehead, temples, bridge of the nose, corners of the eyes, sides of the cheeks.
STILL = places(
    *(10, 151, 9, 8, 168, 6, 197, 195, 5),
    *(33, 263, 133, 362, 127, 356, 234, 454, 21, 251, 54, 284, 103, 332, 67, 297, 109, 338, 162, 389, 93, 323),
)


@dataclass(frozen=True)
class Frontal:
    """N faces as the mean face is held and as large: upright, facing the camera, its eyes' outer corners 1 apart."""

    points: Array
    """(N,P,3) as FACE_POINTS: x to the person's left, y down, z to the back."""
    rotations: Array
    """(N,3,3) the heads' in the camera's frame; nothing where one faces along the camera's axis."""
    sizes: Array
    """(N,) pixels that the unit is long."""

    def __post_init__(self) -> None:
        count = len(self.sizes)
        check_shapes(self, points=(count, len(FACE_POINTS), 3), rotations=(count, 3, 3), sizes=(count,))


def frontal(points: Array, mean: Array, by: Sequence[int] = STILL) -> Frontal:
    """Of detected points (N,P,3), pixels, and a mean face (P,3): the similarity that fits least squares `by` some.

    Umeyama 1991, "Least-squares estimation of transformation parameters between two point patterns", Eq. 34-43.
    """
    still, fixed = points[:, by].astype(np.float64), mean[by]
    middles, middle = still.mean(1, keepdims=True), fixed.mean(0)
    left, spread, right = np.linalg.svd(np.einsum("nki,kj->nij", still - middles, fixed - middle))
    signs = np.ones_like(spread)
    signs[:, 2] = np.sign(np.linalg.det(left @ right))
    rotations = (left * signs[:, None]) @ right
    sizes = (spread * signs).sum(1) / ((fixed - middle) ** 2).sum()
    laid = (points - middles) @ rotations / sizes[:, None, None] + middle
    return Frontal(laid, rotations, sizes)


def mirrored_points(points: Array) -> Array:
    """Frontal points (...,P,3) of the mirrored face."""
    return points[..., MIRRORED_POINTS, :] * [-1.0, 1.0, 1.0]


def mirrored_rotations(rotations: Array) -> Array:
    """The rotations (...,3,3) of mirrored heads."""
    mirror = np.array([-1.0, 1.0, 1.0])
    return rotations * mirror * mirror[:, None]
