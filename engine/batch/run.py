"""A batch, from clips to results: what stands is left, the rest is done, those that others wait for first."""

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from ..child import engine_command
from ..errors import EngineError, InputError, OutputError
from ..motion import load_motion
from ..person_file import person_of, save_person
from .clips import SIGNERS, Clip
from .job import MOTION, Job
from .options import BatchOptions
from .sidecar import DONE, sidecar_path
from .station import Station

#: So many results in a row that cannot be written end a batch: the disk is full, or gone.
UNWRITABLE = 3


class Progress(Protocol):
    """Who wants to know how a batch gets on."""

    def part(self, job: Job, done: float) -> None:
        """So much, 0..1, of a job is done; called from any thread."""
        ...

    def end(self, job: Job, record: dict[str, Any], *, stood: bool) -> None:
        """A job has its record, or had it before."""
        ...

    def lost(self, job: Job, reason: str) -> None:
        """A job has no record: its results cannot be written, or its machine is gone."""
        ...


class Pool(Protocol):
    """Where jobs are done."""

    def submit(self, job: Job, progress: Progress) -> "Future[dict[str, Any]]":
        """The record of a job, in the future."""
        ...

    def close(self) -> None:
        """End all processes."""
        ...


class LocalPool:
    """Processes of this machine, each driven by a thread of this one."""

    def __init__(self, options: BatchOptions, workers: int) -> None:
        self._options = options
        self._threads = ThreadPoolExecutor(workers)
        self._own = threading.local()
        self._stations: list[Station] = []

    def submit(self, job: Job, progress: Progress) -> "Future[dict[str, Any]]":
        """The record of a job, in the future."""
        return self._threads.submit(self._do, job, progress)

    def close(self) -> None:
        """End all processes, and the jobs in them."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for station in self._stations:
            station.close()
        self._threads.shutdown()

    def _do(self, job: Job, progress: Progress) -> dict[str, Any]:
        if not hasattr(self._own, "station"):
            self._own.station = Station(worker_command(self._options), self._options.time_limit)
            self._stations.append(self._own.station)
        return self._own.station.do(job, lambda done: progress.part(job, done))


def worker_command(options: BatchOptions) -> list[str]:
    """The command of a worker process."""
    return engine_command("batch-worker", f"--memory-limit={options.memory_limit}")


def run_batch(
    clips: Sequence[Clip], out: Path, formats: tuple[str, ...], options: BatchOptions, pool: Pool, progress: Progress
) -> None:
    """Do every clip whose results do not stand; raises OutputError where results cannot be written any more.

    The first clip of a signer without bones that succeeds tells them to the signer's other clips, which wait for it.
    """
    waiting = list(clips)
    while waiting:
        ready, waiting = _ready(waiting, out)
        jobs = [Job(clip, out, formats, _bones(clip, out)) for clip in ready]
        for job, record in _do_all(jobs, options, pool, progress):
            _keep_bones(job, record)


def check_places(clips: Sequence[Clip], out: Path) -> None:
    """Raise InputError where a link in the batch's folder, which may be one itself, would lead results out of it."""
    for folder in {sidecar_path(out, clip.name).parent for clip in clips} | {out / SIGNERS}:
        if not Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(out)):
            raise InputError(f"{folder} is elsewhere than in {out}, by a link; remove it, or choose another --out.")


def signer_file(clip: Clip, out: Path) -> Path | None:
    """Where the bones of a clip's signer are kept; None where it has none, or a person file is given."""
    if clip.options.person_file is not None:
        return clip.options.person_file
    return out / SIGNERS / f"{clip.signer}.json" if clip.signer else None


def _bones(clip: Clip, out: Path) -> Path | None:
    file = signer_file(clip, out)
    return file if file is not None and file.exists() else None


def _ready(clips: Sequence[Clip], out: Path) -> tuple[list[Clip], list[Clip]]:
    """Those that need nobody's bones or whose are there, and the first of every other signer; and the rest."""
    ready: list[Clip] = []
    later: list[Clip] = []
    first: set[Path] = set()
    for clip in clips:
        file = signer_file(clip, out)
        if file is None or file.exists():
            ready.append(clip)
        elif file in first:
            later.append(clip)
        else:
            first.add(file)
            ready.append(clip)
    return ready, later


def _keep_bones(job: Job, record: Mapping[str, Any]) -> None:
    file = signer_file(job.clip, job.out)
    if file is not None and not file.exists() and record["state"] == DONE:
        with suppress(ValueError):  # of a file that was damaged since; another clip tells the bones
            save_person(person_of(load_motion(job.result(MOTION)), job.clip.options.height), file)


def _do_all(
    jobs: Sequence[Job], options: BatchOptions, pool: Pool, progress: Progress
) -> Iterator[tuple[Job, dict[str, Any]]]:
    """Every job with its record, those that stand first."""
    open_jobs: list[Job] = []
    for job in jobs:
        record = job.standing()
        if (
            record is None
            or (record["state"] == DONE and job.lacking(record))
            or (record["state"] != DONE and options.retry_failed)
        ):
            open_jobs.append(job)
        else:
            progress.end(job, record, stood=True)
            yield job, record
    unwritable = 0
    futures = {pool.submit(job, progress): job for job in open_jobs}
    for future in as_completed(futures):
        job = futures[future]
        try:
            record = future.result()
        except EngineError as error:
            progress.lost(job, str(error))
            unwritable += isinstance(error, OutputError)
            if unwritable == UNWRITABLE:
                raise OutputError(f"{error} The batch ends here; run it again to go on.") from error
        else:
            unwritable = 0
            progress.end(job, record, stood=False)
            yield job, record
