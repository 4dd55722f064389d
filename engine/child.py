"""A process beside this one that is told things, and says how it gets on, as JSON, an object a line."""

import json
import queue
import signal
import site
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

ROOT = Path(__file__).resolve().parents[1]
# -I keeps the user's environment and packages out; the paths are those of this Python, or this Blender.
_START = """
import json, runpy, sys
sys.path[:0] = json.loads(sys.argv.pop(1))
runpy.run_module("engine", run_name="__main__", alter_sys=True)
"""
_STDERR_LINES = 20


def engine_command(*arguments: str) -> list[str]:
    """The command of `python -m engine ARGUMENTS` that finds the engine from anywhere, in Blender's Python too."""
    return [sys.executable, "-I", "-c", _START, json.dumps(_paths()), *arguments]


class Child:
    """A running process of this kind; it is to end when its standard input does, so it outlives nobody."""

    def __init__(self, command: Sequence[str]) -> None:
        self._messages: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._errors: deque[str] = deque(maxlen=_STDERR_LINES)
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._readers = [threading.Thread(target=read, daemon=True) for read in (self._read, self._read_errors)]
        for reader in self._readers:
            reader.start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def send(self, message: Mapping[str, Any]) -> None:
        """Tell it something; what a process that is gone is told is lost, and its end is the next message."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()

    def next_message(self, timeout: float) -> dict[str, Any] | None:
        """What it says next; None after `timeout` s; {"ended": sentence} where the process is gone."""
        try:
            message = self._messages.get(timeout=timeout) if timeout else self._messages.get_nowait()
        except queue.Empty:
            return None
        return {"ended": self._epitaph()} if message is None else message

    def close(self) -> None:
        """Kill the process if it still runs."""
        self._process.kill()
        self._process.wait()
        for reader in self._readers:
            reader.join()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert stream is not None
            with suppress(OSError):  # what was not taken in any more
                stream.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            message = _parse(line)
            if message is not None:
                self._messages.put(message)
        self._messages.put(None)

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._errors.append(line.decode(errors="replace").strip())

    def _epitaph(self) -> str:
        status = self._process.wait()
        self._readers[1].join()
        reason = _signal_name(-status) if status < 0 else next(filter(None, reversed(self._errors)), f"status {status}")
        return f"The tracking process ended unexpectedly ({reason})."


def _parse(line: bytes) -> dict[str, Any] | None:
    """A message, or None for what a library prints between them."""
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return cast(dict[str, Any], message) if isinstance(message, dict) else None


def _paths() -> list[str]:
    """Where this Python finds the engine and, in Blender's order, what it imports."""
    user = site.getusersitepackages()
    return [str(ROOT), *(path for path in sys.path if path and path != user and Path(path).is_dir())]


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
