"""`python -m engine convert FILE.npz... --format F --out DIR`."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..arguments import is_folder, outputs_in
from ..batch.job import source_of
from ..elan import Annotations, add_to_eaf, file_of, read_eaf
from ..errors import EngineError, InputError
from ..files import written_whole
from ..formats import FORMATS, LINKED, write_format
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
    parser.add_argument(
        "--into",
        type=Path,
        metavar="EAF",
        help="add the tiers to copies of this .eaf, or of those of a folder",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write every motion in every format; 0 only if all succeeded, one line on stderr for each file that failed.

    Raises InputError where two results would have one name, one video is to be that of several, or an .eaf that is
    to be added to cannot be read.
    """
    if arguments.video is not None and len(arguments.input) > 1:
        raise InputError("A video is of one input; give one at a time.")
    if arguments.into is not None and not LINKED.keys() & {*arguments.formats}:
        raise InputError("What is added to an .eaf is one; give --format eaf with --into.")
    annotated = None if arguments.into is None else _annotated(arguments.into)
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
                _write(ending, motion, output, video, annotated)
            except InputError as error:
                failed = True
                print(f"{source}: {error}", file=sys.stderr)
            except EngineError as error:
                failed = True
                print(error, file=sys.stderr)
            else:
                print(output, flush=True)
    return int(failed)


def _annotated(place: Path) -> dict[Path, Annotations]:
    return {file: read_eaf(file) for file in (sorted(place.glob("*.eaf")) if is_folder(place) else [place])}


def _write(
    ending: str, motion: Motion, output: Path, video: Path | None, annotated: Mapping[Path, Annotations] | None
) -> None:
    """Write a result whole or not at all; an .eaf as a copy of the one of the video, where some are given."""
    if ending in LINKED and video is not None and annotated is not None:
        add_to_eaf(motion, video, file_of(video, annotated), output)
    else:
        with written_whole(output) as draft:
            write_format(ending, motion, draft, video)


def _read(source: Path) -> Motion:
    try:
        return load_motion(source)
    except ValueError as error:
        raise InputError(f"{error}; give an .npz of `track`.") from error
