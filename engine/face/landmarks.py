"""MediaPipe's points of a face, as they are detected."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Array, Mask, check_shapes
from .names import FACE_NAMES

FACE_POINTS: tuple[int, ...] = tuple(range(478))
"""(P,) which of the face model's 478 points are kept; 468-472 and 473-477 are the irises of the right and left eye."""


class FaceRow:
    """The face of one picture, nothing seen at first; filled in place."""

    def __init__(self) -> None:
        self.points = np.zeros((len(FACE_POINTS), 3), np.float32)
        """(P,3) pixels, x right, y down, z away from the camera from about the middle of the head."""
        self.scores = np.zeros(len(FACE_NAMES), np.float32)
        """(52,) what MediaPipe's network makes of them, 0..1."""

    @property
    def arrays(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Both."""
        return self.points, self.scores


@dataclass(frozen=True)
class FaceLandmarks:
    """A detected face in F frames; all 0 where there is none. Raises ValueError where shapes disagree."""

    points: NDArray[np.float32]
    """(F,P,3) pixels of the upright picture, as FACE_POINTS: x right, y down, z away from the camera."""
    scores: NDArray[np.float32]
    """(F,52) the coefficients of MediaPipe's own network, as FACE_NAMES; tongueOut is not among its outputs: 0."""

    def __post_init__(self) -> None:
        frames = len(self.points)
        check_shapes(self, points=(frames, len(FACE_POINTS), 3), scores=(frames, len(FACE_NAMES)))

    @property
    def seen(self) -> Mask:
        """(F,) whether there is one."""
        return self.points.any((1, 2))

    @property
    def middle(self) -> Array:
        """(F,2) pixels."""
        return self.points[..., :2].mean(1)

    @property
    def size(self) -> Array:
        """(F,) pixels from the middle, in the mean (RMS): about 5 cm."""
        return np.sqrt(((self.points[..., :2] - self.middle[:, None]) ** 2).sum(-1).mean(1))

    def at(self, points: Iterable[int]) -> Array:
        """(F,N,2) pixels of some of the face model's points."""
        return self.points[:, [FACE_POINTS.index(point) for point in points], :2]

    def rows(self, frames: NDArray[Any]) -> "FaceLandmarks":
        """The same face in some of the frames."""
        return replace(self, points=self.points[frames], scores=self.scores[frames])
