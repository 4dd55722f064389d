"""Jobs on a Ray cluster whose machines share this checkout and the folders of inputs and results."""

import os
import socket
from concurrent.futures import Future
from importlib import import_module
from pathlib import Path
from typing import Any

from ..child import ROOT
from ..errors import EngineError, InputError, OutputError
from .job import Job
from .options import BatchOptions
from .run import Progress, worker_command
from .station import TRIES, Station

#: Seconds in which a cluster answers.
ANSWER = 10.0
_stations: list[Station] = []  # of a Ray worker, which has one at most


class RayPool:
    """Ray's workers, each with a process of ours: what ends a process is dealt with there, what ends a node by Ray."""

    def __init__(self, options: BatchOptions) -> None:
        """InputError where Ray is not installed, or no cluster is at the address."""
        try:
            ray: Any = import_module("ray")
        except ImportError as error:
            raise InputError("Ray is not installed here; `pip install ray` into this Python.") from error
        self._ray = ray
        environment = {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
        address = None if options.ray == "local" else options.ray
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is reported to anybody
        try:
            if address is not None and ":" in address:  # Ray itself tries for minutes
                host, _, port = address.rpartition(":")
                socket.create_connection((host, int(port)), ANSWER).close()
            ray.init(
                address=address,
                runtime_env={"env_vars": environment},
                log_to_driver=False,
                logging_level="error",
                num_cpus=options.workers if address is None else None,
            )
        except (OSError, ValueError, RuntimeError) as error:
            raise InputError(f"No Ray cluster is at {options.ray} ({error}).") from error
        self._do = ray.remote(num_cpus=1, max_retries=TRIES)(_do)
        self._options = options

    def submit(self, job: Job, progress: Progress) -> "Future[dict[str, Any]]":
        """The record of a job, in the future; of what is done until then Ray says nothing."""
        del progress
        outer: Future[dict[str, Any]] = Future()

        def take(inner: "Future[dict[str, Any]]") -> None:
            try:
                outer.set_result(inner.result())
            except OutputError as error:
                outer.set_exception(OutputError(str(error)))
            except self._ray.exceptions.RayError as error:
                reason = str(error).splitlines()[0]
                outer.set_exception(
                    EngineError(f"{job.clip.source}: Ray gave it up after {TRIES + 1} tries ({reason}).")
                )

        self._do.remote(job.message, self._options, str(Path.cwd())).future().add_done_callback(take)
        return outer

    def close(self) -> None:
        """Leave the cluster."""
        self._ray.shutdown()


def _do(message: dict[str, Any], options: BatchOptions, folder: str) -> dict[str, Any]:
    """On one of the cluster's machines; paths that are relative are so to `folder`, where the batch was started."""
    os.chdir(folder)
    if not _stations:
        _stations.append(Station(worker_command(options), options.time_limit))
    return _stations[0].do(Job.of(message), lambda _: None)
