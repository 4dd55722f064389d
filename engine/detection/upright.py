"""Frames as a player shows them: turned and mirrored as the file says, with square pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..geometry.arrays import Image
from ..geometry.orientation import UPRIGHT, Orientation

if TYPE_CHECKING:
    from av import VideoFrame
    from av.video.stream import VideoStream

_EXIF = 31
"""What FFmpeg calls a photograph's EXIF data; this PyAV does not know the number and refuses all side data."""


def orientation(frame: VideoFrame) -> Orientation:
    """How the frame is to be shown, by its display matrix: EXIF's orientation or a video's own.

    The matrix takes stored places to shown ones, x' = a x + c y, y' = b x + d y; the nearest of eight counts.
    """
    from av.sidedata.sidedata import SideDataContainer, Type

    numbers: Any = Type._value2member_map_
    numbers.setdefault(_EXIF, Type.ICC_PROFILE)
    # frame.side_data and the frame would hold each other until garbage is collected.
    side_data: Any = SideDataContainer
    data = side_data(frame).get(Type.DISPLAYMATRIX)
    if data is None:
        return UPRIGHT
    a, b, _, c, d = np.frombuffer(bytes(data), np.int32)[:5].tolist()
    if abs(b) + abs(c) > abs(a) + abs(d):
        return Orientation(True, c < 0, b < 0)
    return Orientation(False, a < 0, d < 0)


def upright_size(stream: VideoStream, frame: VideoFrame) -> tuple[int, int]:
    """Width and height of the frame as a player shows it."""
    aspect = float(stream.sample_aspect_ratio or 1)
    return orientation(frame).size(max(1, round(frame.width * aspect)), frame.height)


def upright_image(stream: VideoStream, frame: VideoFrame, size: tuple[int, int]) -> Image:
    """(H,W,3) RGB of the frame as a player shows it, in a size; one of other proportions gets black bars."""
    shown, own = orientation(frame), upright_size(stream, frame)
    scale = min(size[0] / own[0], size[1] / own[1])
    inner = (min(size[0], max(1, round(own[0] * scale))), min(size[1], max(1, round(own[1] * scale))))
    width, height = shown.size(*inner)
    image = shown.show(_opaque(frame, width, height))
    if inner == size:
        return image
    canvas = np.zeros((size[1], size[0], 3), np.uint8)
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    canvas[top : top + inner[1], left : left + inner[0]] = image
    return canvas


def _opaque(frame: VideoFrame, width: int, height: int) -> Image:
    """(H,W,3) RGB of the frame as it is stored, resized; white shines through where it is transparent."""
    if not any(component.is_alpha for component in frame.format.components):
        return np.asarray(frame.to_ndarray(format="rgb24", width=width, height=height), np.uint8)
    layers = frame.to_ndarray(format="rgba", width=width, height=height).astype(np.float32)
    opacity = layers[..., 3:] / 255.0
    return np.rint(opacity * layers[..., :3] + (1.0 - opacity) * 255.0).astype(np.uint8)
