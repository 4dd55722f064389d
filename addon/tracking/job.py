"""The videos of one import, tracked one after the other in worker processes; knows nothing of bpy."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from ...engine.arguments import write_arguments
from ...engine.motion import Motion, load_motion
from ...engine.options import TrackOptions
from .worker import Worker


@dataclass
class Job:
    """Tracks videos while step() is called; close() ends it at any time and leaves no process."""

    videos: list[Path]
    options: TrackOptions
    motions: dict[Path, Motion] = field(default_factory=dict)
    errors: dict[Path, str] = field(default_factory=dict)
    progress: float = 0.0
    """Of all videos together, 0..1."""
    cancelled: bool = False
    _worker: Worker | None = None
    _current: int = 0
    _started: float = field(default_factory=time.monotonic)

    @property
    def finished(self) -> bool:
        """Whether every video is tracked or has failed."""
        return self._current == len(self.videos)

    @property
    def video(self) -> Path:
        """The video that is tracked now."""
        return self.videos[min(self._current, len(self.videos) - 1)]

    @property
    def seconds_left(self) -> float | None:
        """An estimate, once there is something to estimate from."""
        if self.progress < 0.01:
            return None
        return (time.monotonic() - self._started) * (1.0 / self.progress - 1.0)

    def step(self, timeout: float = 0.0) -> None:
        """Take in what the worker says, waiting up to `timeout` seconds for its first word."""
        if self._worker is None:
            self._worker = Worker(
                ["track", "--worker", str(self.video.absolute()), *write_arguments(self.options, TrackOptions)]
            )
        message = self._worker.next_message(timeout)
        while message is not None:
            if "progress" in message:
                self.progress = (self._current + message["progress"]) / len(self.videos)
            elif "done" in message:
                return self._end_video(Path(message["done"]), None)
            elif "error" in message:
                return self._end_video(None, message["error"])
            message = self._worker.next_message(0.0)

    def run(self) -> None:
        """Track all videos; returns when they are done."""
        try:
            while not self.finished:
                self.step(timeout=1.0)
        finally:
            self.close()

    def cancel(self) -> None:
        """Stop at once; nothing is imported."""
        self.cancelled = True
        self.close()

    def close(self) -> None:
        """End the worker, if there is one."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _end_video(self, result: Path | None, error: str | None) -> None:
        if result is not None:
            self.motions[self.video] = load_motion(result)
        else:
            self.errors[self.video] = error or ""
        self.close()
        self._current += 1
        self.progress = self._current / len(self.videos)
