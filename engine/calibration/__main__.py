"""Cameras calibrated from videos of one board, in step, one by each camera.

    python -m engine.calibration left.mp4 right.mp4 --board 8x5 --square 0.04 --out cameras.toml

A camera is named as its video. Move the board slowly before all of them, near and far, tilted, to pictures' corners.
"""

import argparse
import sys
from pathlib import Path

from ..cameras.toml import save_calibration
from ..detection import open_video
from ..errors import EngineError
from .board import Board
from .solve import Seen, solve_cameras

#: Seconds from one picture that is looked at to the next.
EVERY = 0.5


def look(video: Path, board: Board) -> tuple[dict[int, Seen], tuple[int, int]]:
    """What a video shows of the board, by the number of the moment, and the size of its pictures."""
    found: dict[int, Seen] = {}
    size, moment = (0, 0), -1
    with open_video(video) as source:
        for frame in source.frames():
            if int(frame.time / EVERY) == moment:
                continue
            moment, size = int(frame.time / EVERY), (frame.image.shape[1], frame.image.shape[0])
            seen = board.find(frame.image)
            if seen is not None:
                found[moment] = seen
    return found, size


def main(argv: list[str] | None = None) -> int:
    """Calibrate; 0 where that succeeded."""
    parser = argparse.ArgumentParser(prog="python -m engine.calibration", description=__doc__)
    parser.add_argument("video", nargs="+", type=Path, help="one of each camera, in step")
    parser.add_argument("--board", default="8x5", metavar="COLUMNSxROWS", help="squares, not inner corners (8x5)")
    parser.add_argument("--square", type=float, required=True, help="width of a square, m")
    parser.add_argument("--marker", type=float, help="width of a marker, m, of a ChArUco board")
    parser.add_argument("--out", type=Path, required=True, help="the .toml")
    options = parser.parse_args(argv)
    try:
        columns, rows = (int(part) for part in options.board.split("x"))
    except ValueError:
        parser.error(f"--board {options.board} is not of the form 8x5")
    try:
        looks = {
            video.stem: look(video, Board(columns, rows, options.square, options.marker)) for video in options.video
        }
        seen, sizes = {name: own for name, (own, _) in looks.items()}, [size for _, size in looks.values()]
        save_calibration(solve_cameras(seen, sizes, Board(columns, rows, options.square).corners), options.out)
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    print(options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
