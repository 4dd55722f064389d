"""What a map of rigs, faces or points says may stand before and after names: texts parted by |, in which # is a number.

They are no regular expressions: maps are files of others, and there are expressions that take for ever.
"""

import re
from functools import cache

#: Letters.
LONGEST = 200
_OF_EXPRESSIONS = frozenset("\\()[]{}*+?^$")


def check_affixes(key: str, text: str) -> None:
    """ValueError where the value of a key in a map is not what may stand before or after a name."""
    if len(text) > LONGEST:
        raise ValueError(f"its {key} is longer than {LONGEST} letters")
    wrong = sorted(_OF_EXPRESSIONS & {*text})
    if wrong:
        raise ValueError(f"its {key} has a {wrong[0]}, but is no regular expression: # is a number, and | is 'or'")


def bare(name: str, prefix: str, suffix: str = "") -> str:
    """A name without the longest of what may stand before it, and of what may stand after it."""
    starts = [found.end() for own in _patterns(prefix, "") if (found := own.match(name))]
    ends = [found.start() for own in _patterns(suffix, r"\Z") if (found := own.search(name))]
    return name[max(starts, default=0) : min(ends, default=len(name))]


@cache
def _patterns(affixes: str, end: str) -> tuple[re.Pattern[str], ...]:
    """In time that grows with a name's length alone: digits that # took are not given back."""
    return tuple(re.compile("[0-9]*+".join(map(re.escape, text.split("#"))) + end) for text in affixes.split("|"))
