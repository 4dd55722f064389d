"""A motion of our skeleton carried to a rig: what each of its bones turns, and where its hips go."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ..geometry.arrays import Array, Mask
from ..skeleton import Pose, Skeleton, forward_kinematics
from .anatomy.body import Body, Moving, own_body, rig_body
from .anatomy.rest import Rest
from .contacts.reach import arm_skeleton, reach
from .contacts.touches import touches
from .recognise.match import Match
from .rig import Rig
from .transfer.transfer import own_rest, rig_rest, transfer

BLOCK = 1024
#: Shifts of a wrist below this are none, metres.
_STILL = 1e-5


@dataclass(frozen=True)
class Performance:
    """A motion over F frames in an upright world: metres, Z up, a person who faces -Y at zero angles."""

    skeleton: Skeleton
    lengths: Array
    """(B,) of the skeleton's bones."""
    angles: Array
    """(F,A) radians."""
    hips: Array
    """(F,3) how far they are from where a standing person's are; means nothing without legs."""

    def moving(self, pose: Pose) -> Moving:
        """The performer's segments, for the pose of these angles."""
        skeleton = self.skeleton
        still = forward_kinematics(skeleton, np.zeros(len(skeleton.freedoms)), self.lengths)
        segments = {name: (still.heads[bone], still.tails[bone]) for bone, name in enumerate(skeleton.names)}
        rest = replace(own_rest(), segments=segments)
        ears = float(np.linalg.norm(segments["ear.L"][1] - segments["ear.R"][1]))
        turns = pose.rotations @ np.swapaxes(skeleton.rest, -1, -2)
        return Moving(
            rest,
            own_body(rest, segments["nose"][1], ears),
            {name: pose.heads[:, bone] for bone, name in enumerate(skeleton.names)},
            {name: turns[:, bone] for bone, name in enumerate(skeleton.names)},
        )


@dataclass(frozen=True)
class Carried:
    """The motion on a rig."""

    turns: Array
    """(F,B,3,3) of each bone away from its rest, in its own axes: rotations of Blender's `matrix_basis`."""
    hips: Array | None
    """(F,3) metres that the pelvis' bone moves, along its own axes at rest; None where either has no legs."""


@dataclass(frozen=True)
class Target:
    """A rig that takes motions: it faces the front, whichever way the user's does."""

    rig: Rig
    """Its bones that ours move, and those that carry them."""
    found: Match
    rest: Rest
    body: Body

    @classmethod
    def of(cls, rig: Rig, found: Match, vertices: Array) -> "Target":
        """For a rig anywhere and the vertices (N,3) of its meshes at rest, in the same world."""
        front = own_rest().body @ rig_rest(rig, found).body.T
        rig = rig.turned(front)
        rest = rig_rest(rig, found)
        matched = {bone for bones in found.bones.values() for bone in bones}
        carriers = matched.union(*(rig.ancestors(bone) for bone in matched))
        rig, number = rig.reduced({bone: rig.parents[bone] for bone in sorted(carriers)})
        return cls(rig, found.renumbered(number), rest, rig_body(rest, vertices @ front.T))

    def carry(self, performance: Performance, contacts: float) -> Iterator[Carried]:
        """The motion on this rig, some frames after the others.

        `contacts`, 0 to 1, is how much of what proportions change about touches of the hands is made up for.
        """
        for start in range(0, len(performance.angles), BLOCK):
            frames = slice(start, start + BLOCK)
            part = replace(performance, angles=performance.angles[frames], hips=performance.hips[frames])
            pose = forward_kinematics(part.skeleton, part.angles, part.lengths)
            world = transfer(self.rig, self.found, part.skeleton, part.angles, rest=self.rest, pose=pose)
            if contacts > 0:
                angles, rows = self._touching(part, pose, world, contacts)
                world[rows] = transfer(self.rig, self.found, part.skeleton, angles[rows], rest=self.rest)
            yield Carried(self.rig.local(world), self._hips(part, world))

    def moving(self, world: Array) -> Moving:
        """The rig's segments for world rotations (F,B,3,3) of its bones."""
        rig, found = self.rig, self.found
        heads = np.zeros((len(world), len(rig.names), 3))
        for bone, parent in enumerate(rig.parents):
            heads[:, bone] = rig.heads[bone]
            if parent >= 0:
                offset = rig.rest[parent].T @ (rig.heads[bone] - rig.heads[parent])
                heads[:, bone] = heads[:, parent] + world[:, parent] @ offset
        first = {name: found.bones[name][0] for name in self.rest.segments}
        turns = {name: world[:, bone] @ rig.rest[bone].T for name, bone in first.items()}
        return Moving(self.rest, self.body, {name: heads[:, bone] for name, bone in first.items()}, turns)

    def _touching(self, part: Performance, pose: Pose, world: Array, contacts: float) -> tuple[Array, Mask]:
        """Angles (F,A) whose arms let the rig touch what the performer does, and in which frames (F,) they differ."""
        own, rig = part.moving(pose), self.moving(world)
        near = touches(own, rig)
        chest = own.turns["chest"]
        shifts = contacts * near.shifts() @ chest
        wrists = np.stack([rig.heads[f"hand.{side}"] for side in "LR"], axis=1)
        levers = (near.middles() - wrists) @ chest
        moved = np.linalg.norm(shifts, axis=-1) > _STILL
        angles = part.angles.copy()
        for side, name in enumerate("LR"):
            columns = [part.skeleton.angle_names.index(angle) for angle in arm_skeleton(name).angle_names]
            ends = [self.rest.segments[f"{bone}.{name}"][0] for bone in ("upper_arm", "forearm", "hand")]
            lengths = np.linalg.norm(np.diff(ends, axis=0), axis=-1)
            rows = np.flatnonzero(moved[:, side])
            arms = np.ix_(rows, np.array(columns))
            angles[arms] = reach(name, angles[arms], lengths, levers[rows, side], shifts[rows, side])
        return angles, moved.any(axis=1)

    def _hips(self, part: Performance, world: Array) -> Array | None:
        if "thigh.L" not in part.skeleton.names or not {"thigh.L", "thigh.R", "shin.L"} <= self.rest.segments.keys():
            return None
        pelvis = self.found.bones["pelvis"][0]
        between = np.mean([self.rest.segments[f"thigh.{side}"][0] for side in "LR"], axis=0)
        legs = [np.linalg.norm(np.subtract(*self.rest.segments[f"{bone}.L"])) for bone in ("thigh", "shin")]
        own = [part.lengths[part.skeleton.names.index(f"{bone}.L")] for bone in ("thigh", "shin")]
        offset = self.rig.heads[pelvis] - between
        turned = (world[:, pelvis] @ self.rig.rest[pelvis].T) @ offset - offset
        return (part.hips * (sum(legs) / sum(own)) + turned) @ self.rig.rest[pelvis]
