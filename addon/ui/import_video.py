"""The operator: videos in, animated armatures out, while the user goes on working."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from pathlib import Path
from typing import TYPE_CHECKING

import bpy
from bpy.props import CollectionProperty, StringProperty
from bpy_extras.io_utils import ImportHelper

from ...engine.options import OFFERED
from ..objects import selected_armatures
from .properties import CHARACTER, IMPORT, ImportProperties, draw_groups, import_options, useless_options
from .show_result import show_result
from .tracks_videos import TracksVideos

if TYPE_CHECKING:
    from ..tracking.job import Job

EXTENSIONS = ";".join(OFFERED)


class ImportSignVideo(TracksVideos, bpy.types.Operator, ImportHelper, ImportProperties):
    """Animate an armature after a video of a signing person."""

    bl_idname = "import_anim.sign_video"
    bl_label = "Import Sign Video as Animation"
    # No REGISTER: adjusting an option would track again. No UNDO: the file browser would push an
    # empty step when tracking starts; the one step is pushed when the result is there.
    bl_options = set()  # noqa: RUF012

    filter_glob: StringProperty(default="*" + EXTENSIONS.replace(";", ";*"), options={"HIDDEN"})  # type: ignore[valid-type]
    directory: StringProperty(subtype="DIR_PATH", options={"SKIP_SAVE", "HIDDEN"})  # type: ignore[valid-type]
    files: CollectionProperty(type=bpy.types.OperatorFileListElement, options={"SKIP_SAVE", "HIDDEN"})  # type: ignore[valid-type]

    def draw(self, context: bpy.types.Context) -> None:
        """The options, beside the file list or in the popup."""
        draw_groups(self.layout, self, IMPORT + CHARACTER, useless_options(self, selected_armatures(context)))

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Track in the background where there is a window, else until done."""
        from ...engine.arguments import check_take, with_sequences
        from ...engine.errors import InputError
        from ..character.receivers import Receivers
        from ..tracking.job import Job

        videos = self._videos()
        if not videos:
            self.report({"ERROR"}, "No video is chosen.")
            return {"CANCELLED"}
        try:
            options = import_options(self)
            videos = list(with_sequences(videos, options)) if len(videos) > 1 else videos
            check_take(options, len(videos))
            self._receivers = Receivers.of(context, options.import_to, hand=options.hands_only)
        except InputError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self._options = options
        return self.track(context, Job(videos, options))

    def take_in(self, context: bpy.types.Context, job: "Job") -> set[str]:
        """Apply what was tracked; a video that failed is a warning beside others, else an error."""
        from ...engine.errors import EngineError
        from ...engine.motion import notes_on
        from ..character.character import CharacterObject
        from ..character.receivers import ready
        from ..scene.apply import apply_motions

        for video, error in job.errors.items():
            self.report({"WARNING" if job.motions else "ERROR"}, f"{video.name}: {error}")
        for video, motion in job.motions.items():
            for note in notes_on(motion):
                self.report({"WARNING"}, f"{video.name}: {note}")
        if not job.motions:
            return {"CANCELLED"}
        found = self.receivers(context)
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

    def receivers(self, context: bpy.types.Context) -> list[bpy.types.Object]:
        """Those that are there already."""
        return self._receivers.find(context.scene)

    def _videos(self) -> list[Path]:
        names = [file.name for file in self.files if file.name]
        if names:
            return [Path(bpy.path.abspath(self.directory)) / name for name in names]
        return [Path(bpy.path.abspath(self.filepath))] if self.filepath else []


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
