"""Damages files of every format and reads them: `python -m tests.fuzz.run [--cases N] [--format NAME ...]`.

A reader is to give a result or a sentence; never another error, nor take more than MEMORY or SECONDS, nor end the
process. Cases are the same in every run: what is told as `pose 17` is that case again by `--format pose --only 17`.
"""

import argparse
import multiprocessing
import sys
import traceback
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from engine.batch.limits import limit_memory
from engine.errors import EngineError

from .formats import Format, formats
from .mutations import damaged

#: GiB of a reader's process, and seconds of a case.
MEMORY, SECONDS = 1.5, 10.0
READ, REFUSED = "read", "refused"
_LONGEST = 1500  # letters of a sentence, some of which are those of the file


def outcome(own: Format, name: str, number: int, folder: Path) -> str:
    """READ, REFUSED, or what is wrong."""
    chance = Random(f"{name} {number}")
    path = folder / f"case.{own.ending}"
    path.write_bytes(damaged(chance.choice(own.files), chance))
    try:
        own.read(path)
    except EngineError as error:
        said = str(error)
        plain = said.endswith(".") and "\n" not in said and len(said) < _LONGEST
        return REFUSED if plain else f"not one sentence: {said[:300]!r}"
    except own.wrong:
        return REFUSED
    except Exception:  # noqa: BLE001  any other is what is looked for
        return traceback.format_exc(limit=-4)
    return READ


def _reader(own: Format, name: str, folder: Path, told: Connection) -> None:
    limit_memory(MEMORY)
    while True:
        number = told.recv()
        told.send(outcome(own, name, number, folder))


class Reader:
    """A process that reads cases of one format; another one where it hangs or ends."""

    def __init__(self, own: Format, name: str, folder: Path) -> None:
        self._arguments = (own, name, folder)
        self._start()

    def __call__(self, number: int) -> str:
        """The outcome of a case."""
        self._told.send(number)
        if not self._told.poll(SECONDS):
            return self._again(f"took more than {SECONDS:g} s")
        try:
            return self._told.recv()
        except EOFError:
            self._process.join()
            return self._again(f"ended the process with {self._process.exitcode}")

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self._told.close()

    def _start(self) -> None:
        fork = multiprocessing.get_context("fork")
        self._told, theirs = fork.Pipe()
        self._process = fork.Process(target=_reader, args=(*self._arguments, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def _again(self, reason: str) -> str:
        self.close()
        self._start()
        return reason


def main() -> int:
    """Run, and print what was found; 1 where something was."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.run", description=__doc__)
    parser.add_argument("--cases", type=int, default=12000, help="of all formats together; default: %(default)s")
    parser.add_argument("--format", action="append", help="only this one; may be given again")
    parser.add_argument("--only", type=int, help="this case alone")
    arguments = parser.parse_args()
    violations = 0
    with TemporaryDirectory() as folder:
        every = formats(Path(folder))
        chosen = arguments.format or list(every)
        cases = -(-arguments.cases // len(chosen))
        for name in chosen:
            own = Path(folder) / name
            own.mkdir()
            reader, counts = Reader(every[name], name, own), Counter[str]()
            for number in range(cases) if arguments.only is None else [arguments.only]:
                said = reader(number)
                counts[said if said in (READ, REFUSED) else "wrong"] += 1
                if said not in (READ, REFUSED):
                    print(f"{name} {number}: {said}", flush=True)
            reader.close()
            violations += counts["wrong"]
            print(
                f"{name}: {sum(counts.values())} cases, {counts[READ]} {READ}, {counts[REFUSED]} {REFUSED}", flush=True
            )
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
