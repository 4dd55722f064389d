"""The preview: the video and the drawn rig side by side, as MP4 and as one picture."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from ...engine.detection.video import open_video
from ...engine.geometry.arrays import Array, Image
from ...engine.motion import Motion
from .framing import WIDEST, Framing

MOMENTS = 4
"""Columns of the picture."""


def write_preview(video: Path, motion: Motion, framing: Framing, views: list[Path], stem: Path) -> list[Path]:
    """Write <stem>_preview.mp4 and .png from the folders of 0001.png, ... in `views`; return both.

    The k-th drawn picture belongs to the time motion.time[0] + (k - 1) / motion.fps.
    """
    movie, picture = (stem.with_name(f"{stem.name}_preview.{kind}") for kind in ("mp4", "png"))
    count = len(list(views[0].iterdir()))
    fps = float(motion.fps) or 1.0
    times = float(motion.time[0]) + np.arange(count) / fps
    moments = {count * (2 * k + 1) // (2 * MOMENTS) for k in range(MOMENTS)}
    small = (WIDEST // MOMENTS, round(framing.panel[1] * WIDEST / MOMENTS / framing.panel[0]))
    columns: list[Image] = []

    def rows() -> Iterator[Image]:
        panels = [_shown(video, framing, times), *(_drawn(folder, framing) for folder in views)]
        for index, row in enumerate(zip(*panels, strict=True)):
            if index in moments:
                columns.append(np.vstack([resized(panel, small) for panel in row]))
            yield np.hstack(row)

    encode(movie, rows(), "libx264", Fraction(fps).limit_denominator(1001), "yuv420p")
    encode(picture, [np.hstack(columns)], "png", Fraction(1), "rgb24")
    return [movie, picture]


def encode(path: Path, images: Iterable[Image], codec: str, rate: Fraction, pixels: str) -> None:
    """Write pictures (H,W,3) of one size to a file of the format that its name says."""
    import av

    container: Any = av.open(str(path), "w", options={"update": "1"} if codec == "png" else {})
    with container:
        stream = None
        for image in images:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
            if stream is None:
                stream = container.add_stream(codec, rate=rate)
                stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, pixels
            container.mux(stream.encode(frame))
        if stream is not None:
            container.mux(stream.encode())


def _shown(video: Path, framing: Framing, times: Array) -> Iterator[Image]:
    """The panel (H,W,3) of the video at each of the times, s: the frame that starts nearest before."""
    left, top, width, height = framing.box
    half = float(np.diff(times).min(initial=1.0)) / 2
    with open_video(video) as source, closing(source.frames(float(times[0]))) as frames:
        current = next(frames)
        following = next(frames, None)
        for time in times:
            while following is not None and following.time < time + half:
                current, following = following, next(frames, None)
            yield resized(current.image[top : top + height, left : left + width], framing.panel)


def _drawn(folder: Path, framing: Framing) -> Iterator[Image]:
    """The pictures (H,W,3) of a folder in the order of their names, in the size of a panel."""
    for path in sorted(folder.iterdir()):
        with open_video(path) as source:
            yield resized(next(source.frames()).image, framing.panel)


def resized(image: Image, size: tuple[int, int]) -> Image:
    """The picture (H,W,3) at a width and height."""
    import av

    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
    return frame.reformat(*size, interpolation="AREA").to_ndarray().astype(np.uint8, copy=False)
