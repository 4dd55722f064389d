"""MediaPipe's points of a face as a file holds them: all 478, 468 without the irises, or some of them.

What is not there is put where the mean face has it, laid onto what is there. A file does not hold what MediaPipe's
network makes of a face: for its scores those of the mean face stand in.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..face.frontal import STILL, Frontal, frontal
from ..face.landmarks import FACE_POINTS, FaceLandmarks
from ..face.names import FACE_NAMES
from ..face.regressor import load_regressor
from ..geometry.arrays import Array, Mask, check_shapes

#: A face of fewer of the points that it hardly moves does not tell how it is held.
LEAST = 12
#: Factors from a unit of depth to that of places, and pictures by which the right one is sought.
_FACTORS: Array = np.geomspace(0.3, 1e5, 600)
_PICTURES = 30


@dataclass(frozen=True)
class Mesh:
    """A face in F pictures; ValueError where shapes disagree."""

    points: NDArray[np.float32]
    """(F,P,3) as FACE_POINTS, x right, y down, z away; 0 of what the file has not."""
    there: Mask
    """(P,) which it has."""
    seen: Mask
    """(F,) in which pictures."""

    def __post_init__(self) -> None:
        frames, count = len(self.seen), len(FACE_POINTS)
        check_shapes(self, points=(frames, count, 3), there=(count,), seen=(frames,))

    @classmethod
    def of(cls, numbers: Sequence[int], points: NDArray[np.float32], known: Mask) -> "Mesh | None":
        """Of points (F,N,3) of the face model's `numbers` (N), `known` in some pictures (F); None of too few."""
        columns = {number: column for column, number in enumerate(numbers)}
        there = np.array([number in columns for number in FACE_POINTS])
        if there[STILL].sum() < LEAST or not known.any():
            return None
        own = np.zeros((len(points), len(FACE_POINTS), 3), np.float32)
        own[:, there] = points[:, [columns[number] for number in FACE_POINTS if number in columns]]
        own[~known] = 0.0
        return cls(own, there, known)

    def depth_factor(self) -> float:
        """What depths are to be multiplied by to be of the unit of places: then faces are as deep as the mean face."""
        rows = np.flatnonzero(self.seen)
        some = self.points[rows[np.unique(np.linspace(0, len(rows) - 1, _PICTURES).round().astype(int))]]
        return min(_FACTORS.tolist(), key=lambda factor: self._misfit(some * [1.0, 1.0, factor]))

    def landmarks(self) -> FaceLandmarks:
        """All points; those of the mesh are to be pixels, its depths too."""
        mean, points, seen = load_regressor().mean, self.points.copy(), self.points[self.seen]
        face, by = self._laid(seen), self._still
        back = (mean.points - mean.points[by].mean(0)) @ np.swapaxes(face.rotations, 1, 2) * face.sizes[:, None, None]
        points[self.seen] = np.where(self.there[:, None], seen, back + seen[:, by].mean(1, keepdims=True))
        scores = np.where(self.seen[:, None], mean.scores, np.zeros(len(FACE_NAMES)))
        return FaceLandmarks(points, scores.astype(np.float32))

    @property
    def _still(self) -> list[int]:
        return [place for place in STILL if self.there[place]]

    def _laid(self, points: Array) -> Frontal:
        return frontal(points, load_regressor().mean.points, self._still)

    def _misfit(self, points: Array) -> float:
        """Of faces (N,P,3) and the mean face, squared, in the median."""
        off = self._laid(points).points[:, self._still] - load_regressor().mean.points[self._still]
        return float(np.median((off**2).sum(-1)))
