"""What operators that track videos have in common: Blender stays usable meanwhile, and the user can cancel."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from typing import TYPE_CHECKING, Any

import bpy

from ..objects import obstacle
from . import progress

if TYPE_CHECKING:
    from ..tracking.job import Job

_POLL_SECONDS = 0.1


class TracksVideos:
    """Of an operator with a file browser: `track` runs a job, then `take_in` brings its result into the file."""

    report: Any
    invoke_popup: Any
    _interactive = False
    _timer: bpy.types.Timer | None = None
    _job: Any  # a Job; Blender evaluates the annotations of its classes

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """One at a time."""
        cls.poll_message_set("A video is being tracked already")  # type: ignore[attr-defined]
        return progress.current() is None

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask for videos, or for the options of those that were dropped."""
        self._interactive = True
        return self.invoke_popup(context)

    def track(self, context: bpy.types.Context, job: "Job") -> set[str]:
        """Track in the background where there is a window, else until done."""
        self._job = job
        if not self._interactive or bpy.app.background:
            job.run()
            return self.take_in(context, job)
        manager = context.window_manager
        self._timer = manager.event_timer_add(_POLL_SECONDS, window=context.window)
        manager.modal_handler_add(self)
        progress.start(job)
        return {"RUNNING_MODAL"}

    def take_in(self, context: bpy.types.Context, job: "Job") -> set[str]:
        """Bring the result of a job that has ended into the file, or say why not."""
        raise NotImplementedError

    def receivers(self, context: bpy.types.Context) -> list[bpy.types.Object]:
        """The armatures that the result is for."""
        raise NotImplementedError

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Take in progress until the videos are tracked, or the user cancels by the button or Esc on the progress."""
        if event.type == "ESC" and event.value == "PRESS" and _is_meant(context, event):
            self._job.cancel()
        if self._job.cancelled:
            self.cancel(context)
            self.report({"INFO"}, "The import was cancelled; nothing has changed.")
            return {"CANCELLED"}
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        self._job.step()
        progress.show()
        if not self._job.finished or _is_busy(context) or self._is_edited(context):
            return {"PASS_THROUGH"}
        self.cancel(context)
        return self.take_in(context, self._job)

    def cancel(self, context: bpy.types.Context) -> None:
        """Leave no process, timer or progress; Blender calls this when it drops the operator."""
        if self._timer is not None:
            context.window_manager.event_timer_remove(self._timer)
            self._timer = None
        progress.stop()

    def _is_edited(self, context: bpy.types.Context) -> bool:
        """Whether a receiver cannot be keyed now, as in Edit Mode: the result waits until the user leaves that."""
        return any(obstacle(obj) for obj in self.receivers(context))


def _is_meant(context: bpy.types.Context, event: bpy.types.Event) -> bool:
    """Whether Esc is pressed on the progress, and neither stops what is played nor leaves another tool."""
    free = len(context.window.modal_operators) == 1 and not context.screen.is_animation_playing
    return free and progress.is_pointed_at(context.window, event.mouse_x, event.mouse_y)


def _is_busy(context: bpy.types.Context) -> bool:
    """Whether the user is in the middle of something that a change of data would disturb."""
    window = context.window
    return window is not None and any("BLOCKING" in op.bl_options for op in window.modal_operators)
