"""Which signs the .eaf files of tracked videos annotate."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from ...engine.elan import Annotations, may_be_video, name_of
from ...engine.errors import InputError
from .signs import Sign

#: What is known of a tracked file's signs: an .eaf of its video, what that is called, and at which of its seconds the
#: annotations' time 0 is.
Annotated = tuple[Path, Annotations, str, float]


def annotated(name: str, known: Mapping[Path, Annotations], *, alone: bool) -> Iterator[Annotated]:
    """The .eaf files of the tracked file of a name, without its ending.

    They are those that link a video of that name, or bear it themselves; where it is `alone`, an only one is its.
    """
    for file, annotations in known.items():
        videos = {name_of(medium): medium for medium in annotations.media if may_be_video(medium)}
        own = next((video for video in videos if name in (video, Path(video).stem)), None)
        if own is None and (name == file.stem or (alone and len(known) == 1)):
            own = next(iter(videos), name)
        if own is not None:
            yield file, annotations, own, videos[own].origin if own in videos else 0.0


def signs_of(files: Sequence[Annotated], tiers: Collection[str]) -> list[Sign]:
    """The signs that the named tiers of a video's files annotate, or all tiers where none is named.

    What says nothing or lasts no time is none. Raises InputError where the files have none of the tiers.
    """
    there = {tier.name for _, annotations, *_ in files for tier in annotations.tiers}
    if tiers and not there & {*tiers}:
        names = " and ".join(str(file) for file, *_ in files)
        raise InputError(f"{names} has no tier {', '.join(tiers)}; there are {', '.join(sorted(there)) or 'none'}.")
    return [
        Sign(" ".join(own.value.split()), tier.name, video, origin + own.start, origin + own.end)
        for _, annotations, video, origin in files
        for tier in annotations.tiers
        if not tiers or tier.name in tiers
        for own in tier.annotations
        if own.value.strip() and own.end > own.start
    ]
