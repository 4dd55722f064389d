"""Faces for the tests, and the shapes of the data folder's head."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.face.face import GAZE_LIMITS, Face
from engine.face.names import FACE_NAMES

SHAPES = Path(__file__).resolve().parents[2] / "shared" / "data" / "faces" / "arkit_shapes.npz"


def random_face(frames: int, seed: int = 0) -> Face:
    """A face that does anything, in every frame something else."""
    chance = np.random.default_rng(seed)
    return face_of(
        chance.uniform(0, 1, (frames, len(FACE_NAMES))),
        chance.uniform(GAZE_LIMITS[:, 0], GAZE_LIMITS[:, 1], (frames, 2, 2)),
    )


def posed_face(amounts: dict[str, float] | None = None, frames: int = 1, gaze: object = 0.0) -> Face:
    """A face that does the same in all frames."""
    coefficients = np.tile([(amounts or {}).get(name, 0.0) for name in FACE_NAMES], (frames, 1))
    return face_of(coefficients, np.broadcast_to(np.asarray(gaze, dtype=float), (frames, 2, 2)))


def face_of(coefficients: np.ndarray, gaze: np.ndarray) -> Face:
    """A face that is seen, of coefficients (F,52) and gaze (F,2,2)."""
    seen, neutral = np.ones(len(gaze), dtype=bool), np.zeros(len(FACE_NAMES), dtype="f4")
    return Face(coefficients.astype("f4"), gaze.astype("f4"), seen, neutral)


def stored_shapes() -> Any:
    """The arrays of the shapes; the test is skipped where they are missing."""
    if not SHAPES.is_file():
        pytest.skip(f"NOT TESTED: {SHAPES} does not exist")
    return np.load(SHAPES, allow_pickle=False)
