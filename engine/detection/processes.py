"""The stretches of a long clip, detected by several processes at once.

Each is a spawned process that gets stretches one by one. It ends with its parent at the latest, however that ends.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType

from ..errors import DetectionError, EngineError
from ..keypoints import Keypoints
from ..options import TrackOptions
from ..process import prepare_process
from .stretches import Stretch, detect_stretch
from .video import open_video
from .view import View


def in_processes(
    path: Path,
    options: TrackOptions,
    view: View,
    stretches: Sequence[Stretch],
    progress: Callable[[int, float], None],
    processes: int,
) -> list[Keypoints]:
    """What is seen in each stretch; progress receives the number of a stretch and the time of a frame in it.

    Raises what detect_stretch raises, and DetectionError where a process dies.
    """
    found = dict[int, Keypoints]()
    waiting = list(enumerate(stretches))
    with _children(processes, path, options, view) as idle:
        busy = list[Connection]()
        while waiting or busy:
            while waiting and idle:
                connection = idle.pop()
                with _alive(path):
                    connection.send(waiting.pop(0))
                busy.append(connection)
            for connection in wait(busy):
                assert isinstance(connection, Connection)
                with _alive(path):
                    number, said = connection.recv()
                if isinstance(said, Keypoints):
                    found[number] = said
                    busy.remove(connection)
                    idle.append(connection)
                elif isinstance(said, EngineError):
                    raise said
                else:
                    progress(number, said)
    return [found[number] for number in range(len(stretches))]


@contextmanager
def _alive(path: Path) -> Generator[None]:
    """DetectionError where the process at the other end of a connection is not."""
    try:
        yield
    except (EOFError, ConnectionError) as error:
        raise DetectionError(f"A process that looks at {path} has ended unexpectedly; try --processes 1.") from error


@contextmanager
def _children(count: int, path: Path, options: TrackOptions, view: View) -> Generator[list[Connection]]:
    """Connections to so many processes, which are killed at the end of the block."""
    context = multiprocessing.get_context("spawn")
    children, connections = list[BaseProcess](), list[Connection]()
    try:
        with _without_main():
            for _ in range(count):
                here, there = context.Pipe()
                connections.append(here)
                child = context.Process(target=_serve, args=(there, path, options, view), daemon=True)
                child.start()
                children.append(child)
                there.close()
        yield connections
    finally:
        for child in children:
            child.kill()
            child.join()
        for connection in connections:
            connection.close()


@contextmanager
def _without_main() -> Generator[None]:
    """Keep spawned processes from running the caller's script again, of which they need nothing."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _serve(connection: Connection, path: Path, options: TrackOptions, view: View) -> None:
    """Detect the stretches that come, until none comes any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent answers the keyboard
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    prepare_process()
    try:
        with open_video(path, options.rate) as video:
            while True:
                number, stretch = connection.recv()
                tell = partial(_tell, connection, number)
                tell(detect_stretch(video, options, view, stretch, tell))
    except EngineError as error:
        _tell(connection, 0, error)
    except EOFError:
        pass


def _tell(connection: Connection, number: int, said: Keypoints | EngineError | float) -> None:
    connection.send((number, said))


def _exit_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
