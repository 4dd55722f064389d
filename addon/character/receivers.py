"""The armatures an import goes to, found again after whatever the user did meanwhile."""

from dataclasses import dataclass

import bpy

from ...engine.errors import InputError
from ..objects import is_character, is_ours, selected_armatures
from .character import CharacterObject, check_keyable


@dataclass(frozen=True)
class Receivers:
    """References that outlive undo and renaming; never the objects themselves, which undo frees."""

    uids: tuple[int, ...]
    """Session ids of objects; none for a new armature."""

    @classmethod
    def of(cls, context: bpy.types.Context, choice: str, *, hand: bool) -> "Receivers":
        """For the choice new or selected, and videos of a single hand or of persons.

        Raises InputError where a selected armature will not do.
        """
        if choice == "new":
            return cls(())
        armatures = selected_armatures(context)
        if not armatures:
            raise InputError("No armature is selected; select one, or import to a new armature.")
        if hand and any(map(is_character, armatures)):
            raise InputError("A hand without a person cannot be carried to a character; import it to a new armature.")
        ready(armatures)
        return cls(tuple(obj.session_uid for obj in armatures))

    def find(self, scene: bpy.types.Scene) -> list[bpy.types.Object]:
        """Those of the objects that are still in the scene."""
        return [obj for obj in scene.objects if obj.session_uid in self.uids]


def ready(armatures: list[bpy.types.Object]) -> list[bpy.types.Object | CharacterObject]:
    """Armatures of ours as they are, others as characters. Raises InputError where one cannot be keyed."""
    for obj in armatures:
        check_keyable(obj)
    return [obj if is_ours(obj) else CharacterObject.of(obj) for obj in armatures]
