"""`python -m engine track INPUT... --out DIR`."""

import argparse
import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..arguments import add_arguments, check_take, files_in, outputs_in, read_arguments
from ..errors import EngineError, OutputError
from ..files import check_writable
from ..motion import notes_on, save_motion
from ..options import TrackOptions
from ..process import prepare_process
from ..track import track


def add_parser(commands: Any) -> None:
    """Add the command to what argparse's `add_subparsers` gave."""
    parser = commands.add_parser("track", help="track the person in videos, still pictures or files of 3D points")
    parser.add_argument("input", nargs="+", type=Path, help="a video, still picture or file of 3D points, or a folder")
    parser.add_argument("--out", required=True, type=Path, help="folder for the .npz results")
    add_arguments(parser, TrackOptions)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Track every input; 0 only if all succeeded, one line on stderr for each that failed.

    Raises InputError where the arguments do not go together.
    """
    options = read_arguments(arguments, TrackOptions)
    outputs = outputs_in(arguments.out, files_in(arguments.input, options), "npz")
    check_take(options, len(outputs))
    try:
        for _, output in outputs:
            check_writable(output)
    except OutputError as error:
        _say(arguments.worker, {"error": str(error)}, str(error))
        return 1
    prepare_process()
    if arguments.worker:
        threading.Thread(target=_exit_with_parent, daemon=True).start()
    failed = False
    for source, output in outputs:
        report = _json_progress if arguments.worker else _bar(source)
        try:
            motion = track(source, options, report)
            save_motion(motion, output)
        except EngineError as error:
            failed = True
            _say(arguments.worker, {"error": str(error)}, str(error))
        else:
            _say(arguments.worker, {"done": str(output)}, None)
            if not arguments.worker:
                print(output, flush=True)
                for note in notes_on(motion):
                    print(f"{source}: {note}", file=sys.stderr)
    return int(failed)


def _json_progress(fraction: float) -> None:
    print(json.dumps({"progress": round(fraction, 4)}), flush=True)


def _bar(source: Path) -> Callable[[float], None] | None:
    if not sys.stderr.isatty():
        return None

    def report(fraction: float) -> None:
        end = "\n" if fraction >= 1.0 else ""
        print(f"\r{source.name}: {fraction:4.0%}", end=end, file=sys.stderr, flush=True)

    return report


def _say(worker: bool, message: dict[str, str], line: str | None) -> None:
    if worker:
        print(json.dumps(message), flush=True)
    elif line:
        print(line, file=sys.stderr)


def _exit_with_parent() -> None:
    """The parent holds our standard input open; its end means that the parent is gone."""
    sys.stdin.buffer.read()
    os._exit(1)
