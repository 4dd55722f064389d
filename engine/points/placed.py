"""From a file's places to pixels of a picture: many `.pose` files were made alike in size and place, of no picture.

`Pose.normalize` of pose-format puts the middle of the shoulders, over the take, into the origin and makes them as wide
as 1; `normalize_pose_size` (its utils/generic.py) makes a square picture of that with them in its middle, 0.4 as wide.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Array, Mask
from .face_mesh import Mesh

#: How much of the picture's width normalised shoulders are.
RESIZED = 0.4
#: How exactly, of the width of the shoulders: signs are cut out of takes after these were normalised.
_NEAR = 0.15
#: The picture in which a normalised person is put, pixels, and how wide the shoulders are in it and where: as of one
#: who is 1.8 m before a usual camera.
PICTURE, SHOULDERS, MIDDLE = (1280, 720), 250.0, (640.0, 320.0)
#: Depths that spread over less than this share of x's spread are of another unit than places: shares of the width.
_FLAT = 0.05
_NOTE = "The file's places are in widths of the shoulders; the person is taken to be 1.8 m before the camera."


@dataclass(frozen=True)
class Placing:
    """How places become pixels: less `middle`, times `scale`, plus `corner`; depths, less theirs, times `depth`."""

    size: tuple[int, int]
    """Width and height of the picture, pixels."""
    middle: Array
    """(3,)."""
    scale: float
    corner: Array
    """(2,)."""
    depth: float | None
    """None where depths are of no known unit."""
    notes: tuple[str, ...] = ()

    def pixels(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """Points (...,D) as places (...,2)."""
        return ((points[..., :2] - self.middle[:2]) * self.scale + self.corner).astype(np.float32)

    def depths(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """Of points (...,D) how far away (...,) they are, pixels; 0 where that is not known."""
        if self.depth is None:
            return np.zeros(points.shape[:-1], np.float32)
        return ((points[..., 2] - self.middle[2]) * self.depth).astype(np.float32)

    def of_face(self, mesh: Mesh) -> Mesh:
        """In pixels."""
        points = np.concatenate([self.pixels(mesh.points), self.depths(mesh.points)[..., None]], axis=-1)
        points[~mesh.seen] = 0.0
        return replace(mesh, points=points)


def placing_of(
    size: tuple[int, int], points: NDArray[np.float32], known: Mask, shoulders: list[list[int]], mesh: Mesh | None
) -> Placing:
    """Of points (F,K,D), known (F,K), among which the shoulders are; a face tells what depths are of.

    `size` is the picture's, as the file says.
    """
    deep = points.shape[2] > 2
    middle, width = _shoulders(points, known, shoulders)
    if width > 0 and _normalised(size, middle, width):
        scale = SHOULDERS / width
        depth = scale * mesh.depth_factor() if mesh is not None and deep else None
        return Placing(PICTURE, middle, scale, np.array(MIDDLE), depth, (_NOTE,))
    there = points[known]
    across = np.ptp(there, axis=0) if len(there) else np.ones(points.shape[2])
    width, height = (own or max(int(most), 1) for own, most in zip(size, there[:, :2].max(0), strict=True))
    flat = deep and across[2] < _FLAT * across[0]
    return Placing((width, height), np.zeros(3), 1.0, np.zeros(2), (width if flat else 1.0) if deep else None)


def _shoulders(points: NDArray[np.float32], known: Mask, shoulders: list[list[int]]) -> tuple[Array, float]:
    """The mean middle (D,) of the shoulders, and how wide they are; 0 where they are never seen together."""
    if all(shoulders):
        both = known[:, [*shoulders[0], *shoulders[1]]].all(1)
        left, right = (points[both][:, own].mean(1, dtype=np.float64) for own in shoulders)
        if both.any():
            return (left + right).mean(0) / 2, float(np.linalg.norm((left - right)[:, :2], axis=1).mean())
    return np.zeros(points.shape[2]), 0.0


def _normalised(size: tuple[int, int], middle: Array, width: float) -> bool:
    resized = np.full(len(middle), size[0] / 2)
    alike = size[0] == size[1] and abs(width / size[0] / RESIZED - 1) < _NEAR
    ways = [np.zeros(len(middle)), *([resized] if alike else [])]
    return any(bool((np.abs(middle - way) < _NEAR * width).all()) for way in ways)
