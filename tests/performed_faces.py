"""A face that stands still, and the shapes of the data folder's head."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.face.face import Face
from engine.face.names import FACE_NAMES
from tests.faces import seen_face

SHAPES = Path(__file__).resolve().parents[2] / "shared" / "data" / "faces" / "arkit_shapes.npz"


def posed_face(amounts: dict[str, float] | None = None, frames: int = 1, gaze: object = 0.0) -> Face:
    """A face that does the same in all frames."""
    coefficients = np.tile([(amounts or {}).get(name, 0.0) for name in FACE_NAMES], (frames, 1))
    return seen_face(coefficients, np.broadcast_to(np.asarray(gaze, dtype=float), (frames, 2, 2)))


def stored_shapes() -> Any:
    """The arrays of the shapes; the test is skipped where they are missing."""
    if not SHAPES.is_file():
        pytest.skip(f"NOT TESTED: {SHAPES} does not exist")
    return np.load(SHAPES, allow_pickle=False)
