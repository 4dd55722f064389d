"""Damages files of every format and reads them: `python -m tests.fuzz.run [--cases N] [--format NAME ...]`.

A reader is to give a result or a sentence; never another error, nor take more than MEMORY or SECONDS, nor end the
process, nor leave or touch a file beside what it is to write. Cases are the same in every run: what is told as
`pose 17` is that case again by `--format pose --only 17`. With `--out docs/untrusted_files.md` the counts become the
page's table.
"""

import argparse
import multiprocessing
import os
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import TemporaryDirectory

from engine.batch.limits import limit_memory
from engine.errors import EngineError
from engine.training.markers import put_into

from .formats import Format, formats
from .mutations import damaged

#: GiB of a reader's process, and seconds of a case.
MEMORY, SECONDS = 1.5, 10.0
READ, REFUSED, WRONG = "read", "refused", "wrong"
_LONGEST = 1500  # letters of a sentence, some of which are those of the file
_OWN = "own"  # the folder below which a reader may write; the case lies in it


def outcome(own: Format, name: str, number: int, folder: Path) -> tuple[str, float]:
    """READ, REFUSED, or what is wrong; and the seconds that reading took."""
    chance = Random(f"{name} {number}")
    path = folder / "above" / _OWN / f"case.{own.ending}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(damaged(chance.choice(own.files), chance, own.damages))
    before, start = _others(folder), time.monotonic()
    said = _said(own, path)
    seconds = time.monotonic() - start
    drafts = [str(draft) for draft in path.parent.rglob(".draft-*")]
    after = _others(folder)
    rmtree(path.parent)
    if before != after or drafts:
        said = f"touched {sorted(map(str, before ^ after)) + drafts}; {said}"
    return said, seconds


def _said(own: Format, path: Path) -> str:
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


def _others(folder: Path) -> set[tuple[Path, int, int]]:
    """What lies in a folder, but not where a reader may write: a file that is changed or removed is seen, too."""
    allowed = folder / "above" / _OWN
    files = [path for path in folder.rglob("*") if path != allowed and allowed not in path.parents and path.is_file()]
    return {(path, path.stat().st_size, path.stat().st_mtime_ns) for path in files}


def _reader(own: Format, name: str, folder: Path, told: Connection) -> None:
    limit_memory(MEMORY)
    os.chdir(folder)  # where relative paths lead
    while True:
        number = told.recv()
        said, seconds = outcome(own, name, number, folder)
        told.send((said, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


class Reader:
    """A process that reads cases of one format; another one where it hangs or ends."""

    def __init__(self, own: Format, name: str, folder: Path) -> None:
        self._arguments = (own, name, folder)
        self._start()

    def __call__(self, number: int) -> tuple[str, float, float]:
        """The outcome of a case, its seconds, and the most MiB that its process has had until then."""
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

    def _again(self, reason: str) -> tuple[str, float, float]:
        self.close()
        self._start()
        return reason, SECONDS, 0.0


@dataclass
class Tally:
    """What came of a format's cases."""

    counts: Counter[str] = field(default_factory=Counter[str])
    slowest: float = 0.0
    """Seconds of a case."""
    memory: float = 0.0
    """MiB."""

    def add(self, said: str, seconds: float, memory: float) -> None:
        """Count a case."""
        self.counts[said if said in (READ, REFUSED) else WRONG] += 1
        self.slowest, self.memory = max(self.slowest, seconds), max(self.memory, memory)


def _tally(own: Format, name: str, numbers: list[int], folder: Path) -> Tally:
    """All cases of a format; what is wrong is printed."""
    reader, tally = Reader(own, name, folder), Tally()
    for number in numbers:
        said, seconds, memory = reader(number)
        tally.add(said, seconds, memory)
        if said not in (READ, REFUSED):
            print(f"{name} {number}: {said}", flush=True)
    reader.close()
    return tally


def _table(tallies: dict[str, Tally]) -> Iterator[str]:
    yield "| files | cases | read | refused in a sentence | anything else | slowest, s | peak memory, MiB |"
    yield "|---|---|---|---|---|---|---|"
    total = Tally(sum((own.counts for own in tallies.values()), Counter[str]()))
    total.slowest = max(own.slowest for own in tallies.values())
    total.memory = max(own.memory for own in tallies.values())
    for name, own in (*tallies.items(), ("**all**", total)):
        counts = " | ".join(f"{own.counts[kind]:,}" for kind in (READ, REFUSED, WRONG))
        yield f"| {name} | {own.counts.total():,} | {counts} | {own.slowest:.1f} | {own.memory:.0f} |"
    yield f"\n{datetime.now(UTC):%Y-%m-%d}, at most {SECONDS:g} s and {MEMORY:g} GiB a case."


def main() -> int:
    """Run, and print what was found; 1 where something was."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.run", description=__doc__)
    parser.add_argument("--cases", type=int, default=12000, help="of all formats together; default: %(default)s")
    parser.add_argument("--format", action="append", help="only this one; may be given again")
    parser.add_argument("--only", type=int, help="this case alone")
    parser.add_argument("--out", type=Path, help="a page whose table is written anew")
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        (Path(folder) / "good").mkdir()
        every = formats(Path(folder) / "good")
        chosen = arguments.format or list(every)
        numbers = list(range(-(-arguments.cases // len(chosen)))) if arguments.only is None else [arguments.only]
        tallies: dict[str, Tally] = {}
        for name in chosen:
            own = Path(folder) / name
            own.mkdir()
            tallies[name] = tally = _tally(every[name], name, numbers, own)
            counts = tally.counts
            told = ", ".join(f"{counts[kind]} {kind}" for kind in (READ, REFUSED, WRONG))
            took = f"{tally.slowest:.1f} s, {tally.memory:.0f} MiB"
            print(f"{name}: {counts.total()} cases, {told}; {took}", flush=True)
    if arguments.out is not None:
        put_into(arguments.out, "fuzz", _table(tallies))
    return 1 if any(own.counts[WRONG] for own in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
