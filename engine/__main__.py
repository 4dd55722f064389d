"""The command line: `python -m engine COMMAND`; `--help` lists the commands."""

import os

# Thousands of matrices of 30 x 30: threads inside one cost more than they give. Before NumPy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import sys
from typing import Any

from .commands import batch, batch_worker, convert, track
from .errors import InputError

COMMANDS = (track, batch, convert, batch_worker)


def main(argv: list[str] | None = None) -> int:
    """Run the command that the arguments name: 0 only if all of it succeeded."""
    parser = argparse.ArgumentParser(prog="python -m engine", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        command.add_parser(commands)
    arguments = parser.parse_args(argv)
    try:
        return arguments.run(arguments)
    except InputError as error:
        parser.error(str(error))


if __name__ == "__main__":
    stdout: Any = sys.stdout
    if stdout is not None:  # a file's name may hold bytes that are no text
        stdout.reconfigure(errors="backslashreplace")
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        os._exit(130)  # at once, whatever the landmarkers' threads do
