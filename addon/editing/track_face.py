"""The operator: the face of a video for an armature that has the body of it already."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from pathlib import Path
from typing import TYPE_CHECKING

import bpy
from bpy.props import StringProperty
from bpy_extras.io_utils import ImportHelper

from ...engine.options import TrackOptions
from ..objects import is_ours
from ..ui.import_video import EXTENSIONS
from ..ui.properties import draw_groups, properties_of, values_of
from ..ui.tracks_videos import TracksVideos

if TYPE_CHECKING:
    from ..tracking.job import Job

#: What a face has use for: the others are the body's, and a person file would be written.
FACE_TRACKING = ("start", "end", "mirrored", "crop", "inset", "person", "smoothing")


class TrackFace(TracksVideos, bpy.types.Operator, ImportHelper, properties_of(TrackOptions)):
    """Track the video of an import again, and replace the keys of its face alone."""

    bl_idname = "object.sign_mocap_track_face"
    bl_label = "Track Face"
    bl_options = set()  # noqa: RUF012  As of the import.

    filter_glob: StringProperty(default="*" + EXTENSIONS.replace(";", ";*"), options={"HIDDEN"})  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only where an armature of ours is active."""
        if not super().poll(context):
            return False
        cls.poll_message_set("Make an armature that Sign Mocap made the active object")
        return is_ours(context.active_object)

    def draw(self, _context: bpy.types.Context) -> None:
        """The options, beside the file list or in the popup."""
        draw_groups(self.layout, self, FACE_TRACKING, frozenset())

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Track, with all that finds the person, and the face."""
        from ...engine.errors import InputError
        from ..character.receivers import Receivers
        from ..tracking.job import Job
        from .face_keys import body_frames

        video = Path(bpy.path.abspath(self.filepath))
        try:
            values = values_of(self, TrackOptions)
            options = TrackOptions(**{name: values[name] for name in FACE_TRACKING})
            body_frames(context.active_object)
        except InputError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self._receivers = Receivers((context.active_object.session_uid,))
        return self.track(context, Job([video], options))

    def receivers(self, context: bpy.types.Context) -> list[bpy.types.Object]:
        """The armature, where it is still there."""
        return self._receivers.find(context.scene)

    def take_in(self, context: bpy.types.Context, job: "Job") -> set[str]:
        """Key the face, or say why not."""
        from ...engine.errors import InputError
        from .face_keys import take_face

        try:
            for error in job.errors.values():
                raise InputError(error)
            armatures = self.receivers(context)
            if not armatures:
                raise InputError("The armature was removed meanwhile; nothing has changed.")
            done = take_face(context.scene, armatures[0], job.motions[job.video])
        except InputError as error:
            self.report({"ERROR"}, f"{job.video.name}: {error}")
            return {"CANCELLED"}
        bpy.ops.ed.undo_push(message=self.bl_label)
        self.report({"INFO"}, done)
        return {"FINISHED"}
