"""The import that runs in the background, if any, and how its progress is shown."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import bpy
from bpy.app.handlers import persistent

if TYPE_CHECKING:
    from ..tracking.job import Job

#: The tab of the sidebar, and the operator that cancels.
CATEGORY = "Sign Mocap"
CANCEL = "import_anim.sign_video_cancel"

_BAR_WIDTH = 12.0  # of the status bar's, in units of a button's height: the words fit in

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
    _status(_draw_status)
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
    """A few words: how far it is, how long it still takes."""
    text = f"{job.progress:.0%}"
    if len(job.videos) > 1:
        text += f" of {len(job.videos)} videos"
    left = job.seconds_left
    return text if left is None else f"{text}, {_duration(left)} left"


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"


def _status(text: Callable[[bpy.types.Header, bpy.types.Context], None] | None) -> None:
    for workspace in bpy.data.workspaces:
        workspace.status_text_set(text)


def _draw_status(header: bpy.types.Header, _context: bpy.types.Context) -> None:
    """In the status bar, in place of what is there else."""
    if _current is None:
        return
    row = header.layout.row()
    row.label(text=f"Tracking {_current.video.name}")
    draw(row, bar_width=_BAR_WIDTH)


def draw(row: bpy.types.UILayout, bar_width: float = 0.0) -> None:
    """Draw how far the running job is, and the button that cancels it; a bar of 0 units is as wide as there is room."""
    assert _current is not None
    bar = row.row()
    bar.ui_units_x = bar_width
    bar.progress(factor=_current.progress, text=describe(_current))
    row.operator(CANCEL, text="" if bar_width == 0.0 else "Cancel", icon="CANCEL")


def is_pointed_at(window: bpy.types.Window, x: int, y: int) -> bool:
    """Whether a place in a window, pixels, is in the status bar or in a sidebar that shows the progress."""
    areas = window.screen.areas
    sidebars = [r for area in areas if area.type == "VIEW_3D" for r in area.regions if r.type == "UI"]
    shown = [region for region in sidebars if region.active_panel_category == CATEGORY]
    inside = any(0 <= x - region.x < region.width and 0 <= y - region.y < region.height for region in shown)
    return inside or y < min(area.y for area in areas)


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
