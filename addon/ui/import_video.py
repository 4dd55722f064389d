"""The operator: videos in, animated armatures out, while the user goes on working."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from pathlib import Path

import bpy
from bpy.props import CollectionProperty, StringProperty
from bpy_extras.io_utils import ImportHelper

from ...engine.options import OFFERED
from ..objects import obstacle, selected_armatures
from . import progress
from .properties import CHARACTER, IMPORT, ImportProperties, draw_groups, import_options, useless_options
from .show_result import show_result

EXTENSIONS = ";".join(OFFERED)
_POLL_SECONDS = 0.1


class ImportSignVideo(bpy.types.Operator, ImportHelper, ImportProperties):
    """Animate an armature after a video of a signing person."""

    bl_idname = "import_anim.sign_video"
    bl_label = "Import Sign Video as Animation"
    # No REGISTER: adjusting an option would track again. No UNDO: the file browser would push an
    # empty step when tracking starts; the one step is pushed when the result is there.
    bl_options = set()  # noqa: RUF012

    filter_glob: StringProperty(default="*" + EXTENSIONS.replace(";", ";*"), options={"HIDDEN"})  # type: ignore[valid-type]
    directory: StringProperty(subtype="DIR_PATH", options={"SKIP_SAVE", "HIDDEN"})  # type: ignore[valid-type]
    files: CollectionProperty(type=bpy.types.OperatorFileListElement, options={"SKIP_SAVE", "HIDDEN"})  # type: ignore[valid-type]

    _interactive = False
    _timer: bpy.types.Timer | None = None

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """One import at a time."""
        cls.poll_message_set("A video is being tracked already")
        return progress.current() is None

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask for videos, or for the options of those that were dropped."""
        self._interactive = True
        return self.invoke_popup(context)  # pyright: ignore[reportReturnType]

    def draw(self, context: bpy.types.Context) -> None:
        """The options, beside the file list or in the popup."""
        draw_groups(self.layout, self, IMPORT + CHARACTER, useless_options(self, selected_armatures(context)))

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Track in the background where there is a window, else until done."""
        from ...engine.errors import InputError
        from ..character.receivers import Receivers
        from ..tracking.job import Job

        videos = self._videos()
        if not videos:
            self.report({"ERROR"}, "No video is chosen.")
            return {"CANCELLED"}
        try:
            options = import_options(self)
            self._receivers = Receivers.of(context, options.import_to, hand=options.hands_only)
        except InputError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self._options, self._job = options, Job(videos, options)
        if self._interactive and not bpy.app.background:
            return self._start(context)
        self._job.run()
        return self._import(context)

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
        return self._import(context)

    def cancel(self, context: bpy.types.Context) -> None:
        """Leave no process, timer or progress; Blender calls this when it drops the operator."""
        if self._timer is not None:
            context.window_manager.event_timer_remove(self._timer)
            self._timer = None
        progress.stop()

    def _start(self, context: bpy.types.Context) -> set[str]:
        manager = context.window_manager
        self._timer = manager.event_timer_add(_POLL_SECONDS, window=context.window)
        manager.modal_handler_add(self)
        progress.start(self._job)
        return {"RUNNING_MODAL"}

    def _import(self, context: bpy.types.Context) -> set[str]:
        """Apply what was tracked; a video that failed is a warning beside others, else an error."""
        from ...engine.errors import EngineError
        from ...engine.motion import notes_on
        from ..character.character import CharacterObject
        from ..character.receivers import ready
        from ..scene.apply import apply_motions

        job = self._job
        for video, error in job.errors.items():
            self.report({"WARNING" if job.motions else "ERROR"}, f"{video.name}: {error}")
        for video, motion in job.motions.items():
            for note in notes_on(motion):
                self.report({"WARNING"}, f"{video.name}: {note}")
        if not job.motions:
            return {"CANCELLED"}
        found = self._receivers.find(context.scene)
        if self._receivers.uids and not found:
            self.report({"WARNING"}, "The armature was removed meanwhile; a new one is made.")
        try:
            receivers = ready(found)
            armatures = apply_motions(context, job.motions, self._options, receivers)
        except EngineError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        if not bpy.app.background:
            show_result(context, armatures)
        bpy.ops.ed.undo_push(message=self.bl_label)
        told = [r.description if isinstance(r, CharacterObject) else r.name for r in receivers]
        self.report({"INFO"}, f"Imported {', '.join(told or [obj.name for obj in armatures])}")
        return {"FINISHED"}

    def _is_edited(self, context: bpy.types.Context) -> bool:
        """Whether a receiver cannot be keyed now, as in Edit Mode: the result waits until the user leaves that."""
        return any(obstacle(obj) for obj in self._receivers.find(context.scene))

    def _videos(self) -> list[Path]:
        names = [file.name for file in self.files if file.name]
        if names:
            return [Path(bpy.path.abspath(self.directory)) / name for name in names]
        return [Path(bpy.path.abspath(self.filepath))] if self.filepath else []


def _is_meant(context: bpy.types.Context, event: bpy.types.Event) -> bool:
    """Whether Esc is pressed on the progress, and neither stops what is played nor leaves another tool."""
    free = len(context.window.modal_operators) == 1 and not context.screen.is_animation_playing
    return free and progress.is_pointed_at(context.window, event.mouse_x, event.mouse_y)


def _is_busy(context: bpy.types.Context) -> bool:
    """Whether the user is in the middle of something that a change of data would disturb."""
    window = context.window
    return window is not None and any("BLOCKING" in op.bl_options for op in window.modal_operators)


class SignVideoDrop(bpy.types.FileHandler):
    """Videos dropped on a 3D view."""

    bl_idname = "IMPORT_ANIM_FH_sign_video"
    bl_label = "Sign Video"
    bl_import_operator = "import_anim.sign_video"
    bl_file_extensions = EXTENSIONS

    @classmethod
    def poll_drop(cls, context: bpy.types.Context) -> bool:
        """Only where an armature can appear."""
        return context.area is not None and context.area.type == "VIEW_3D"
