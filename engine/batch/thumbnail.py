"""A small picture of a clip's middle, and the skeleton over it."""

import base64
from fractions import Fraction
from typing import Any

import numpy as np

from ..detection import open_video
from ..geometry.arrays import Image
from ..motion import Motion
from ..points import is_points
from .clips import Clip

#: Pixels: of the picture, along its longer side.
LONGER = 192


def thumbnail_of(clip: Clip, motion: Motion) -> dict[str, Any]:
    """What a report shows: `size` (width, height), `picture` (a JPEG in base64; empty of 3D points), and `bones`.

    Bones are lines (x1, y1, x2, y2) in the picture's pixels, of the body and its limbs in the middle frame.
    """
    frame = len(motion.time) // 2
    scale = LONGER / max(motion.size)
    size = [max(2, 2 * round(side * scale / 2)) for side in motion.size]
    joints = motion.camera.project(motion.positions[frame].astype(np.float64) + motion.translation[frame]) * scale
    pairs = [(child, parent) for child, parent in enumerate(motion.skeleton.parents) if parent >= 0]
    bones = [[round(value, 1) for value in (*joints[child], *joints[parent])] for child, parent in pairs]
    picture = "" if is_points(clip.source) else _jpeg(_image(clip, float(motion.time[frame])), size)
    return {"size": size, "picture": picture, "bones": bones}


def _image(clip: Clip, time: float) -> Image:
    with open_video(clip.source, clip.options.rate) as video:
        image = next(video.frames(time if video.info.fps else None)).image
    return image[:, ::-1] if clip.options.mirrored else image


def _jpeg(image: Image, size: list[int]) -> str:
    import av

    encoder = av.CodecContext.create("mjpeg", "w")
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
    frame = frame.reformat(*size, format="yuvj420p")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = *size, "yuvj420p", Fraction(1, 25)
    return base64.b64encode(
        b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])
    ).decode()
