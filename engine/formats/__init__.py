"""Tracked motions in the file formats of others; docs/formats.md says what each carries and what it loses."""

from collections.abc import Callable, Mapping
from pathlib import Path

from ..elan import write_eaf
from ..errors import InputError
from ..motion import Motion
from .bvh import write_bvh
from .csv_file import write_csv
from .glb import write_glb
from .parquet_file import write_parquet
from .smplx import write_smplx
from .vrma import write_vrma

Writer = Callable[[Motion, Path], None]
"""Writes a motion to a draft, of which its caller makes the file. Raises InputError where the format cannot hold it;
the sentence is to follow the motion's name and a colon."""

WRITERS: Mapping[str, Writer] = {
    "bvh": write_bvh,
    "angles.csv": write_csv,
    "parquet": write_parquet,
    "smplx.npz": write_smplx,
    "glb": write_glb,
    "vrma": write_vrma,
}
"""The ending of a format's files, without the dot -> what writes them."""

LINKED: Mapping[str, Callable[[Motion, Path, Path], None]] = {"eaf": write_eaf}
"""The same of those that link the video, which their writers take as well."""

FORMATS = (*WRITERS, *LINKED)
"""Every ending."""


def write_format(ending: str, motion: Motion, draft: Path, video: Path | None) -> None:
    """Write a motion to a draft in the format of an ending; InputError as of `Writer`, or where no video is known."""
    if ending in WRITERS:
        WRITERS[ending](motion, draft)
    elif video is None:
        raise InputError(f"a .{ending} links the video of the motion; name it with --video.")
    else:
        LINKED[ending](motion, draft, video)
