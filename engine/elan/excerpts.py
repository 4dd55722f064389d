"""Annotations as excerpts of the video, named by what they say."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from unicodedata import normalize

from ..errors import InputError
from .annotations import Annotation, Annotations, Tier

#: Bytes of a name in UTF-8, to which a number and an ending are added.
LONGEST = 200
#: What some system has no files of, whatever the ending (Microsoft, "Naming Files, Paths, and Namespaces").
_RESERVED = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])(\.|$)", re.IGNORECASE)
_JOINERS = "\u200c\u200d"  # invisible, but part of how some scripts write words


@dataclass(frozen=True)
class Excerpt:
    """A stretch of a video that an annotation names."""

    name: str
    """A name for files and other things, different for each of a tier, in upper and lower case alike."""
    value: str
    """What the annotation says."""
    start: float
    """Seconds of the video."""
    end: float
    """Seconds of the video, after the start."""


def excerpts_of(annotations: Annotations, tier: str, origin: float = 0.0, margin: float = 0.0) -> list[Excerpt]:
    """The excerpts of a tier, in the order of their starts, of a video whose time `origin`, s, is the annotations' 0.

    Each begins `margin` seconds early and ends as much late, but not within other annotations of the tier. Those
    that say nothing, or last no time, are none. Raises InputError where there is no such tier.
    """
    found = annotations.tier(tier)
    if found is None:
        names = ", ".join(own.name for own in annotations.tiers) or "none"
        raise InputError(f"There is no tier {tier}; there are {names}.")
    spans = [(own.value, max(origin + own.start, 0.0), origin + own.end) for own in _widened(found, margin)]
    shown = [(value, start, end) for value, start, end in spans if value.strip() and end > start]
    names = unique_names(value for value, _, _ in shown)
    return [Excerpt(name, *own) for name, own in zip(names, shown, strict=True)]


def unique_names(values: Iterable[str]) -> list[str]:
    """A name for each of some values, in their order: the second HOUSE is HOUSE_2."""
    names: list[str] = []
    taken, last = set[str](), dict[str, int]()
    for value in values:
        name = own = safe_name(value)
        while own.casefold() in taken:
            last[name.casefold()] = number = last.get(name.casefold(), 1) + 1
            own = f"{name}_{number}"
        taken.add(own.casefold())
        names.append(own)
    return names


def safe_name(value: str) -> str:
    """A value as the name of a file in any system, its letters kept: what leads elsewhere or is invisible becomes _."""
    text = normalize("NFC", " ".join(value.split()))
    text = "".join(letter if letter.isprintable() or letter in _JOINERS else "_" for letter in text)
    text = re.sub(r'[<>:"/\\|?*]', "_", text).encode("utf-8", "replace")[:LONGEST].decode("utf-8", "ignore").strip(" .")
    return f"_{text}" if not text or _RESERVED.match(text) else text


def _widened(tier: Tier, margin: float) -> Iterator[Annotation]:
    """Annotations with a margin as far as the others leave room."""
    own = [one for one in tier.annotations if one.end > one.start]
    latest = 0.0  # end of those before
    for number, one in enumerate(own):
        following = own[number + 1].start if number + 1 < len(own) else one.end + margin
        start = min(max(one.start - margin, latest), one.start)
        yield Annotation(start, max(min(one.end + margin, following), one.end), one.value)
        latest = max(latest, one.end)
