"""A character's armature at rest, and how its bones carry each other."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..geometry.arrays import Array, check_shapes
from ..geometry.rotations import in_parents


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
    """(B,3) where bones start."""
    tails: Array
    """(B,3) where they end."""
    inherits: tuple[bool, ...]
    """(B,) whether a bone turns with its parent; where not, it keeps its rest rotation whatever the parent does."""

    def __post_init__(self) -> None:
        bones = len(self.names)
        check_shapes(self, rest=(bones, 3, 3), heads=(bones, 3), tails=(bones, 3))

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """(B,) of each bone."""
        return tuple(tuple(c for c, parent in enumerate(self.parents) if parent == b) for b in range(len(self.names)))

    @cached_property
    def rest_local(self) -> Array:
        """(B,3,3) rest rotations in the parent's rest frame; a root's own."""
        return in_parents(self.rest, self.parents)

    def turned(self, turn: Array) -> "Rig":
        """The rig elsewhere in the world, by a rotation (3,3)."""
        return replace(self, rest=turn @ self.rest, heads=self.heads @ turn.T, tails=self.tails @ turn.T)

    def reduced(self, parents: dict[int, int]) -> tuple["Rig", dict[int, int]]:
        """The bones that are keys alone, in their order, each hanging on another one or -1; and their new numbers."""
        kept = list(parents)
        number = {bone: place for place, bone in enumerate(kept)}
        own = Rig(
            tuple(self.names[bone] for bone in kept),
            tuple(number.get(parents[bone], -1) for bone in kept),
            self.rest[kept],
            self.heads[kept],
            self.tails[kept],
            tuple(self.inherits[bone] for bone in kept),
        )
        return own, number

    def ancestors(self, bone: int) -> list[int]:
        """A bone's parent, the parent's parent, and so on."""
        found: list[int] = []
        while self.parents[bone] >= 0:
            bone = self.parents[bone]
            found.append(bone)
        return found

    def carried(self, world: Array, bone: int) -> Array:
        """Rest rotation of a bone under its parent as that is in the world (F,B,3,3): (F,3,3).

        Nothing turns a root or a bone that does not inherit: (3,3).
        """
        parent = self.parents[bone]
        free = parent < 0 or not self.inherits[bone]
        return self.rest[bone] if free else world[:, parent] @ self.rest_local[bone]

    def local(self, world: Array) -> Array:
        """World rotations (F,B,3,3) -> Blender's `matrix_basis`, the turn away from rest in own axes (F,B,3,3)."""
        basis = np.empty_like(world)
        for bone in range(len(self.names)):
            basis[:, bone] = np.swapaxes(self.carried(world, bone), -1, -2) @ world[:, bone]
        return basis

    def placed(self, world: Array) -> Array:
        """World rotations (F,B,3,3) -> where bones start (F,B,3), the roots where they are at rest."""
        heads = np.empty(world.shape[:-1])
        for bone, parent in enumerate(self.parents):
            heads[:, bone] = self.heads[bone]
            if parent >= 0:
                offset = self.rest[parent].T @ (self.heads[bone] - self.heads[parent])
                heads[:, bone] = heads[:, parent] + world[:, parent] @ offset
        return heads
