"""Options as the README's table of flags."""

from collections.abc import Iterator

from ..arguments import flag, help_of, metavar
from ..options import Options, options_of


def options_table(*records: type[Options]) -> Iterator[str]:
    """Markdown: a row for every option of some records that is a flag, in their order."""
    yield "| flag | meaning |"
    yield "|---|---|"
    for record in records:
        for name, known in options_of(record).items():
            if known.command:
                value = f" {metavar(known)}" if metavar(known) else ""
                call = f"{flag(name, known)}{value}".replace("|", r"\|")
                yield f"| `{call}` | {help_of(known)} |"
