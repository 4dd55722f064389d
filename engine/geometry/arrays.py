"""What arrays are called here, and small things that NumPy leaves to its users; the engine never imports torch."""

import sys
from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
"""Numbers; docstrings say of what shape and unit, and of which width where that matters."""
Mask = NDArray[np.bool_]
"""True where something holds."""
Index = NDArray[np.intp]
"""Places in another array."""
Image = NDArray[np.uint8]
"""(H,W,3) RGB where nothing else is said."""


def check_shapes(record: object, **shapes: tuple[int, ...]) -> None:
    """Raise ValueError where an array of a record has another shape than it should, or a number that is not finite.

    `shapes` are by the names of its fields; a field that is None is left out, of a dictionary every value is
    checked, and of tensors only the shape.
    """
    for name, shape in shapes.items():
        value: NDArray[Any] | dict[str, NDArray[Any]] | None = getattr(record, name)
        if value is None:
            continue
        field = f"{type(record).__name__}.{name}"
        for array in value.values() if isinstance(value, dict) else [value]:
            if array.shape != shape:
                raise ValueError(f"{field} has shape {array.shape}, expected {shape}")
            if getattr(array.dtype, "kind", None) == "f" and not np.isfinite(array).all():
                raise ValueError(f"{field} holds values that are not finite")


def namespace(array: Any) -> Any:
    """numpy for its arrays, torch for its tensors: the same names for all that the engine calls."""
    return sys.modules["torch"] if type(array).__module__.startswith("torch") else np


def solve(normal: Any, right: Any) -> Any:
    """x (..., N) of normal (..., N, N) @ x = right (..., N)."""
    return cast("Any", np.linalg.solve(normal, right[..., None]))[..., 0]


def frames_near(time: Array, reach: float) -> list[slice]:
    """(F,) of increasing times, s: the frames at most `reach` seconds from each."""
    first, last = np.searchsorted(time, time - reach), np.searchsorted(time, time + reach, side="right")
    return [slice(start, end) for start, end in zip(first.tolist(), last.tolist(), strict=True)]


def runs(mask: Mask) -> list[tuple[int, int]]:
    """Of every stretch of a mask (F,) that holds: the index of its first frame, and of the first after it."""
    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False))
    return [(start, stop) for start, stop in edges.reshape(-1, 2).tolist()]


def in_blocks(function: Callable[..., Any], *arrays: Any, size: int = 512) -> Any:
    """function(*arrays) over frames (F, ...), `size` at a time: of the clip's length is the result alone."""
    frames = len(arrays[0])
    first = function(*(array[:size] for array in arrays))
    result = np.empty((frames, *first.shape[1:]), first.dtype)
    result[:size] = first
    for i in range(size, frames, size):
        result[i : i + size] = function(*(array[i : i + size] for array in arrays))
    return result
