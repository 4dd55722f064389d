"""A target armature at rest, and how its bones carry each other."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..rotations import in_parents

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Rig:
    """An armature of B bones at rest in an upright world: metres, Z up, facing anywhere."""

    names: tuple[str, ...]
    """(B,) parents before children."""
    parents: tuple[int, ...]
    """(B,) -1 for roots."""
    rest: Array
    """(B,3,3) world rotations; the columns are a bone's axes, Y along it."""
    heads: Array
    """(B,3)."""
    tails: Array
    """(B,3)."""

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """(B,) of each bone."""
        return tuple(tuple(c for c, parent in enumerate(self.parents) if parent == b) for b in range(len(self.names)))

    @cached_property
    def rest_local(self) -> Array:
        """(B,3,3) rest rotations in the parent's rest frame; a root's own."""
        return in_parents(self.rest, self.parents)

    def ancestors(self, bone: int) -> list[int]:
        """A bone's parent, the parent's parent, and so on."""
        found: list[int] = []
        while self.parents[bone] >= 0:
            bone = self.parents[bone]
            found.append(bone)
        return found

    def carried(self, world: NDArray[Any], bone: int) -> NDArray[Any]:
        """Rest rotation of a bone under its parent as that is in the world (F,B,3,3): (F,3,3), a root's (3,3)."""
        parent = self.parents[bone]
        return self.rest[bone] if parent < 0 else world[:, parent] @ self.rest_local[bone]

    def local(self, world: NDArray[Any]) -> NDArray[Any]:
        """World rotations (F,B,3,3) -> what each bone turns away from its rest, in its own axes (F,B,3,3).

        This is Blender's `matrix_basis` of bones that inherit their parent's rotation.
        """
        basis = np.empty_like(world)
        for bone in range(len(self.names)):
            basis[:, bone] = np.swapaxes(self.carried(world, bone), -1, -2) @ world[:, bone]
        return basis
