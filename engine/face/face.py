"""A face over time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Mask, check_shapes
from .names import FACE_NAMES, Region

#: Least and greatest yaw (to the person's left) and pitch (up) of an eye in its head, radians.
#: Shin et al. 2016, "Clinical usefulness and validity of the normal range of ocular rotations": about 45 to the sides
#: and down, 40 up; a look rarely uses the last of it.
GAZE_LIMITS = np.radians([[-45.0, 45.0], [-45.0, 40.0]]).astype(np.float32)


@dataclass(frozen=True)
class Face:
    """A face in F frames, all of it within its limits. Raises ValueError where shapes disagree."""

    coefficients: NDArray[np.float32]
    """(F,52) 0..1, as FACE_NAMES, the person's own neutral taken off."""
    gaze: NDArray[np.float32]
    """(F,2,2) radians: of the person's left and right eye yaw, positive to the person's left, and pitch, positive up;
    0 looks straight out of the head."""
    seen: Mask
    """(F,) whether the face was seen; else all is bridged."""
    neutral: NDArray[np.float32]
    """(52,) what was taken off."""
    covered: Mask
    """(F,3) whether brows, eyes or mouth (`Region`) of a face that was seen were hidden, by a hand or because they
    were turned away, and so bridged."""

    def __post_init__(self) -> None:
        frames, names = len(self.seen), len(FACE_NAMES)
        check_shapes(self, coefficients=(frames, names), gaze=(frames, 2, 2), seen=(frames,), neutral=(names,))
        check_shapes(self, covered=(frames, len(Region)))
