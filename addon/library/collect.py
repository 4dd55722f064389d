"""Which signs tracked files hold: what tiers of ELAN's files annotate, or each file as one sign."""

from collections.abc import Collection, Mapping
from pathlib import Path

from ...engine.activity import stretches_of
from ...engine.cut import cut
from ...engine.elan import Annotations
from ...engine.errors import InputError
from ...engine.motion import Motion, load_motion
from .annotated import annotated, signs_of
from .signs import LEXICON, Sign

#: A sign, and a motion that has some time before and after it, too.
Clip = tuple[Sign, Motion]
#: Seconds before and after a sign that its Action has, too, so that its first and last hold are complete:
#: annotators agree about boundaries to a few frames.
MARGIN = 0.15
#: Seconds that a sign may begin before the first frame or end after the last: annotators see frames, not their times.
_BEYOND = 0.1


def whole_file(path: Path) -> Clip:
    """A tracked file as one sign, named as it is; it begins as a hand rises and ends as it sinks to rest.

    Raises InputError where it cannot be read.
    """
    motion, name = read_tracked(path), _printable(path.stem)
    stretches = stretches_of(motion)
    first, last = (stretches[0].first, stretches[-1].stop - 1) if stretches else (0, -1)
    return Sign(name, LEXICON, name, float(motion.time[first]), float(motion.time[last])), motion


def annotated_clips(
    path: Path, known: Mapping[Path, Annotations], tiers: Collection[str], *, alone: bool
) -> tuple[list[Clip], int]:
    """The annotated signs of a tracked file with their margins, and how many are not within what was tracked.

    Raises InputError where it cannot be read, has no .eaf, or none with one of these tiers.
    """
    files = list(annotated(path.stem, known, alone=alone))
    if not files:
        raise InputError(f"No .eaf links a video of the name of {path} or bears its name.")
    motion, signs = read_tracked(path), signs_of(files, tiers)
    first, last = float(motion.time[0]), float(motion.time[-1])
    inside = [sign for sign in signs if sign.start > first - _BEYOND and sign.end < last + _BEYOND]
    clips = [(sign, cut(motion, sign.start - MARGIN, sign.end + MARGIN)) for sign in inside]
    return clips, len(signs) - len(clips)


def read_tracked(path: Path) -> Motion:
    """The motion that `track` or `batch` wrote. Raises InputError."""
    try:
        return load_motion(path)
    except ValueError as error:
        raise InputError(f"{error}; give an .npz that `python -m engine track` wrote.") from error


def _printable(text: str) -> str:
    """A file name can hold bytes that are no text."""
    return text.encode(errors="replace").decode()
