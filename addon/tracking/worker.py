"""The tracking process: the engine's command line, run by Blender's own Python."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from ...engine.child import Child, engine_command


class Worker:
    """One run of the engine on one video; it ends with this object's process, at the latest."""

    def __init__(self, arguments: list[str]) -> None:
        """Start `engine ARGUMENTS` with a folder of its own for the result."""
        self._folder = Path(tempfile.mkdtemp(prefix="sign_mocap_"))
        self._child = Child(engine_command(*arguments, "--out", str(self._folder)))

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._child.pid

    def next_message(self, timeout: float) -> dict[str, Any] | None:
        """The next of {"progress": 0..1}, {"done": path}, {"error": sentence}; None after `timeout` s.

        A process that ends without a last word is an error, too.
        """
        message = self._child.next_message(timeout)
        return {"error": message["ended"]} if message is not None and "ended" in message else message

    def close(self) -> None:
        """Kill the process if it still runs, and remove its files."""
        self._child.close()
        shutil.rmtree(self._folder, ignore_errors=True)
