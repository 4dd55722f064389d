"""A text of glosses as signs of a library."""

from collections.abc import Collection
from difflib import get_close_matches

from ..errors import InputError


def read_glosses(text: str, known: Collection[str]) -> list[str]:
    """The known glosses that a text consists of, with spaces between them, in upper or lower case.

    Of glosses with spaces the one of most words is taken. Raises InputError that lists all that are not known, with
    the known ones that are most like them.
    """
    by_fold = {name.casefold(): name for name in reversed([*known])}
    words, found, missing = text.split(), list[str](), dict[str, None]()
    longest = max((len(name.split()) for name in known), default=1)
    while words:
        for count in range(min(longest, len(words)), 0, -1):
            written = " ".join(words[:count])
            name = written if written in known else by_fold.get(written.casefold())
            if name is not None:
                found.append(name)
                break
        else:
            count = 1
            missing[words[0]] = None
        words = words[count:]
    if missing:
        raise InputError(f"There is no sign for {', '.join(_with_near(word, by_fold) for word in missing)}.")
    if not found:
        raise InputError("There is no gloss; write some of the library's, with spaces between them.")
    return found


def _with_near(word: str, by_fold: dict[str, str]) -> str:
    near = [by_fold[name] for name in get_close_matches(word.casefold(), by_fold)]
    return f"{word} (near {', '.join(near)})" if near else word
