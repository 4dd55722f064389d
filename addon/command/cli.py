"""`blender -b --command sign_mocap INPUT... -o OUT`, and the same arguments on the bpy module."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from . import batch, library, sentence
from .arguments import add_rig
from .formats import FORMATS

if TYPE_CHECKING:
    from ...engine.options import TrackOptions

#: What the first argument may say instead of an input.
COMMANDS = {"batch": batch, "library": library, "sentence": sentence}


def main(argv: list[str]) -> int:
    """Import every video into a file of its own; 0 only if all succeeded, one line for each that did not."""
    from ...engine.arguments import check_take, read_arguments
    from ...engine.errors import EngineError, InputError
    from ...engine.motion import notes_on
    from ..settings import ImportOptions
    from ..tracking.job import Job
    from .export import check_output, export, open_character

    if argv and argv[0] in COMMANDS:
        return COMMANDS[argv[0]].main(argv[1:])
    parser = _parser()
    arguments = parser.parse_args(argv)
    try:
        options = read_arguments(arguments, ImportOptions)
        outputs = _outputs(arguments, options)
        check_take(options, len(outputs))
        if arguments.rig is not None and (options.hands_only or options.reference != "none"):
            raise InputError("--rig does not go with --hands-only or --reference.")
    except InputError as error:
        parser.error(str(error))
    try:
        for _, output in outputs:
            check_output(output, arguments.rig)
        if arguments.rig is not None:
            open_character(arguments.rig, arguments.map, arguments.face_map)
    except EngineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    failed = False
    for video, output in outputs:
        job = Job([video], options)
        try:
            job.run()
            if job.motions:
                for note in notes_on(job.motions[video]):
                    sys.stderr.write(f"{video}: {note}\n")
                maps = arguments.map, arguments.face_map
                sys.stdout.write(f"{export(job.motions, options, output, arguments.rig, *maps)}\n")
        except EngineError as error:
            job.errors[video] = str(error)
        for error in job.errors.values():
            failed = True
            sys.stderr.write(f"{error}\n" if str(video) in error else f"{video}: {error}\n")
    return int(failed)


def _parser() -> argparse.ArgumentParser:
    from ...engine.arguments import add_arguments
    from ..settings import ImportOptions

    parser = argparse.ArgumentParser(prog="sign_mocap", description="Sign videos become animated armatures.")
    parser.add_argument("input", nargs="+", type=Path, help="a video, still picture or file of 3D points, or a folder")
    parser.add_argument("-o", "--out", required=True, type=Path, help="a file; a folder for several inputs")
    parser.add_argument("--format", choices=FORMATS, help="of the files in the folder (blend)")
    add_arguments(parser, ImportOptions)
    add_rig(parser)
    return parser


def _outputs(arguments: argparse.Namespace, options: TrackOptions) -> list[tuple[Path, Path]]:
    """Each input with its output; InputError where that has an ending that is no format."""
    from ...engine.arguments import files_in, is_folder, outputs_in
    from ...engine.errors import InputError

    inputs = files_in(arguments.input, options)
    if len(inputs) > 1 or arguments.format is not None or is_folder(arguments.out):
        if arguments.out.suffix.lstrip(".").lower() in FORMATS:
            raise InputError(f"{arguments.out} is to be a folder of {len(inputs)} results; leave its ending out.")
        return outputs_in(arguments.out, inputs, arguments.format or "blend")
    if arguments.out.suffix.lstrip(".").lower() not in FORMATS:
        endings = ", ".join(f".{ending}" for ending in FORMATS)
        raise InputError(f"{arguments.out} must end in {endings}, or --format be given.")
    return [(inputs[0], arguments.out)]
