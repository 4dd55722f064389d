"""Boards: plain chequerboards, and ChArUco boards, whose markers tell corners apart that are partly hidden."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..geometry.arrays import Array, Image
from .opencv import cv2
from .solve import Seen

#: Of OpenCV's markers, those of the common printed boards.
DICTIONARY = "DICT_4X4_50"


@dataclass(frozen=True)
class Board:
    """A printed board."""

    columns: int
    """Squares, and so the next."""
    rows: int
    square: float
    """Metres that a square is wide."""
    marker: float | None = None
    """Metres that a marker is wide; None of a plain board."""

    @property
    def corners(self) -> Array:
        """(C,3) metres: where squares meet, row by row."""
        grid = np.stack(np.meshgrid(np.arange(1, self.columns), np.arange(1, self.rows)), -1).reshape(-1, 2)
        return np.concatenate([grid * self.square, np.zeros((len(grid), 1))], 1)

    def charuco(self) -> Any:
        """OpenCV's board."""
        dictionary = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, DICTIONARY))
        return cv2.aruco.CharucoBoard((self.columns, self.rows), self.square, self.marker, dictionary)

    def find(self, image: Image) -> Seen | None:
        """The corners in a picture (H,W,3); None where there are none. A plain board has to be seen whole."""
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        if self.marker is None:
            found, pixels = cv2.findChessboardCornersSB(grey, (self.columns - 1, self.rows - 1))
            return Seen(list(range(len(pixels))), pixels.reshape(-1, 2)) if found else None
        pixels, ids, _, _ = cv2.aruco.CharucoDetector(self.charuco()).detectBoard(grey)
        return None if ids is None else Seen(ids.ravel().tolist(), pixels.reshape(-1, 2))
