"""`.pose` files byte by byte, as docs/specs of pose-format say, where that package is not or would not write them."""

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from engine.geometry.arrays import Array


def text(value: bytes) -> bytes:
    return struct.pack("<H", len(value)) + value


def component(name: bytes, points: Sequence[bytes], form: bytes = b"XYC") -> bytes:
    return text(name) + text(form) + struct.pack("<3H", len(points), 0, 0) + b"".join(map(text, points))


def header(version: float, *components: bytes, size: tuple[int, int] = (640, 480)) -> bytes:
    return struct.pack("<f4H", version, *size, 0, len(components)) + b"".join(components)


def newest(head: bytes, fps: float, frames: int, people: int, body: bytes) -> bytes:
    """Version 0.2, whatever of it is true."""
    return head + struct.pack("<fIH", fps, frames, people) + body


def write_picture(
    path: Path, parts: Mapping[str, Sequence[str]], pixels: Array, size: tuple[int, int], fps: float
) -> Path:
    """One person's points (F,K,2), those of all parts one after the other, all of them sure."""
    components = [component(name.encode(), [point.encode() for point in points]) for name, points in parts.items()]
    body = pixels.astype("<f4").tobytes() + np.ones(pixels.shape[:2], "<f4").tobytes()
    path.write_bytes(newest(header(0.2, *components, size=size), fps, len(pixels), 1, body))
    return path
