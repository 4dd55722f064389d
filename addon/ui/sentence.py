"""The operator that chains signs of the file, and its panel."""

# Blender reads properties from annotations: they cannot be strings.
# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
from bpy.props import StringProperty

from ..objects import is_character, is_ours, selected_armatures
from .progress import CATEGORY
from .retarget import source_among

_NAME, _HELP = "Glosses", "Names of signs that are in this file, in their order, with spaces between them"


class SignSentence(bpy.types.Operator):
    """Let the active armature, a character too, sign glosses one after the other, in a new action."""

    bl_idname = "object.sign_mocap_sentence"
    bl_label = "Sign Sentence"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    glosses: StringProperty(name=_NAME, description=_HELP)  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only where an armature is active."""
        cls.poll_message_set("Make an armature the active object")
        return is_ours(context.active_object) or is_character(context.active_object)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Chain the signs, or say which are missing; a character's are of our armature, and carried."""
        from ...engine.errors import InputError
        from ..character.character import CharacterObject
        from ..library.sentence import chained, sign, sign_by
        from ..scene.timeline import cover_frames

        scene, obj = context.scene, context.active_object
        try:
            signer = obj if is_ours(obj) else source_among(context, selected_armatures(context))
            performance = chained(scene, signer, self.glosses)
            if obj == signer:
                action = sign(obj, performance, self.glosses)
            else:
                action = sign_by(CharacterObject.of(obj), performance, self.glosses)
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
