"""Tracked motions in the file formats of others; docs/formats.md says what each carries and what it loses."""

from collections.abc import Callable, Mapping
from pathlib import Path

from ..motion import Motion
from .bvh import write_bvh
from .csv_file import write_csv
from .parquet_file import write_parquet
from .pose import write_pose
from .smplx import write_smplx

Writer = Callable[[Motion, Path], None]
"""Writes a motion to a draft, of which its caller makes the file. Raises InputError where the format cannot hold it;
the sentence is to follow the motion's name and a colon."""

WRITERS: Mapping[str, Writer] = {
    "bvh": write_bvh,
    "angles.csv": write_csv,
    "parquet": write_parquet,
    "pose": write_pose,
    "smplx.npz": write_smplx,
}
"""The ending of a format's files, without the dot -> what writes them."""
