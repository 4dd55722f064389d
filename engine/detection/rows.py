"""The keypoints of a clip while it is read: arrays that grow by a picture."""

import numpy as np
from numpy.typing import NDArray

from ..face.landmarks import FACE_POINTS, FaceLandmarks
from ..face.names import FACE_NAMES
from ..keypoints import KEYPOINT_NAMES, Row


class Rows:
    """What is kept of the pictures' rows, 3.8 kB each; a list of rows would hold more than twice as much."""

    def __init__(self) -> None:
        self._points, self._confidence, self._depth = bytearray(), bytearray(), bytearray()
        self._face_points, self._face_scores = bytearray(), bytearray()

    def append(self, row: Row) -> None:
        """The next picture's."""
        self._points += row.points.tobytes()
        self._confidence += row.confidence.tobytes()
        self._depth += row.depth.tobytes()
        self._face_points += row.face.points.tobytes()
        self._face_scores += row.face.scores.tobytes()

    @property
    def arrays(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Points (F,75,2), confidence (F,75) and depth (F,75) of all pictures so far, without a copy."""
        count = len(KEYPOINT_NAMES)
        return (
            np.frombuffer(self._points, np.float32).reshape(-1, count, 2),
            np.frombuffer(self._confidence, np.float32).reshape(-1, count),
            np.frombuffer(self._depth, np.float32).reshape(-1, count),
        )

    @property
    def face(self) -> FaceLandmarks:
        """The face of all pictures so far, without a copy."""
        return FaceLandmarks(
            np.frombuffer(self._face_points, np.float32).reshape(-1, len(FACE_POINTS), 3),
            np.frombuffer(self._face_scores, np.float32).reshape(-1, len(FACE_NAMES)),
        )
