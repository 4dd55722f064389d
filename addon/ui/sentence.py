"""The operator that chains signs of the file, and its panel."""

# Blender reads properties from annotations: they cannot be strings.
# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
from bpy.props import StringProperty

from ..objects import is_ours
from .progress import CATEGORY

_NAME, _HELP = "Glosses", "Names of signs that are in this file, in their order, with spaces between them"


class SignSentence(bpy.types.Operator):
    """Let the active armature sign glosses one after the other, in a new action."""

    bl_idname = "object.sign_mocap_sentence"
    bl_label = "Sign Sentence"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    glosses: StringProperty(name=_NAME, description=_HELP)  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only where an armature of ours is active."""
        cls.poll_message_set("Make an armature that Sign Mocap made the active object")
        return is_ours(context.active_object)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Chain the signs, or say which are missing."""
        from ...engine.errors import InputError
        from ..library.sentence import chained, sign
        from ..scene.timeline import cover_frames

        scene, obj = context.scene, context.active_object
        try:
            action = sign(obj, chained(scene, obj, self.glosses), self.glosses)
        except InputError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        first, last = (round(end) for end in action.frame_range)
        cover_frames(scene, first, last, extend=True)
        self.report({"INFO"}, f"{obj.name}: {action.name}, {last - first + 1} frames")
        return {"FINISHED"}


class SignMocapSentencePanel(bpy.types.Panel):
    """A sentence of signs that were appended from a library."""

    bl_idname = "VIEW3D_PT_sign_mocap_sentence"
    bl_label = "Sentence"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012

    def draw(self, context: bpy.types.Context) -> None:
        """The glosses and the button."""
        self.layout.prop(context.scene, "sign_mocap_glosses", text="")
        call = self.layout.operator(SignSentence.bl_idname, icon="ACTION")
        call.glosses = context.scene.sign_mocap_glosses


def glosses_property() -> object:
    """What the panel keeps in the scene."""
    return StringProperty(name=_NAME, description=_HELP)


CLASSES = (SignSentence, SignMocapSentencePanel)
