"""Small things that NumPy leaves to its users; the engine itself never imports torch."""

import sys
from collections.abc import Callable
from typing import Any, cast

import numpy as np


def namespace(array: Any) -> Any:
    """numpy for its arrays, torch for its tensors: the same names for all that the engine calls."""
    return sys.modules["torch"] if type(array).__module__.startswith("torch") else np


def solve(normal: Any, right: Any) -> Any:
    """x (..., N) of normal (..., N, N) @ x = right (..., N)."""
    return cast("Any", np.linalg.solve(normal, right[..., None]))[..., 0]


def in_blocks(function: Callable[..., Any], *arrays: Any, size: int = 512) -> Any:
    """function(*arrays) over frames (F, ...), `size` at a time: its memory does not grow with the clip."""
    starts = range(0, max(len(arrays[0]), 1), size)
    return np.concatenate([function(*(array[i : i + size] for array in arrays)) for i in starts])
