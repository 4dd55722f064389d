"""The import that runs in the background, if any, and how its progress is shown."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
from bpy.app.handlers import persistent

if TYPE_CHECKING:
    from ..tracking.job import Job

_current: Job | None = None


def current() -> Job | None:
    """The running job."""
    return _current


def start(job: Job) -> None:
    """Make `job` the running one."""
    global _current
    _current = job
    bpy.context.window_manager.progress_begin(0, 100)


def show() -> None:
    """Bring the progress of the running job to the screen."""
    if _current is None:
        return
    bpy.context.window_manager.progress_update(round(100 * _current.progress))
    _status(f"{describe(_current)}   |   Esc: cancel")
    redraw_panels()


def stop() -> None:
    """Cancel the running job, if it has not ended, and take its progress off the screen."""
    global _current
    if _current is None:
        return
    _current.close()
    _current = None
    bpy.context.window_manager.progress_end()
    _status(None)
    redraw_panels()


def stop_process() -> None:
    """End the worker when Blender ends, when there is no screen any more."""
    if _current is not None:
        _current.close()


def describe(job: Job) -> str:
    """One line: the video, how far it is, how long it still takes."""
    text = f"Tracking {job.video.name}: {job.progress:.0%}"
    if len(job.videos) > 1:
        text += f" of {len(job.videos)} videos"
    left = job.seconds_left
    return text if left is None else f"{text}, {_duration(left)} left"


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"


def _status(text: str | None) -> None:
    for workspace in bpy.data.workspaces:
        workspace.status_text_set(text)


def redraw_panels() -> None:
    """Draw the sidebars of all 3D views again."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()


@persistent
def stop_before_load(_file: str) -> None:
    """Another file takes the place of the one that the result was for."""
    stop()
