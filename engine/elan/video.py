"""The video of an .eaf, and the .eaf of a video."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from ..errors import InputError
from .annotations import Annotations, Medium


@dataclass(frozen=True)
class Video:
    """A video that was found."""

    path: Path
    origin: float
    """Its time, s, at which the annotations' time 0 is."""


def find_video(file: Path, annotations: Annotations, folder: Path | None = None) -> Video:
    """The first video that an .eaf links and that is there, in a folder that the user gave or beside the .eaf.

    Addresses in the file are never followed out of these two: taken are the relative one where it stays inside, else
    the video's name. Raises InputError where there is none.
    """
    videos = [medium for medium in annotations.media if may_be_video(medium)]
    folders = [file.parent] if folder is None else [folder, file.parent]
    for medium in videos:
        for path in (path for place in folders for path in _places(place, medium)):
            if _is_file(path):
                return Video(path, medium.origin)
    if not videos:
        raise InputError(f"{file} links no video; link one in ELAN.")
    names = " and ".join(repr(name_of(medium)) for medium in videos)
    where = f"in {folder} or beside it" if folder is not None else "beside it"
    raise InputError(f"{file} links {names}, which is not {where}; give the folder where its video is.")


def origin_in(file: Path, annotations: Annotations, video: Path) -> float:
    """The time, s, of a video at which the annotations' time 0 is; InputError where they link none of its name."""
    found = [medium.origin for medium in annotations.media if _links(medium, video)]
    if not found:
        raise InputError(f"{file} does not link {video.name}; link it in ELAN, or take the .eaf of this video.")
    return found[0]


def file_of(video: Path, read: Mapping[Path, Annotations]) -> Path:
    """The .eaf, of those that were read, that links a video of this name; InputError where not exactly one does."""
    files = [file for file, own in read.items() if any(_links(medium, video) for medium in own.media)]
    if not files:
        raise InputError(f"no .eaf that was given links {video.name}; link it in ELAN, or give the .eaf of this video.")
    if len(files) > 1:
        raise InputError(f"{' and '.join(map(str, files))} link {video.name}; give one of them.")
    return files[0]


def may_be_video(medium: Medium) -> bool:
    """Whether it is not known to be sound; ELAN calls kinds that it does not know `unknown`."""
    return not medium.mime.startswith("audio/")


def name_of(medium: Medium) -> str:
    """The name of its file, without the way there; empty where its addresses have none."""
    parts = _parts(unquote(medium.relative or medium.url))
    return parts[-1] if parts else ""


def _links(medium: Medium, video: Path) -> bool:
    return may_be_video(medium) and name_of(medium).casefold() == video.name.casefold()


def _places(folder: Path, medium: Medium) -> Iterator[Path]:
    """Where in a folder a medium may be: as its addresses say, then by its name alone; spaces may be written %20."""
    for address in (medium.relative, medium.url):
        for parts in map(_parts, dict.fromkeys((address, unquote(address)))):
            for own in (parts, parts[-1:]):
                if own and all(map(_is_name, own)):
                    yield folder.joinpath(*own)


def _parts(address: str) -> list[str]:
    return [part for part in re.split(r"[/\\]", address) if part not in ("", ".")]


def _is_name(part: str) -> bool:
    """Whether it names something in a folder: not the one above, no drive, no scheme, nothing invisible."""
    return part != ".." and ":" not in part and part.isprintable()


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that the system refuses
        return False
