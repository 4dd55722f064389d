"""`.c3d`: Vicon, Qualisys, OptiTrack and most other marker systems, by the package `c3d`."""

import struct
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from .recording import Recording, nothing_at_origin, unit_of

_AXES = {f"{sign}{axis}": way * np.eye(3)["XYZ".index(axis)] for sign, way in (("+", 1), ("-", -1)) for axis in "XYZ"}
#: What the package raises of files that are not as it expects.
_DAMAGED = (
    *(ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NameError, TypeError, ValueError),
    struct.error,
)


def read_c3d(path: Path) -> list[Recording]:
    """Every person of a file, whose markers begin with a name and a colon; ValueError says what is wrong with it."""
    import c3d  # pyright: ignore[reportMissingTypeStubs]

    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of what it repairs
        try:
            reader: Any = c3d.Reader(file)
            # Frames of no points would be read for ever: they need no bytes.
            frames = [points for _, points, _ in reader.read_frames()] if reader.point_used > 0 else []
            count, rate = int(reader.frame_count), float(reader.point_rate)
            labels: list[str] = [label.strip() for label in reader.point_labels] if frames else []
            unit, vertical = (_text(reader.get(f"POINT:{name}")) for name in ("UNITS", "Y_SCREEN"))
        except _DAMAGED as error:
            raise ValueError("it is no C3D file, or it is cut") from error
    if not frames:
        raise ValueError("it holds no frames of points")
    if len(frames) < count:
        raise ValueError(f"it is cut: {len(frames)} of {count} frames are there")
    rows = np.array(frames, dtype=np.float64)[:, : len(labels)]
    points = nothing_at_origin(np.where(rows[..., 3:4] < 0, np.nan, rows[..., :3]))
    subjects = list(dict.fromkeys(label.rpartition(":")[0] for label in labels))
    recordings: list[Recording] = []
    for subject in subjects:
        own = [column for column, label in enumerate(labels) if label.rpartition(":")[0] == subject]
        recordings.append(
            Recording.of(
                tuple(labels[column].rpartition(":")[2] for column in own),
                points[:, own],
                fps=rate,
                unit=unit_of(unit),
                up=_AXES.get(vertical.strip()),
            )
        )
    return recordings


def _text(parameter: Any) -> str:
    return "" if parameter is None else parameter.string_value
