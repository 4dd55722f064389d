"""What a file of 3D points holds of one person, as the file has it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..geometry.arrays import Array, Mask, check_shapes

#: Frames a second of a file that does not tell.
USUAL_RATE = 30.0
#: In the file's unit; a coordinate that is larger is none, and would overflow what is made of it.
_FARTHEST = 1e9
#: Metres of the units that files name; their names in small letters, without a final s.
UNITS = {"m": 1.0, "meter": 1.0, "metre": 1.0, "cm": 0.01, "centimeter": 0.01, "mm": 0.001, "millimeter": 0.001}


@dataclass(frozen=True)
class Recording:
    """K named points of one person over F frames, in the units and axes of the file."""

    names: tuple[str, ...]
    """(K,) as the file calls them."""
    points: Array
    """(F,K,3); 0 where not known."""
    known: Mask
    """(F,K)."""
    time: Array | None = None
    """(F,) seconds, where the file tells every frame's."""
    fps: float | None = None
    """Frames in a second, where the file tells."""
    unit: float | None = None
    """Metres, where the file tells; NaN where its numbers are no lengths, as those of pixels."""
    up: Array | None = None
    """(3,) where up is in the file's axes, where it tells."""

    def __post_init__(self) -> None:
        count = self.known.shape
        check_shapes(self, points=(*count, 3), known=(count[0], len(self.names)), time=count[:1], up=(3,))

    @classmethod
    def of(cls, names: tuple[str, ...], points: Any, **told: Any) -> "Recording":
        """Of points (F,K,3) that are NaN where not known, and what else a file tells."""
        points = np.asarray(points, dtype=np.float64)
        known = (np.abs(points) < _FARTHEST).all(-1)  # which no NaN is
        return cls(names, np.where(known[..., None], points, 0.0), known, **told)


def nothing_at_origin(points: Array) -> Array:
    """Points (...,3), NaN those that lie exactly in the origin: many programs write lost ones so."""
    return np.where((points == 0.0).all(-1, keepdims=True), np.nan, points)


def number_of(cell: str) -> float:
    """What a table's cell holds; NaN of an empty one. ValueError where it is no number."""
    try:
        return float(cell) if cell.strip() else float("nan")
    except ValueError as error:
        raise ValueError(f"{cell.strip()[:40]!r} is no number") from error


def unit_of(word: str) -> float | None:
    """Metres of a unit by its name; None of one that is not known."""
    return UNITS.get(word.strip().lower().rstrip("s"))


def times(
    count: int, own: Array | None, fps: float | None, rate: float | None
) -> tuple[NDArray[np.float64], float, list[str]]:
    """Times (F,), seconds from 0, of `count` frames, frames a second, and notes.

    `own` (F,) and `fps` are what the file tells; `rate`, frames a second, what the user says.
    """
    if own is not None and (np.diff(own) > 0).all() and count > 1 and rate is None:
        return own - own[0], fps or round(1.0 / float(np.median(np.diff(own))), 3), []
    every = rate or fps or USUAL_RATE
    untold = rate is None and not fps and count > 1
    notes = [f"The file tells no frame rate; {USUAL_RATE:g} is assumed, see Frame Rate."] if untold else []
    return np.arange(count) / every, every, notes


def rows_between(time: NDArray[np.float64], start: float | None, end: float | None) -> Mask:
    """(F,) which of the times, seconds, are asked for; InputError where none is."""
    rows: Mask = (time >= (start or 0.0)) & (time <= (np.inf if end is None else end))
    if not rows.any():
        raise InputError(f"The file has no frame from {start or 0:g} to {end or time[-1]:g} s.")
    return rows
