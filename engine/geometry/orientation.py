"""The eight ways in which a stored picture can be shown."""

from dataclasses import dataclass

import numpy as np

from .arrays import Array, Image


@dataclass(frozen=True)
class Orientation:
    """How a stored picture becomes the upright one."""

    transposed: bool = False
    """Rows become columns, before the rest."""
    left_right: bool = False
    """Columns in the reverse order."""
    upside_down: bool = False
    """Rows in the reverse order."""

    @property
    def matrix(self) -> Array:
        """(2,2) takes stored places to upright ones, x to the right and y down, from the middle of the picture."""
        flips = np.array([-1.0 if self.left_right else 1.0, -1.0 if self.upside_down else 1.0])
        return flips[:, None] * np.eye(2)[:: -1 if self.transposed else 1]

    def show(self, image: Image) -> Image:
        """A stored picture (H,W,3) as it is shown."""
        shown = image.swapaxes(0, 1) if self.transposed else image
        return np.ascontiguousarray(shown[:: -1 if self.upside_down else 1, :: -1 if self.left_right else 1])

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height as shown of those stored, and the other way round."""
        return (height, width) if self.transposed else (width, height)


UPRIGHT = Orientation()
"""Stored as it is shown."""
