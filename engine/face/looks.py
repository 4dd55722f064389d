"""How looks and the look-shapes of a face go together."""

import numpy as np

from ..geometry.arrays import Array
from .names import FACE_NAMES

#: The looks of coefficients of 1, radians: as far as the shapes turn the eyes that are learnt from.
LOOKS = {"In": np.radians(15.0), "Out": np.radians(15.0), "Up": np.radians(10.0), "Down": np.radians(11.0)}
IS_LOOK = np.char.startswith(FACE_NAMES, "eyeLook")
"""(52,)."""


def look_coefficients(gaze: Array) -> Array:
    """(...,52) what the look-shapes of eyes are that look as a gaze (...,2,2); 0 elsewhere."""
    out = np.stack([gaze[..., 0, 0], -gaze[..., 1, 0]], -1)
    ways = {"In": -out, "Out": out, "Up": gaze[..., 1], "Down": -gaze[..., 1]}
    values = np.zeros((*gaze.shape[:-2], len(FACE_NAMES)))
    for way, angle in ways.items():
        for column, side in enumerate(("Left", "Right")):
            values[..., FACE_NAMES.index(f"eyeLook{way}{side}")] = np.clip(angle[..., column] / LOOKS[way], 0, 1)
    return values
