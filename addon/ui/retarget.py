"""The operator: what one of our armatures plays, played by characters."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy

from ..objects import check_fk, is_character, is_ours, selected_armatures
from .properties import CHARACTER, CharacterProperties, character_options, draw_options


class RetargetSign(bpy.types.Operator, CharacterProperties):
    """Let the selected characters sign what a Sign Mocap armature signs, in a new action of each."""

    bl_idname = "object.sign_mocap_retarget"
    bl_label = "Retarget Sign Motion"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only where a character is selected."""
        cls.poll_message_set("Select the armature of a character")
        return any(is_character(obj) for obj in selected_armatures(context))

    def draw(self, _context: bpy.types.Context) -> None:
        """The options, in the panel of the last operation."""
        draw_options(self.layout, self, CHARACTER)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Carry the motion to every selected character, or to none where one of them will not do."""
        from ...engine.errors import InputError
        from ..character.character import CharacterObject
        from ..scene.timeline import copy_marks
        from ..signer.performances import performance_of_armature

        chosen = selected_armatures(context)
        try:
            source = source_among(context, chosen)
            check_fk(source)
            characters = [CharacterObject.of(obj) for obj in chosen if not is_ours(obj)]
            performance, frames = performance_of_armature(source)
        except InputError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        for character in characters:
            character.play(performance, frames, source.name, character_options(self))
            copy_marks(context.scene, source, character.obj)
            self.report({"INFO"}, character.description)
        return {"FINISHED"}


def source_among(context: bpy.types.Context, chosen: list[bpy.types.Object]) -> bpy.types.Object:
    """The armature of ours among the chosen ones, or the scene's only one. Raises InputError."""
    from ...engine.errors import InputError

    for among in (chosen, context.scene.objects):
        ours = [obj for obj in among if is_ours(obj)]
        if len(ours) == 1:
            return ours[0]
        if ours:
            raise InputError("There are several Sign Mocap armatures; select the one to take the motion from as well.")
    raise InputError("The scene has no Sign Mocap armature to take the motion from; import a video first.")
