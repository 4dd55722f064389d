"""`python -m engine batch INPUT... --out DIR`: thousands of clips, resumable, several at a time."""

import argparse
import os
import sys
import threading
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ..arguments import add_arguments, read_arguments
from ..batch.clips import clips_in
from ..batch.job import MOTION, REFUSED, Job
from ..batch.options import BatchOptions
from ..batch.part import part_of
from ..batch.report import write_report
from ..batch.run import LocalPool, Pool, check_places, run_batch
from ..batch.sidecar import DONE
from ..batch.summary import records_in, table_of
from ..errors import EngineError, InputError, OutputError
from ..files import check_writable, remove_old_drafts
from ..formats import FORMATS
from ..options import TrackOptions


def add_parser(commands: Any) -> None:
    """Add the command to what argparse's `add_subparsers` gave."""
    parser = commands.add_parser("batch", help="track thousands of clips, several at a time; run again, it goes on")
    parser.add_argument(
        "input", nargs="*", help="files, folders, patterns, lists (.txt), tables (.csv), annotations (.eaf)"
    )
    parser.add_argument("--out", required=True, type=Path, help="folder for all results")
    parser.add_argument(
        "--format", action="append", choices=sorted(FORMATS), default=[], help="beside .npz; may be given again"
    )
    parser.add_argument(
        "--status", action="store_true", help="only say what stands in the folder, and write its report"
    )
    parser.add_argument("--tier", action="append", default=[], help="of .eaf files: every annotation is a clip")
    parser.add_argument("--part", metavar="K/N", help="only the K-th of N parts, where N machines take one each")
    add_arguments(parser, BatchOptions)
    add_arguments(parser, TrackOptions)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Do what is not done: 0 only if every clip is; a line on stderr for each that is not. Raises InputError."""
    out: Path = arguments.out
    if arguments.status:
        return _status(out)
    options = read_arguments(arguments, BatchOptions)
    tracking = read_arguments(arguments, TrackOptions)
    if tracking.view:
        raise InputError("Other views are of one take; give --view to `track`.")
    clips = clips_in(arguments.input, tracking, arguments.tier)
    if arguments.part is not None:
        clips = part_of(clips, arguments.part, out)
    check_places(clips, out)
    pool = _pool(options, len(clips))
    with _Lines(len(clips)) as lines:
        try:
            check_writable(out / "report.html")
            remove_old_drafts(out)
            run_batch(clips, out, tuple(arguments.format), options, pool, lines)
            write_report(out, records_in(out))
        except EngineError as error:
            lines.say(str(error))
        finally:
            pool.close()
    return int(lines.good < len(clips))


def _status(out: Path) -> int:
    if not out.is_dir():
        raise InputError(f"{out} is no folder of a batch.")
    records = records_in(out)
    for line in table_of(records):
        print(line)
    try:
        print(write_report(out, records))
    except OutputError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _pool(options: BatchOptions, clips: int) -> Pool:
    if options.ray is not None:
        from ..batch.ray_pool import RayPool

        return RayPool(options)
    return LocalPool(options, max(min(options.workers or os.cpu_count() or 1, clips), 1))


class _Lines:
    """A bar on a terminal, with rate and time left; results on stdout, what failed on stderr, a line each."""

    def __init__(self, clips: int) -> None:
        self.good = 0
        self._lock = threading.Lock()
        self._parts: dict[str, float] = {}
        self._ended = 0
        quiet = None if sys.stderr.isatty() else True
        self._bar = tqdm(total=clips, unit="clip", disable=quiet, file=sys.stderr, bar_format=_BAR)

    def __enter__(self) -> "_Lines":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def part(self, job: Job, done: float) -> None:
        """So much, 0..1, of a job is done."""
        with self._lock:
            self._parts[job.clip.name] = done
            self._show()

    def end(self, job: Job, record: dict[str, Any], *, stood: bool) -> None:
        """A job has its record, or had it before."""
        good = record["state"] == DONE
        self.good += good
        self._finish(job)
        if not good:
            self.say(record["error"])
        elif not stood:
            tqdm.write(str(job.result(MOTION)), file=sys.stdout)
            refused = [known[REFUSED] for known in record["outputs"].values() if REFUSED in known]
            for note in (*record["notes"], *refused):
                self.say(f"{job.clip.source}: {note}")

    def lost(self, job: Job, reason: str) -> None:
        """A job has no record."""
        self._finish(job)
        self.say(reason)

    def say(self, line: str) -> None:
        """A line on stderr."""
        tqdm.write(line, file=sys.stderr)

    def _finish(self, job: Job) -> None:
        with self._lock:
            self._parts.pop(job.clip.name, None)
            self._ended += 1
            self._show()

    def _show(self) -> None:
        self._bar.n = self._ended + sum(self._parts.values())
        self._bar.update(0)


_BAR = "{l_bar}{bar}| {n:.1f}/{total} clips [{elapsed}<{remaining}, {rate_fmt}]"
