"""MediaPipe's points of a face, as they are detected."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Array, Mask, check_shapes
from .names import FACE_NAMES

# fmt: off
_MIDDLE = (
    0, 1, 2, 4, 5, 6, 8, 9, 10, 13, 14, 17, 18, 151, 152, 164, 168, 195, 197, 199, 200,
)
_RIGHT = (
    7, 21, 33, 37, 39, 40, 43, 46, 48, 50, 52, 53, 54, 55, 57, 58, 61, 63, 64, 65, 66, 67,
    70, 78, 80, 81, 82, 83, 84, 87, 88, 91, 93, 95, 98, 101, 103, 105, 106, 107, 109, 117, 118, 122, 127,
    129, 132, 133, 136, 144, 145, 146, 148, 149, 150, 153, 154, 155, 157, 158, 159, 160, 161, 162, 163, 172, 173,
    176, 178, 181, 182, 185, 187, 191, 193, 194, 201, 203, 205, 206, 207, 208, 216, 234, 246, 468, 469, 470, 471,
    472,
)
_LEFT = (
    249, 251, 263, 267, 269, 270, 273, 276, 278, 280, 282, 283, 284, 285, 287, 288, 291, 293, 294, 295, 296, 297,
    300, 308, 310, 311, 312, 313, 314, 317, 318, 321, 323, 324, 327, 330, 332, 334, 335, 336, 338, 346, 347, 351, 356,
    358, 361, 362, 365, 373, 374, 375, 377, 378, 379, 380, 381, 382, 384, 385, 386, 387, 388, 389, 390, 397, 398,
    400, 402, 405, 406, 409, 411, 415, 417, 418, 421, 423, 425, 426, 427, 428, 436, 454, 466, 473, 476, 475, 474,
    477,
)
# fmt: on
FACE_POINTS: tuple[int, ...] = _MIDDLE + _RIGHT + _LEFT
"""(P,) which of the face model's 478 points are kept: those that MediaPipe's own network of coefficients looks at, and
some of cheeks, nose, lips and chin; in the middle, of the person's right side, and in the same order of the left one.
468-472 and 473-477 are the irises of the right and left eye, their centres first."""

_SIDE = len(_RIGHT)
MIRRORED_POINTS: tuple[int, ...] = (
    *range(len(_MIDDLE)),
    *range(len(_MIDDLE) + _SIDE, len(FACE_POINTS)),
    *range(len(_MIDDLE), len(_MIDDLE) + _SIDE),
)
"""(P,) place of each point's mirror image among FACE_POINTS."""


def places(*points: int) -> list[int]:
    """Where points of the face model are among FACE_POINTS."""
    return [FACE_POINTS.index(point) for point in points]


class FaceRow:
    """The face of one picture, nothing seen at first; filled in place."""

    def __init__(self) -> None:
        self.points = np.zeros((len(FACE_POINTS), 3), np.float32)
        """(P,3) pixels, x right, y down, z away from the camera from about the middle of the head."""
        self.scores = np.zeros(len(FACE_NAMES), np.float32)
        """(52,) what MediaPipe's network makes of them, 0..1."""


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
        return self.points[:, places(*points), :2]

    def rows(self, frames: NDArray[Any]) -> "FaceLandmarks":
        """The same face in some of the frames."""
        return replace(self, points=self.points[frames], scores=self.scores[frames])
