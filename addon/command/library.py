"""`blender -b --command sign_mocap library TRACKED... -o LIBRARY.blend`: tracked signs become assets."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .arguments import add_rig

if TYPE_CHECKING:
    from ..library.collect import Clip


def main(argv: list[str]) -> int:
    """Build a library of all signs; 0 only if no input failed, one line for each that did."""
    import bpy

    from ...engine.errors import EngineError, InputError
    from ..library.build import build_library
    from ..library.catalogues import add_catalogues, read_catalogues
    from ..library.collect import whole_file
    from .export import check_output, open_character, write

    arguments = _parser().parse_args(argv)
    output: Path = arguments.out
    failed = False
    try:
        if output.suffix.lower() != ".blend":
            raise InputError(f"{output} must end in .blend.")
        check_output(output, arguments.rig)
        read_catalogues(output.parent)
        clips: list[Clip] = []
        for path in _tracked(arguments.tracked):
            try:
                clips += whole_file(path)
            except InputError as error:
                failed = True
                sys.stderr.write(f"{error}\n")
        if not clips:
            raise InputError("There is no sign to make a library of.")
        if arguments.rig is None:
            bpy.ops.wm.read_homefile(use_empty=True)
            character = None
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
    return int(failed)


def _tracked(sources: Sequence[Path]) -> list[Path]:
    """The files, with those of each folder in its place."""
    return [file for source in sources for file in (sorted(source.glob("*.npz")) if source.is_dir() else [source])]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sign_mocap library", description="Tracked signs become a library of assets.")
    parser.add_argument("tracked", nargs="+", type=Path, help="an .npz of `track` or `batch`, or a folder of them")
    parser.add_argument("-o", "--out", required=True, type=Path, help="the library, a .blend")
    add_rig(parser)
    return parser
