"""A job done, in the process that this is called in: results first, the sidecar last."""

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ..errors import EngineError, InputError, OutputError
from ..files import written_whole
from ..formats import FORMATS, write_format
from ..motion import Motion, load_motion, notes_on, save_motion
from ..person_file import person_of, text_of
from ..track import track
from .job import MOTION, REFUSED, Job
from .quality import doubt_over_time, quality_of
from .sidecar import DONE, FAILED, digest, input_of, load_sidecar, request_of, save_sidecar
from .thumbnail import thumbnail_of


def work(job: Job, report: Callable[[float], None] | None = None) -> dict[str, Any]:
    """Track a clip, or take the motion that stands, and write what is lacking; returns the sidecar's record.

    A clip that cannot be tracked has a record, too: `state` and `error` tell. Its former results are removed, since
    they are not what was asked for. Raises OutputError where results cannot be written: then nothing is recorded.
    """
    standing = _standing(job)
    began, start = datetime.now(UTC), time.monotonic()
    record: dict[str, Any] = {
        "state": FAILED,
        "source": str(job.clip.source),
        "signer": job.clip.signer,
        "request": request_of(job.clip, job.person_file),
        "input": {},
        "outputs": {},
    }
    try:
        if standing is not None:
            record, motion = standing
        else:
            record["input"] = input_of(job.clip.source)
            options = replace(
                job.clip.options, person_file=job.person_file, processes=1
            )  # the others have clips of their own
            motion = track(job.clip.source, options, report)
            record |= _told_of(job, motion)
            record["timings"] = {"began": began.isoformat(timespec="seconds"), "tracking": _since(start)}
        for ending in job.lacking(record):
            record["outputs"][ending] = _write(job, motion, ending)
        record["timings"]["all"] = _since(start)
        record["state"] = DONE
    except OutputError:
        raise
    except EngineError as error:
        record["error"] = str(error)
        _remove_former(job)
    save_sidecar(record, job.sidecar)
    return record


def _standing(job: Job) -> tuple[dict[str, Any], Motion] | None:
    """The record and the motion that stand; None where the clip has to be tracked, since its file is damaged too."""
    record = job.standing()
    if record is None or record["state"] != DONE:
        return None
    try:
        return record, load_motion(job.result(MOTION))
    except ValueError:
        return None


def _told_of(job: Job, motion: Motion) -> dict[str, Any]:
    person = text_of(person_of(motion, job.clip.options.height))
    return {
        "bones": hashlib.sha256(person.encode()).hexdigest(),
        "quality": quality_of(motion),
        "doubt": doubt_over_time(motion),
        "notes": notes_on(motion),
        "thumbnail": thumbnail_of(job.clip, motion),
    }


def _write(job: Job, motion: Motion, ending: str) -> dict[str, Any]:
    """Write a result: what is known of it then, or why its format cannot hold this motion."""
    path = job.result(ending)
    try:
        if ending == MOTION:
            save_motion(motion, path)
        else:
            with written_whole(path) as draft:
                write_format(ending, motion, draft, job.clip.source)
    except InputError as error:
        return {REFUSED: str(error)}
    return {"bytes": path.stat().st_size, "sha256": digest(path)}


def _remove_former(job: Job) -> None:
    former = load_sidecar(job.sidecar)
    for ending in {MOTION, *FORMATS} & (set() if former is None else former["outputs"].keys()):
        with suppress(OSError):
            job.result(ending).unlink()


def _since(start: float) -> float:
    return round(time.monotonic() - start, 3)
