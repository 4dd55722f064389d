"""Regular expressions that a file brings, for the ends of names: those alone that no name takes long to match."""

import re

#: Letters of a pattern, and of a name that it is tried on: longer ones are no names of bones, keys or points.
_LONGEST, _LONGEST_NAME = 100, 200
#: What may make a pattern match in several ways, and what of it does in as many as a name has letters.
_MOST_CHOICES, _MOST_REPEATS = 4, 2
_ESCAPED = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)


def check_pattern(text: str, what: str) -> None:
    """ValueError, that begins with what it is, of a pattern that is none, or that names may take for ever to match."""
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"its {what} is no regular expression ({error})") from error
    plain = _ESCAPED.sub(lambda own: "\\" if own[0][1:].isdigit() else "a", text)
    repeats, choices = len(re.findall(r"[*+{]", plain)), len(re.findall(r"[*+?{|]", plain))
    involved = re.search(r"\\|\)[*+{]|\(\?", plain) is not None or len(text) > _LONGEST
    if involved or repeats > _MOST_REPEATS or choices > _MOST_CHOICES:
        raise ValueError(
            f"its {what} is too involved: it may repeat letters, not groups, {_MOST_REPEATS} times, and leave"
            f" {_MOST_CHOICES} choices at most"
        )


def without(pattern: str, name: str) -> str:
    """A name without what a checked pattern says of it; one that is too long for a name stays as it is."""
    return re.sub(pattern, "", name) if len(name) <= _LONGEST_NAME else name
