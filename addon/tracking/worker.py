"""The tracking process: the engine's command line, run by Blender's own Python."""

import json
import queue
import shutil
import signal
import site
import subprocess
import sys
import tempfile
import threading
from collections import deque
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# -I keeps the user's environment and packages out; the paths are those of this Blender.
_START = """
import json, runpy, sys
sys.path[:0] = json.loads(sys.argv.pop(1))
runpy.run_module("engine", run_name="__main__", alter_sys=True)
"""
_STDERR_LINES = 20


class Worker:
    """One run of the engine on one video; it ends with this object's process, at the latest."""

    def __init__(self, arguments: list[str]) -> None:
        """Start `engine ARGUMENTS` with a folder of its own for the result."""
        self._folder = Path(tempfile.mkdtemp(prefix="sign_mocap_"))
        self._messages: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._errors: deque[str] = deque(maxlen=_STDERR_LINES)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _START, json.dumps(_paths()), *arguments, "--out", str(self._folder)],
            stdin=subprocess.PIPE,  # its end tells the worker that Blender is gone
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

    def next_message(self, timeout: float) -> dict[str, Any] | None:
        """The next of {"progress": 0..1}, {"done": path}, {"error": sentence}; None after `timeout` s.

        A process that ends without a last word is an error, too.
        """
        try:
            message = self._messages.get(timeout=timeout) if timeout else self._messages.get_nowait()
        except queue.Empty:
            return None
        return {"error": self._epitaph()} if message is None else message

    def close(self) -> None:
        """Kill the process if it still runs, and remove its files."""
        self._process.kill()
        self._process.wait()
        for reader in self._readers:
            reader.join()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert stream is not None
            stream.close()
        shutil.rmtree(self._folder, ignore_errors=True)

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
    return message if isinstance(message, dict) else None


def _paths() -> list[str]:
    """Where this Python finds the engine and, in Blender's order, what it imports."""
    user = site.getusersitepackages()
    return [str(ROOT), *(path for path in sys.path if path and path != user and Path(path).is_dir())]


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
