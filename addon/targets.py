"""The armature an import goes to, found again after whatever the user did meanwhile."""

from dataclasses import dataclass

import bpy

from .rig import is_ours


@dataclass(frozen=True)
class Target:
    """A reference that outlives undo and renaming; never the object itself, which undo frees."""

    uid: int
    """The object's session id; 0 for a new armature."""

    @classmethod
    def of(cls, context: bpy.types.Context, choice: str) -> "Target":
        """For the choice NEW or ACTIVE; raises ValueError where the active object will not do."""
        if choice == "NEW":
            return cls(0)
        obj = context.active_object
        if obj is None or not is_ours(obj):
            raise ValueError("The active object is no armature that Sign Mocap made; choose a new armature instead.")
        return cls(obj.session_uid)

    @property
    def is_new(self) -> bool:
        """Whether an armature is to be built."""
        return self.uid == 0

    def find(self, scene: bpy.types.Scene) -> bpy.types.Object | None:
        """The object in the scene; None where it is gone, or to be built."""
        return next((obj for obj in scene.objects if obj.session_uid == self.uid), None)
