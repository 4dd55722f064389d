"""`python -m engine batch-worker`: does the jobs of a batch that it is told on standard input, for `engine/batch`."""

import argparse
import json
import os
import queue
import sys
import threading
from typing import Any

from ..batch.job import Job
from ..batch.limits import limit_memory
from ..batch.work import work
from ..errors import OutputError
from ..process import prepare_process


def add_parser(commands: Any) -> None:
    """Add the command, which is not listed: nobody calls it by hand."""
    parser = commands.add_parser("batch-worker")
    parser.add_argument("--memory-limit", type=float, required=True, help="GiB")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Do one job after the other; ends, in the middle of one too, with standard input."""
    limit_memory(arguments.memory_limit)
    prepare_process()
    jobs: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(jobs,), daemon=True).start()
    while True:
        job = Job.of(jobs.get())
        try:
            _say({"record": work(job, lambda done: _say({"progress": round(done, 4)}))})
        except OutputError as error:
            _say({"unwritable": str(error)})


def _read(jobs: "queue.SimpleQueue[dict[str, Any]]") -> None:
    for line in sys.stdin.buffer:
        jobs.put(json.loads(line))
    os._exit(0)  # the parent is gone, or needs no more


def _say(message: dict[str, Any]) -> None:
    print(json.dumps(message), flush=True)
