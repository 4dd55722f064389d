"""A folder whose pictures are the frames of one video, as film and some corpora of signing have them."""

from __future__ import annotations

import re
from pathlib import Path

from ..errors import VideoError
from ..files import own_files
from ..keypoints import LONGEST_SECONDS
from ..options import PICTURES

_DIGITS = re.compile("([0-9]+)")
_MOST_DIGITS = 18


def times_of(folder: Path, rate: float) -> tuple[tuple[float, Path], ...]:
    """When each picture of a folder is shown, s from the first, and its file.

    The pictures have one number each in names that are alike else; a number that is left out is a picture that lacks.
    VideoError where they have not.
    """
    numbers = numbered_pictures(folder)
    first, last = min(numbers), max(numbers)
    if last - first >= LONGEST_SECONDS * rate:
        raise VideoError(
            f"{folder} has pictures number {first} and {last}, which at {rate:g} a second is more than "
            f"{LONGEST_SECONDS / 3600:.0f} hours; number them one after the other."
        )
    return tuple(((number - first) / rate, numbers[number]) for number in sorted(numbers))


def numbered_pictures(folder: Path) -> dict[int, Path]:
    """Number -> picture, by their names; VideoError as in `times_of`."""
    pictures = own_files(folder, PICTURES)
    if not pictures:
        raise VideoError(f"{folder} is a folder without pictures.")
    parts = [_DIGITS.split(path.stem) for path in pictures]
    first = parts[0]
    for path, own in zip(pictures, parts, strict=True):
        if own[::2] != first[::2]:
            raise VideoError(f"{pictures[0]} and {path} are called differently; leave the pictures of one video there.")
    places = [place for place in range(1, len(first), 2) if len({own[place] for own in parts}) > 1]
    if len(places) > 1:
        raise VideoError(f"The pictures in {folder} differ in more than one number; leave one that counts them.")
    digits = [own[place] for own in parts for place in places] or ["0"]
    if max(map(len, digits)) > _MOST_DIGITS:
        raise VideoError(f"The pictures in {folder} have numbers of more than {_MOST_DIGITS} digits.")
    numbers = dict(zip(map(int, digits), pictures, strict=False))
    if len(numbers) < len(pictures):
        raise VideoError(f"Two pictures in {folder} have one number; leave one of them.")
    return numbers
