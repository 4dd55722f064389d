"""A part of a batch, where a scheduler of several machines gives each its own."""

import re
from collections.abc import Sequence
from pathlib import Path

from ..errors import InputError
from .clips import Clip
from .run import signer_file

_PART = re.compile(r"(\d{1,6})/(\d{1,6})")


def part_of(clips: Sequence[Clip], part: str, out: Path) -> list[Clip]:
    """The K-th of N parts of a batch, where `part` is K/N, counted from 1; InputError where there is none.

    All clips of one signer are of the same part, since they wait for each other's bones; the rest is dealt out in turn.
    """
    match = _PART.fullmatch(part)
    number, parts = map(int, match.groups()) if match else (0, 0)
    if not 1 <= number <= parts:
        raise InputError(f"There is no part {part}; the third of ten parts is 3/10.")
    turns: dict[str, int] = {}
    for clip in clips:
        turns.setdefault(_together(clip, out), len(turns))
    return [clip for clip in clips if turns[_together(clip, out)] % parts == number - 1]


def _together(clip: Clip, out: Path) -> str:
    """What clips that have to be of one part have in common."""
    file = signer_file(clip, out)
    return clip.name if file is None else f"/{file}"
