"""The keypoints of a clip while it is read: arrays that grow by a picture."""

import numpy as np
from numpy.typing import NDArray

from ..keypoints import KEYPOINT_NAMES, Row


class Rows:
    """What is kept of the pictures' rows, 1.2 kB each; a list of rows would hold more than twice as much."""

    def __init__(self) -> None:
        self._points, self._confidence, self._depth = bytearray(), bytearray(), bytearray()

    def append(self, row: Row) -> None:
        """The next picture's."""
        self._points += row.points.tobytes()
        self._confidence += row.confidence.tobytes()
        self._depth += row.depth.tobytes()

    @property
    def arrays(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Points (F,75,2), confidence (F,75) and depth (F,75) of all pictures so far, without a copy."""
        count = len(KEYPOINT_NAMES)
        return (
            np.frombuffer(self._points, np.float32).reshape(-1, count, 2),
            np.frombuffer(self._confidence, np.float32).reshape(-1, count),
            np.frombuffer(self._depth, np.float32).reshape(-1, count),
        )
