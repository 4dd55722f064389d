"""The command line: `python -m engine track INPUT... --out DIR`."""

import os

# Thousands of matrices of 30 x 30: threads inside one cost more than they give. Before NumPy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import sys
import threading
from collections.abc import Callable
from math import radians
from pathlib import Path

from .detection.detect import DetectOptions
from .errors import EngineError
from .motion import save_motion
from .options import read_crop, targets_in
from .process import prepare_process
from .track import TrackOptions, track


def main(argv: list[str] | None = None) -> int:
    """Track every input; 0 only if all succeeded, one line on stderr for each that failed."""
    arguments = _parser().parse_args(argv)
    prepare_process()
    if arguments.worker:
        threading.Thread(target=_exit_with_parent, daemon=True).start()
    failed = False
    for source, target in targets_in(arguments.out, arguments.input, "npz"):
        report = _json_progress if arguments.worker else _bar(source)
        try:
            save_motion(track(source, _options(arguments), report), target)
        except EngineError as error:
            failed = True
            _say(arguments.worker, {"error": str(error)}, str(error))
        else:
            _say(arguments.worker, {"done": str(target)}, None)
    return int(failed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m engine", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("track", help="track the person in videos or still pictures")
    command.add_argument("input", nargs="+", type=Path, help="a video or a still picture")
    command.add_argument("--out", required=True, type=Path, help="folder for the .npz results")
    command.add_argument("--hands-only", action="store_true", help="the picture shows one hand")
    command.add_argument("--side", choices=("auto", "left", "right"), default="auto")
    command.add_argument("--start", type=float, help="seconds")
    command.add_argument("--end", type=float, help="seconds")
    command.add_argument("--height", type=float, help="of the person, metres (without it: guessed)")
    command.add_argument("--mirrored", action="store_true", help="selfie video, left is right")
    which = command.add_mutually_exclusive_group()
    which.add_argument("--person", type=int, help="which of several people, 0 is the largest")
    which.add_argument("--crop", type=read_crop, metavar="X,Y,W,H", help="pixels")
    command.add_argument("--fov", type=float, help="angle of view of the longer side, degrees")
    command.add_argument("--smoothing", type=float, default=1.0, help="0 is off, 1 the default")
    command.add_argument("--models", type=Path, help="folder with official model bundles")
    command.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser


def _options(arguments: argparse.Namespace) -> TrackOptions:
    detect = DetectOptions(
        models=arguments.models,
        person=arguments.person,
        crop=arguments.crop,
        mirrored=arguments.mirrored,
        hands_only=arguments.hands_only,
        side=arguments.side,
    )
    return TrackOptions(
        detect=detect,
        start=arguments.start,
        end=arguments.end,
        height=arguments.height,
        fov=None if arguments.fov is None else radians(arguments.fov),
        smoothing=arguments.smoothing,
    )


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
    sys.exit(main())
