"""`.trc` (Track Row Column): OpenSim, Pose2Sim, OpenCap, Motion Analysis.

Five lines of header, fields between tabs, then a line a frame: number, seconds, three coordinates a marker, empty or
NaN where the marker was lost. Source: OpenSim's documentation, "Marker (.trc) Files".
"""

from pathlib import Path

import numpy as np

from ..files import LARGEST_RECORDING, read_text
from .recording import Recording, nothing_at_origin, number_of, unit_of


def read_trc(path: Path) -> list[Recording]:
    """The one person of a file; ValueError says what is wrong with it."""
    lines = read_text(path, LARGEST_RECORDING, errors="replace").splitlines()
    if len(lines) < 5 or not lines[0].startswith("PathFileType"):
        raise ValueError("it does not begin with the five lines of a .trc header")
    told = dict(zip(lines[1].split(), lines[2].split(), strict=False))
    if "DataRate" not in told:
        raise ValueError("its header tells no DataRate")
    names = tuple(name.strip() for name in lines[3].split("\t")[2:] if name.strip())
    rows = [line for line in lines[5:] if line.strip()]
    frames = int(told.get("NumFrames", len(rows)))
    if len(rows) < frames:
        raise ValueError(f"it is cut: {len(rows)} of {frames} frames are there")
    numbers = np.array([_numbers(row, 2 + 3 * len(names)) for row in rows]).reshape(len(rows), -1)
    return [
        Recording.of(
            names,
            nothing_at_origin(numbers[:, 2:].reshape(len(rows), -1, 3)),
            time=numbers[:, 1],
            fps=float(told["DataRate"]),
            unit=unit_of(told.get("Units", "")),
        )
    ]


def _numbers(row: str, count: int) -> list[float]:
    cells = row.split("\t")
    if len(cells) < count:
        raise ValueError(f"frame {cells[0].strip()} is cut: {len(cells)} of {count} numbers are there")
    return [number_of(cell) for cell in cells[:count]]
