"""PyAV containers: opening a file, choosing its video, reading on from a time.

What goes wrong inside the decoder leaves here as a VideoError of one sentence.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ..errors import VideoError
from .timing import Timed, has_own_times, start_time, timed

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

MOST_PIXELS, LONGEST_SIDE = 2**27, 2**14
"""Of a picture that is decoded: 16K videos, and photographs of 130 megapixels."""
OPEN_OPTIONS = {"protocol_whitelist": "file", "max_pixels": str(MOST_PIXELS), "pattern_type": "none"}
"""Nothing must reach for the network, no picture take more memory than it is given, no name stand for several."""
_ELSEWHERE = {"concat", "dash", "hls", "imf", "lavfi", "rtp", "rtsp", "sap", "sdp", "vobsub", "webm_dash_manifest"}
"""What FFmpeg calls playlists and the like, which lead to other files, or wait for more for ever."""
DECODER_THREADS = 4
"""More only cost memory: detection is far slower than decoding."""
SEEK_FROM_SECONDS = 1.0
"""Decoding this much is cheaper than a seek."""
_STILLS = {"heic", "heix", "avif", "mif1"}
"""Brands of pictures in the container of videos; those of sequences are others."""


@contextmanager
def open_container(path: Path) -> Generator[InputContainer]:
    """The opened file; a decoder's or the system's error inside the block becomes a VideoError."""
    import av
    from av.error import FFmpegError

    try:
        if not path.exists():
            raise VideoError(f"{path} does not exist.")
        if path.is_dir():
            raise VideoError(f"{path} is a folder without videos.")
        if path.stat().st_size == 0:
            raise VideoError(f"{path} is empty.")
        options = {**OPEN_OPTIONS, "format_whitelist": ",".join(sorted(av.formats_available - _ELSEWHERE))}
        with av.open(f"file:{path}", options=options, metadata_errors="replace") as container:
            yield container
    except FFmpegError as error:
        reason = error.strerror or str(error)
        raise VideoError(f"{path} is no readable video, or it is damaged ({reason}).") from error
    except OSError as error:
        raise VideoError(f"{path} cannot be read ({error.strerror}).") from error


def video_stream(container: InputContainer, path: Path) -> VideoStream:
    """The stream to read, never a song's cover; VideoError where there is none to decode."""
    from av.stream import Disposition

    streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not streams:
        raise VideoError(f"{path} holds no video.")
    if any(s.disposition & Disposition.dependent for s in streams):
        raise VideoError(f"{path} is a picture in tiles, which are not put together here; convert it to JPEG or PNG.")
    known = [s for s in streams if cast(Any, s).codec_context is not None]
    if not known:
        raise VideoError(f"{path} is encoded in a way that this decoder does not know.")
    stream = max(known, key=lambda s: s.width * s.height)
    codec: Any = stream.codec_context
    check_size(stream.width, stream.height, path)
    codec.options = {"max_pixels": str(MOST_PIXELS)}
    codec.thread_type = "AUTO"
    codec.thread_count = DECODER_THREADS
    return stream


def check_size(width: int, height: int, path: Path) -> None:
    """VideoError of a picture with more pixels than are decoded or shown."""
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise VideoError(
            f"{path} has pictures of {width} x {height} pixels; at most {MOST_PIXELS / 1e6:.0f} megapixels and "
            f"{LONGEST_SIDE} a side are read, make them smaller."
        )


def is_still(container: InputContainer) -> bool:
    """Whether the file is a picture rather than a video."""
    name = container.format.name
    return name == "image2" or name.endswith("_pipe") or container.metadata.get("major_brand") in _STILLS


def decode(container: InputContainer, stream: VideoStream, start: float) -> Iterator[Timed]:
    """The frames from the key frame before start on; times increase strictly."""
    frames = timed(container, stream)
    if start <= SEEK_FROM_SECONDS or not has_own_times(container, stream) or not _seek(container, stream, start):
        yield from frames
        return
    first = next(frames, None)
    if first is not None and first.time <= start:
        yield first
        yield from frames
        return
    container.seek(0)
    yield from timed(container, stream)


def _seek(container: InputContainer, stream: VideoStream, start: float) -> bool:
    """Whether the format can seek; where it cannot, reading goes on from where it is."""
    from av.error import FFmpegError

    if stream.time_base is None:
        return False
    try:
        container.seek(round((start + float(start_time(container))) / stream.time_base), stream=stream)
    except FFmpegError:
        return False
    return True
