"""`python -m engine convert FILE.npz... --format F --out DIR`."""

import argparse
import sys
from pathlib import Path
from typing import Any

from ..arguments import outputs_in
from ..batch.job import source_of
from ..errors import EngineError, InputError
from ..files import written_whole
from ..formats import FORMATS, write_format
from ..motion import Motion, load_motion


def add_parser(commands: Any) -> None:
    """Add the command to what argparse's `add_subparsers` gave."""
    parser = commands.add_parser("convert", help="write results of `track` in other formats")
    parser.add_argument("input", nargs="+", type=Path, help="an .npz of `track`")
    parser.add_argument("--out", required=True, type=Path, help="folder for the results")
    parser.add_argument(
        "--format",
        required=True,
        action="append",
        choices=FORMATS,
        dest="formats",
        help="ending of the results; may be given again",
    )
    parser.add_argument(
        "--video", type=Path, help="the video of the input, which an .eaf links, where no record of `batch` tells it"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write every motion in every format; 0 only if all succeeded, one line on stderr for each file that failed.

    Raises InputError where two results would have one name, or one video is to be that of several.
    """
    if arguments.video is not None and len(arguments.input) > 1:
        raise InputError("A video is of one input; give one at a time.")
    outputs = {ending: dict(outputs_in(arguments.out, arguments.input, ending)) for ending in arguments.formats}
    failed = False
    for source in arguments.input:
        try:
            motion = _read(source)
        except InputError as error:
            failed = True
            print(error, file=sys.stderr)
            continue
        video = arguments.video or source_of(source)
        for ending, output in ((ending, own[source]) for ending, own in outputs.items()):
            try:
                with written_whole(output) as draft:
                    write_format(ending, motion, draft, video)
            except InputError as error:
                failed = True
                print(f"{source}: {error}", file=sys.stderr)
            except EngineError as error:
                failed = True
                print(error, file=sys.stderr)
            else:
                print(output, flush=True)
    return int(failed)


def _read(source: Path) -> Motion:
    try:
        return load_motion(source)
    except ValueError as error:
        raise InputError(f"{error}; give an .npz of `track`.") from error
