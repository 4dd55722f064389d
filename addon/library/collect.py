"""Which signs tracked files hold: what tiers of ELAN's files annotate, or each file as one sign."""

from pathlib import Path

from ...engine.cut import cut
from ...engine.errors import InputError
from ...engine.motion import Motion, load_motion
from .signs import LEXICON, Sign

#: A sign, and a motion that has some time before and after it, too.
Clip = tuple[Sign, Motion]
#: Seconds before and after a sign that its Action has, too, so that the first and the last hold are complete:
#: annotators agree about boundaries to a few frames.
MARGIN = 0.2


def whole_file(path: Path) -> list[Clip]:
    """A tracked file as one sign, named as it is. Raises InputError where it cannot be read."""
    motion = read_tracked(path)
    start, end = float(motion.time[0]), float(motion.time[-1])
    return [(Sign(_printable(path.stem), LEXICON, _printable(path.stem), start, end), motion)]


def part_of(motion: Motion, sign: Sign) -> Clip:
    """A sign with its margins. Raises InputError where it is not within what was tracked."""
    cut(motion, sign.start, sign.end)
    return sign, cut(motion, sign.start - MARGIN, sign.end + MARGIN)


def read_tracked(path: Path) -> Motion:
    """The motion that `track` or `batch` wrote. Raises InputError."""
    try:
        return load_motion(path)
    except ValueError as error:
        raise InputError(f"{error}; give an .npz that `python -m engine track` wrote.") from error


def _printable(text: str) -> str:
    """A file name can hold bytes that are no text."""
    return text.encode(errors="replace").decode()
