"""Small videos and pictures that tests write for themselves, with PyAV."""

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
TIME_BASE = Fraction(1, 1000)


def numbered_pictures(count: int, width: int = 64, height: int = 48) -> list[Picture]:
    """Pictures that tell their number and their upright orientation: see number_of and corners_of."""
    pictures: list[Picture] = []
    for number in range(count):
        picture = np.zeros((height, width, 3), np.uint8)
        picture[: height // 2, : width // 2] = (255, 0, 0)
        picture[: height // 2, width // 2 :] = (0, 255, 0)
        picture[height // 2 :, : width // 2] = (0, 0, 255)
        picture[height // 2 :, width // 2 :] = 10 + 240 * number // max(count - 1, 1)
        pictures.append(picture)
    return pictures


def number_of(picture: Picture, count: int) -> int:
    """The number of the one of `count` numbered pictures that this is."""
    grey = float(picture[picture.shape[0] * 3 // 4, picture.shape[1] * 3 // 4].mean())
    return round((grey - 10) * (count - 1) / 240)


def corners_of(picture: Picture) -> tuple[str, str, str]:
    """The colours at the top left, top right and bottom left; red, green, blue when upright."""
    height, width = picture.shape[:2]
    points = ((height // 4, width // 4), (height // 4, width * 3 // 4), (height * 3 // 4, width // 4))
    names = [("red", "green", "blue")[int(np.argmax(picture[y, x]))] for y, x in points]
    return names[0], names[1], names[2]


UPRIGHT = ("red", "green", "blue")


def write_clip(
    path: Path,
    pictures: Sequence[Picture],
    *,
    times: Sequence[float] | None = None,
    rate: Fraction | int = 10,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    rotation: int = 0,
    aspect: Fraction | None = None,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
) -> Path:
    """Encode RGB pictures (H,W,3), shown at times (s) or at a constant rate; rotation as a phone writes it."""
    height, width = pictures[0].shape[:2]
    with av.open(str(path), "w", options=container_options or {}) as container:
        stream: Any = container.add_stream(codec, rate=rate, options=options or {})
        stream.width, stream.height, stream.pix_fmt = width, height, pixels
        if times is not None:
            stream.codec_context.time_base = TIME_BASE
        if rotation:
            stream.set_display_rotation(rotation)
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            if times is not None:
                frame.pts, frame.time_base = round(times[number] / TIME_BASE), TIME_BASE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def turn_clip(path: Path, matrix: tuple[int, int, int, int]) -> None:
    """Give an .mp4 a display matrix a, b, c, d: x' = a x + c y, y' = b x + d y, in a track's header (ISO 14496-12)."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    a, b, c, d = (part * 0x10000 for part in matrix)
    data[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 0x40000000)
    path.write_bytes(data)


def write_picture(path: Path, picture: Picture) -> None:
    """A PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w", format="image2") as container:
        stream = container.add_stream("png", rate=1)
        stream.height, stream.width, stream.pix_fmt = *picture.shape[:2], "rgb24"
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        container.mux([*stream.encode(frame), *stream.encode(None)])


def write_sequence(folder: Path, pictures: list[Picture], name: str = "take.v2_{:04}-0.png", first: int = 7) -> Path:
    """The folder, with its pictures numbered from `first` on."""
    for number, picture in enumerate(pictures, first):
        write_picture(folder / name.format(number), picture)
    return folder
