"""Numbers and tables as Markdown."""

from collections.abc import Iterable, Iterator

import numpy as np


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Lines of a table, a blank one before and after."""
    titles = list(head)
    yield from ("", f"| {' | '.join(titles)} |", "|---" * len(titles) + "|")
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def number(value: float, digits: int = 2) -> str:
    """A value, or a dash where there is none."""
    return f"{value:.{digits}f}" if np.isfinite(value) else "-"


def percent(share: float) -> str:
    """A share as 12.3 %."""
    return f"{100 * share:.1f} %" if np.isfinite(share) else "-"
