"""Jobs done in a process of their own, which may crash, hang or be killed: here that is a sentence."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from ..child import Child
from ..errors import EngineError, OutputError
from .job import Job
from .sidecar import SET_ASIDE, input_of, request_of, save_sidecar

#: A clip that ended so many processes is set aside.
TRIES = 3
#: Seconds without a word after which a process hangs: a frame takes a tenth of one.
SILENCE = 600.0


class Station:
    """One worker process, started when there is a job and started again where it ended."""

    def __init__(self, command: Sequence[str], time_limit: float) -> None:
        """`command` is that of `batch-worker`; `time_limit` of one job, s."""
        self._command, self._limit = command, time_limit
        self._child: Child | None = None
        self._closed = False

    def do(self, job: Job, report: Callable[[float], None]) -> dict[str, Any]:
        """The sidecar's record of a job done, or failed, or set aside.

        Raises OutputError where results cannot be written, EngineError where the station was closed.
        """
        ends: list[str] = []
        while len(ends) < TRIES:
            message = self._attempt(job, report)
            if "record" in message:
                return message["record"]
            if "unwritable" in message:
                raise OutputError(message["unwritable"])
            ends.append(message["ended"])
            if message.get("final"):
                break
        record = {
            "state": SET_ASIDE,
            "source": str(job.clip.source),
            "signer": job.clip.signer,
            "request": request_of(job.clip, job.person_file),
            "input": input_of(job.clip.source),
            "outputs": {},
            "error": f"{job.clip.source} is set aside after {len(ends)} of {TRIES} tries. {ends[-1]}",
        }
        save_sidecar(record, job.sidecar)
        return record

    def close(self) -> None:
        """End the process, and a job in it."""
        self._closed = True
        self._end()

    def _attempt(self, job: Job, report: Callable[[float], None]) -> dict[str, Any]:
        if self._closed:
            raise EngineError("The batch was stopped.")
        if self._child is None:
            self._child = Child(self._command)
        self._child.send(job.message)
        now = time.monotonic()
        ends, silent = now + self._limit, now + SILENCE
        while True:
            message = self._child.next_message(1.0)
            now = time.monotonic()
            if message is not None and "progress" not in message:
                break
            if message is not None:
                silent = now + SILENCE
                report(float(message["progress"]))
            if now >= ends:
                message = {"ended": f"It took more than {self._limit:g} s; see --time-limit.", "final": True}
                break
            if now >= silent:
                message = {"ended": f"It got no further for {SILENCE:g} s."}
                break
        if "ended" in message:
            self._end()
        return message

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.close()
