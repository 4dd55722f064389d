"""A character that takes motions: what each of its bones turns, and where its hips go."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ..geometry.arrays import Array, check_shapes
from ..keypoints import Side
from .anatomy.body import Body, rig_body
from .anatomy.moving import Moving
from .anatomy.rest import Rest
from .anatomy.segments import own_rest, rig_rest
from .contacts.keep import keep_touches
from .performance import Performance
from .recognise.match import Match
from .rig import Rig
from .transfer.transfer import transfer

BLOCK = 1024


@dataclass(frozen=True)
class Carried:
    """The motion on a rig, F frames of B bones."""

    turns: Array
    """(F,B,3,3) of each bone away from its rest, in its own axes: rotations of Blender's `matrix_basis`."""
    hips: Array | None
    """(F,3) metres that the pelvis' bone moves, along its own axes at rest; None where either has no legs."""

    def __post_init__(self) -> None:
        frames, bones = self.turns.shape[:2]
        check_shapes(self, turns=(frames, bones, 3, 3), hips=(frames, 3))


@dataclass(frozen=True)
class Character:
    """A rig that takes motions: it faces the front, whichever way the user's does."""

    rig: Rig
    """Its bones that ours move, and those that carry them."""
    match: Match
    rest: Rest
    body: Body

    @classmethod
    def of(cls, rig: Rig, match: Match, vertices: Array) -> "Character":
        """For a rig anywhere and the vertices (N,3) of its meshes at rest, in the same world."""
        front = own_rest().body @ rig_rest(rig, match).body.T
        rig = rig.turned(front)
        rest = rig_rest(rig, match)
        matched = {bone for bones in match.bones.values() for bone in bones}
        carriers = matched.union(*(rig.ancestors(bone) for bone in matched))
        rig, number = rig.reduced({bone: rig.parents[bone] for bone in sorted(carriers)})
        return cls(rig, match.renumbered(number), rest, rig_body(rest, vertices @ front.T))

    def carry(self, performance: Performance, contacts: float) -> Iterator[Carried]:
        """The motion on this rig, some frames after the others.

        `contacts`, 0 to 1, is how much of what proportions change about touches of the hands is made up for.
        """
        for start in range(0, len(performance.angles), BLOCK):
            frames = slice(start, start + BLOCK)
            angles, hips = performance.angles[frames], performance.hips[frames]
            part = replace(performance, angles=angles, hips=hips, doubts={}, face=None)
            world = transfer(self.rig, self.match, part.skeleton, part.angles, rest=self.rest, pose=part.pose)
            if contacts > 0:
                angles, rows = keep_touches(part.skeleton, part.angles, part.moving, self.moving(world), contacts)
                world[rows] = transfer(self.rig, self.match, part.skeleton, angles[rows], rest=self.rest)
            yield Carried(self.rig.local(world), self._hips(part, world))

    def moving(self, world: Array) -> Moving:
        """The rig's segments for world rotations (F,B,3,3) of its bones."""
        bones = {name: self.match.bones[name][0] for name in self.rest.segments}
        turns = world @ np.swapaxes(self.rig.rest, -1, -2)
        return Moving.of(self.rest, self.body, bones, self.rig.placed(world), turns)

    def _hips(self, performance: Performance, world: Array) -> Array | None:
        """`Carried.hips`: as far as legs are long, and what the pelvis' turn about the hip joints moves its start."""
        if not performance.skeleton.kind.has_legs or not {"thigh.L", "thigh.R", "shin.L"} <= self.rest.segments.keys():
            return None
        legs = ("thigh.L", "shin.L")
        own_leg = sum(performance.lengths[performance.skeleton.names.index(bone)] for bone in legs)
        scale = sum(map(self.rest.length, legs)) / own_leg
        pelvis = self.match.bones["pelvis"][0]
        rest, joints = self.rig.rest[pelvis], [self.rest.segments[side.bone("thigh")][0] for side in Side]
        lever = self.rig.heads[pelvis] - np.mean(joints, axis=0)
        turned = (world[:, pelvis] @ rest.T) @ lever - lever
        return (performance.hips * scale + turned) @ rest
