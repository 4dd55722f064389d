"""The columns of a motion as CSV (RFC 4180), for spreadsheets and statistics.

Its ending is .angles.csv: a .csv by itself is a face as Live Link Face writes it.
"""

import csv
from pathlib import Path

import numpy as np

from ..motion import Motion
from .columns import columns_of

_ROWS = 256  # as text at once: an hour of signing has gigabytes


def write_csv(motion: Motion, path: Path) -> None:
    """Write a header and a row for every frame; numbers are as short as they can be told from others of their width."""
    columns = columns_of(motion)
    with path.open("w", encoding="ascii", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(column.name for column in columns)
        for start in range(0, len(motion.time), _ROWS):
            texts = [column.values[start : start + _ROWS].astype(np.str_) for column in columns]
            rows.writerows(zip(*texts, strict=True))
