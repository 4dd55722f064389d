"""A corpus for trials: short clips of one video, encoded anew, some of them damaged."""

import random
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np

from ..geometry.arrays import Image

LONG_SIZE = (1280, 720)


def write_clips(video: Path, folder: Path, count: int, frames: int, damaged: int = 10) -> set[str]:
    """Write `count` clips of so many frames, from all over the video; returns the names of those that are damaged.

    One of `damaged` is, none where that is 0; by turns they have lost their end, where an .mp4 has its index, or are
    nothing but noise.
    """
    folder.mkdir(parents=True)
    pictures, noise = list(_pictures(video)), random.Random(0)
    size, spoilt = (pictures[0].shape[1], pictures[0].shape[0]), set[str]()
    for number in range(count):
        path = folder / f"{number:04}.mp4"
        first = number * 7 % (len(pictures) - frames)
        _write(path, pictures[first : first + frames], size, quality=18 + number % 10, rate=30)
        if damaged and number % damaged == damaged - 1:
            whole = path.read_bytes()
            path.write_bytes(noise.randbytes(len(whole)) if len(spoilt) % 2 else whole[: len(whole) * 3 // 4])
            spoilt.add(path.stem)
    return spoilt


def write_long(video: Path, path: Path, seconds: int, rate: int) -> None:
    """So many seconds of LONG_SIZE at `rate` per second: the video's pictures in the middle, to and fro."""
    there = [_widened(picture) for picture in _pictures(video)]
    endless = cycle([*there, *there[-2:0:-1]])
    _write(path, islice(endless, seconds * rate), LONG_SIZE, quality=20, rate=rate)


def _widened(picture: Image) -> Image:
    """A picture of at most LONG_SIZE on a grey ground of that size."""
    wide = np.full((*LONG_SIZE[::-1], 3), 128, np.uint8)
    height, width = picture.shape[:2]
    top, left = (wide.shape[0] - height) // 2, (wide.shape[1] - width) // 2
    wide[top : top + height, left : left + width] = picture
    return wide


def _pictures(video: Path) -> Iterator[Image]:
    import av

    container: Any = av.open(str(video))
    with container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="rgb24")


def _write(path: Path, pictures: Iterable[Image], size: tuple[int, int], quality: int, rate: int) -> None:
    import av

    container: Any = av.open(str(path), "w")
    with container:
        stream = container.add_stream(
            "libx264", rate=Fraction(rate), options={"crf": str(quality), "threads": "1", "preset": "veryfast"}
        )
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
