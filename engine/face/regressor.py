"""What a face does, frame by frame, from its points and from what MediaPipe's network makes of them."""

from dataclasses import dataclass

import numpy as np

from ..geometry.arrays import Array, check_shapes
from .face import GAZE_LIMITS
from .landmarks import FaceLandmarks
from .names import FACE_NAMES


@dataclass(frozen=True)
class Told:
    """What N pictures of one person's face tell, each by itself, the person's own neutral taken off."""

    coefficients: Array
    """(N,52), 0..1."""
    gaze: Array
    """(N,2,2) radians, as `Face.gaze`."""
    neutral: Array
    """(52,) what was taken off."""

    def __post_init__(self) -> None:
        count, names = len(self.coefficients), len(FACE_NAMES)
        check_shapes(self, coefficients=(count, names), gaze=(count, 2, 2), neutral=(names,))


def told_by(landmarks: FaceLandmarks) -> Told:
    """Of pictures that all show the face of one person."""
    neutral = np.percentile(landmarks.scores, 20, axis=0)
    coefficients = np.clip((landmarks.scores - neutral) / np.maximum(1 - neutral, 0.1), 0, 1)
    look = {name: coefficients[:, FACE_NAMES.index(name)] for name in FACE_NAMES if name.startswith("eyeLook")}
    out = {"Left": 1, "Right": -1}
    gaze = np.stack(
        [
            np.stack(
                [
                    sign
                    * (look[f"eyeLookOut{side}"] * GAZE_LIMITS[0, 1] + look[f"eyeLookIn{side}"] * GAZE_LIMITS[0, 0]),
                    look[f"eyeLookUp{side}"] * GAZE_LIMITS[1, 1] + look[f"eyeLookDown{side}"] * GAZE_LIMITS[1, 0],
                ],
                axis=-1,
            )
            for side, sign in out.items()
        ],
        axis=1,
    )
    return Told(coefficients, gaze, neutral)
