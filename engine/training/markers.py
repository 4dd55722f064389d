"""Parts of Markdown files that commands write: what stands between `<!-- NAME -->` and `<!-- end of NAME -->`."""

import re
from collections.abc import Iterable
from pathlib import Path


def put(text: str, name: str, lines: Iterable[str]) -> str:
    """The text with `lines` between the markers of `name`; ValueError where these are missing."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"there is no {begin.strip()} ... {end}")
    block = "".join(f"{line}\n" for line in lines)
    return pattern.sub(lambda _: f"{begin}{block}{end}", text)


def put_into(page: Path, name: str, lines: Iterable[str]) -> None:
    """The same in a file."""
    page.write_text(put(page.read_text(encoding="utf-8"), name, lines), encoding="utf-8")
