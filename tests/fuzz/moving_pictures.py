"""Good videos, pictures and playlists of every kind that is damaged, and how they are read."""

from pathlib import Path

import numpy as np

from engine.detection import open_video
from engine.detection.stretches import stretches_of
from engine.options import TrackOptions
from tests.clips import numbered_pictures, turn_clip, write_clip

_FRAMES = 6
_ONE = {"update": "1"}  # a picture, not one of a sequence
#: A clip has no more; what shows more makes them up.
_MOST_SHOWN = 5000


def videos(folder: Path) -> dict[str, tuple[bytes, ...]]:
    """Good files by their ending."""
    frames = numbered_pictures(_FRAMES)
    plain = write_clip(folder / "plain.mp4", frames)
    turned = write_clip(folder / "turned.mov", frames, codec="mpeg4")
    turn_clip(turned, (0, 1, -1, 0))
    in_parts = write_clip(
        folder / "parts.mp4", frames, container_options={"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    )
    first = write_clip(folder / "first.mp4", frames, container_options={"movflags": "faststart"})
    lossless = write_clip(folder / "clip.mkv", frames, codec="ffv1", pixels="bgr0")
    small = write_clip(folder / "clip.webm", frames, codec="libvpx-vp9")
    motion_jpeg = write_clip(folder / "jpegs.avi", frames, codec="mjpeg", pixels="yuvj420p")
    older = {
        name: write_clip(folder / name, frames, codec=codec, rate=25)
        for name, codec in (
            *(("clip.avi", "mpeg4"), ("clip.ts", "libx264"), ("clip.mpg", "mpeg1video")),
            *(("clip.wmv", "wmv2"), ("clip.flv", "flv1")),
        )
    }
    moving = write_clip(folder / "clip.gif", frames, codec="gif", pixels="gray")
    return {
        "mp4": _bytes(plain, turned, in_parts, first),
        "mkv": _bytes(lossless, small),
        "avi": _bytes(older["clip.avi"], motion_jpeg),
        "ts": _bytes(older["clip.ts"], older["clip.mpg"]),
        "wmv": _bytes(older["clip.wmv"], older["clip.flv"], moving),
    }


def pictures(folder: Path) -> dict[str, tuple[bytes, ...]]:
    """Good files by their ending."""
    (picture,) = numbered_pictures(1)
    png = write_clip(folder / "picture.png", [picture], codec="png", pixels="rgba", container_options=_ONE)
    grey = write_clip(folder / "grey.png", [picture], codec="png", pixels="gray16be", container_options=_ONE)
    moving = write_clip(folder / "moving.apng", numbered_pictures(3), codec="apng", pixels="rgb24")
    jpeg = write_clip(folder / "picture.jpg", [picture], codec="mjpeg", pixels="yuvj420p", container_options=_ONE)
    avif = write_clip(folder / "picture.avif", [picture], codec="libsvtav1")
    others = [
        write_clip(folder / f"picture.{ending}", [picture], codec=codec, pixels=pixels, container_options=_ONE)
        for ending, codec, pixels in (("bmp", "bmp", "bgr24"), ("tiff", "tiff", "rgb24"))
    ]
    web = write_clip(folder / "picture.webp", [picture], codec="libwebp")
    return {
        "png": _bytes(png, grey, moving),
        "jpg": (*_bytes(jpeg), _with_exif(jpeg.read_bytes())),
        "heic": _bytes(avif),
        "bmp": _bytes(*others, web),
    }


def playlists(folder: Path) -> tuple[bytes, ...]:
    """Texts that FFmpeg takes for videos, made of others."""
    part = write_clip(folder / "part.ts", numbered_pictures(_FRAMES))
    target = part.as_uri()
    list_ = f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:100\n#EXTINF:0.6,\n{target}\n"
    return tuple(
        text.encode()
        for text in (
            list_,
            list_ + "#EXT-X-ENDLIST\n",
            f"ffconcat version 1.0\nfile {part.name}\nduration 0.6\nfile {part.name}\n",
            f'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="dynamic"><Period><AdaptationSet>'
            f'<Representation id="1" mimeType="video/mp2t"><BaseURL>{target}</BaseURL></Representation></AdaptationSet>'
            "</Period></MPD>",
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"
            "a=rtpmap:96 H264/90000\n",
            ";FFMETADATA1\ntitle=x\n",
        )
    )


def read_video(path: Path) -> None:
    """As tracking does, but for the networks: all frames, a range, samples, and the stretches."""
    with open_video(path) as video:
        info = video.info
        shown = [frame for _, frame in zip(range(_MOST_SHOWN), video.frames(), strict=False)]
        times = np.array([frame.time for frame in shown])
        assert (np.diff(times) > 0).all() and len(shown) < _MOST_SHOWN
        assert all(frame.image.shape == (info.height, info.width, 3) for frame in shown)
        stretches_of(info, TrackOptions(), float(times[0]))
        list(video.samples(None, None, 40, 1, 5))
        list(video.frames(float(times[-1])))


def _bytes(*paths: Path) -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in paths)


def _with_exif(jpeg: bytes) -> bytes:
    """The same lying on its side, as EXIF 2.3 says it (0x0112 orientation: 6)."""
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    return jpeg[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + jpeg[2:]
