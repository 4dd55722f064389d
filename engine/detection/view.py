"""The part of the picture that is searched: a crop of it, unmirrored."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..geometry.arrays import Image


@dataclass(frozen=True)
class Box:
    """An upright rectangle in whole pixels: left <= x < right, top <= y < bottom."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def around(cls, centre: NDArray[np.float32], half: float, size: tuple[int, int]) -> Self | None:
        """The square of half a side `half` around centre (2,), cut to the picture; None if outside."""
        x, y = float(centre[0]), float(centre[1])
        return cls.within(x - half, y - half, x + half, y + half, size)

    @classmethod
    def within(cls, left: float, top: float, right: float, bottom: float, size: tuple[int, int]) -> Self | None:
        """The whole pixels of a rectangle that lie in a picture of size (width, height), if any."""
        box = cls(max(floor(left), 0), max(floor(top), 0), min(ceil(right), size[0]), min(ceil(bottom), size[1]))
        return box if box.left < box.right and box.top < box.bottom else None

    def cut(self, image: Image) -> Image:
        """The box's part of an (H,W,3) image, without a copy."""
        return image[self.top : self.bottom, self.left : self.right]

    def holds(self, other: Box) -> bool:
        """Whether all of another is in it."""
        inside = self.left <= other.left and other.right <= self.right
        return inside and self.top <= other.top and other.bottom <= self.bottom

    @property
    def rectangle(self) -> tuple[int, int, int, int]:
        """Left, top, width, height."""
        return self.left, self.top, self.right - self.left, self.bottom - self.top

    @property
    def origin(self) -> NDArray[np.float32]:
        """(2,) the box's first pixel."""
        return np.array([self.left, self.top], np.float32)


@dataclass(frozen=True)
class View:
    """What the detector sees of each picture: unmirrored if it was mirrored, then cut to box."""

    box: Box
    mirrored: bool
    inset: Box | None = None
    """The part of the unmirrored picture, around `box`, that is a picture with a camera of its own."""

    def of(self, image: Image) -> Image:
        """The searched part of an (H,W,3) image."""
        return self.box.cut(image[:, ::-1] if self.mirrored else image)


def whole_view(size: tuple[int, int], *, mirrored: bool) -> View:
    """All of a picture of size (width, height)."""
    return View(Box(0, 0, *size), mirrored)


def cropped_view(crop: tuple[int, int, int, int], size: tuple[int, int], *, mirrored: bool, inset: bool) -> View:
    """The rectangle x, y, width, height of the picture as the user sees it, so before it is unmirrored."""
    x, y, width, height = crop
    box = Box.within(x, y, x + width, y + height, size) if width > 0 and height > 0 else None
    if box is None:
        raise InputError(f"The crop {x},{y},{width},{height} holds nothing of the {size[0]} x {size[1]} picture.")
    if mirrored:
        box = Box(size[0] - box.right, box.top, size[0] - box.left, box.bottom)
    return View(box, mirrored, box if inset else None)
