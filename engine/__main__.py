"""The command line: `python -m engine track INPUT... --out DIR`."""

import os

# Thousands of matrices of 30 x 30: threads inside one cost more than they give. Before NumPy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from .arguments import add_arguments, files_in, outputs_in, read_arguments
from .errors import EngineError, InputError, OutputError
from .files import check_writable
from .motion import notes_on, save_motion
from .options import TrackOptions
from .process import prepare_process
from .track import track


def main(argv: list[str] | None = None) -> int:
    """Track every input; 0 only if all succeeded, one line on stderr for each that failed."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    try:
        options = read_arguments(arguments, TrackOptions)
        outputs = outputs_in(arguments.out, files_in(arguments.input), "npz")
    except InputError as error:
        parser.error(str(error))
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m engine", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("track", help="track the person in videos, still pictures or files of 3D points")
    command.add_argument("input", nargs="+", type=Path, help="a video, still picture or file of 3D points, or a folder")
    command.add_argument("--out", required=True, type=Path, help="folder for the .npz results")
    add_arguments(command, TrackOptions)
    command.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser


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


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        os._exit(130)  # at once, whatever the landmarkers' threads do
