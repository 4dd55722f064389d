"""`blender -b --command sign_mocap library TRACKED... -o LIBRARY.blend`: tracked signs become assets."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .arguments import add_rig

if TYPE_CHECKING:
    from ...engine.elan import Annotations
    from ..library.collect import Clip


def main(argv: list[str]) -> int:
    """Build a library of all signs; 0 only if no input failed, one line for each that did."""
    import bpy

    from ...engine.errors import EngineError, InputError
    from ..library.build import build_library
    from ..library.catalogues import add_catalogues, read_catalogues
    from .export import check_output, open_character, write

    arguments = _parser().parse_args(argv)
    output: Path = arguments.out
    try:
        if output.suffix.lower() != ".blend":
            raise InputError(f"{output} must end in .blend.")
        check_output(output, arguments.rig)
        read_catalogues(output.parent)
        clips, failures = _collect(_inside(arguments.tracked, "npz"), arguments.eaf, arguments.tier)
        if not clips:
            raise InputError("There is no sign to make a library of.")
        character = None
        if arguments.rig is None:
            bpy.ops.wm.read_homefile(use_empty=True)
        else:
            character = open_character(arguments.rig, arguments.map, arguments.face_map)
        if not build_library(bpy.context, clips, character):
            sys.stderr.write("Blender cannot draw here, so the signs have no pictures; it needs EGL.\n")
        write(output)
        add_catalogues(output.parent, (sign.tier for sign, _ in clips))
    except EngineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{output}: {len(clips)} signs\n")
    return int(failures > 0)


def _collect(files: Sequence[Path], eaf: Path | None, tiers: Sequence[str]) -> tuple[list["Clip"], int]:
    """All signs, and how many files failed; a line is written about each of these."""
    from ...engine.elan import read_eaf
    from ...engine.errors import InputError
    from ..library.collect import annotated_clips, whole_file

    failures: list[InputError] = []
    known: dict[Path, Annotations] = {}
    for path in _inside([eaf] if eaf is not None else [], "eaf"):
        try:
            known[path] = read_eaf(path)
        except InputError as error:
            failures.append(error)
    clips: list[Clip] = []
    for path in files:
        try:
            if eaf is None:
                clips.append(whole_file(path))
                continue
            found, outside = annotated_clips(path, known, tiers, alone=len(files) == 1)
            clips += found
            if outside:
                sys.stderr.write(f"{path}: signs that are not within what was tracked: {outside}.\n")
        except InputError as error:
            failures.append(error)
    for error in failures:
        sys.stderr.write(f"{error}\n")
    return clips, len(failures)


def _inside(sources: Sequence[Path], ending: str) -> list[Path]:
    """The files, with those of each folder in its place."""
    found = (sorted(source.glob(f"*.{ending}")) if source.is_dir() else [source] for source in sources)
    return [file for files in found for file in files]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sign_mocap library", description="Tracked signs become a library of assets.")
    parser.add_argument("tracked", nargs="+", type=Path, help="an .npz of `track` or `batch`, or a folder of them")
    parser.add_argument("-o", "--out", required=True, type=Path, help="the library, a .blend")
    parser.add_argument(
        "--eaf", type=Path, metavar="FILE_OR_FOLDER", help="ELAN's annotations of the signs (each file is one)"
    )
    parser.add_argument(
        "--tier", action="append", default=[], metavar="NAME", help="of the glosses; may be given again (every tier)"
    )
    add_rig(parser)
    return parser
