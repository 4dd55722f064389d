"""A corpus for trials: short clips of one video, encoded anew, some of them damaged."""

import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..geometry.arrays import Image


def write_clips(video: Path, folder: Path, count: int, frames: int, damaged: int = 10) -> set[str]:
    """Write `count` clips of so many frames, from all over the video; returns the names of those that are damaged.

    One of `damaged` is, none where that is 0; by turns they have lost their end, where an .mp4 has its index, or are
    nothing but noise.
    """
    folder.mkdir(parents=True)
    pictures, noise = list(_pictures(video)), random.Random(0)
    spoilt: set[str] = set()
    for number in range(count):
        path = folder / f"{number:04}.mp4"
        first = number * 7 % (len(pictures) - frames)
        _write(path, pictures[first : first + frames], quality=18 + number % 10)
        if damaged and number % damaged == damaged - 1:
            whole = path.read_bytes()
            path.write_bytes(noise.randbytes(len(whole)) if len(spoilt) % 2 else whole[: len(whole) * 3 // 4])
            spoilt.add(path.stem)
    return spoilt


def _pictures(video: Path) -> Iterator[Image]:
    import av

    container: Any = av.open(str(video))
    with container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="rgb24")


def _write(path: Path, pictures: list[Image], quality: int) -> None:
    import av

    height, width = pictures[0].shape[:2]
    container: Any = av.open(str(path), "w")
    with container:
        stream = container.add_stream(
            "libx264", rate=Fraction(30), options={"crf": str(quality), "threads": "1", "preset": "veryfast"}
        )
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
