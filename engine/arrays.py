"""Which library an array belongs to; the engine itself never imports torch."""

import sys
from typing import Any, cast

import numpy as np


def namespace(array: Any) -> Any:
    """numpy for its arrays, torch for its tensors: the same names for all that the engine calls."""
    return sys.modules["torch"] if type(array).__module__.startswith("torch") else np


def solve(normal: Any, right: Any) -> Any:
    """x (..., N) of normal (..., N, N) @ x = right (..., N)."""
    return cast("Any", np.linalg.solve(normal, right[..., None]))[..., 0]
