"""The kinematic tree as one frozen table."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Array, Mask
from ..geometry.rotations import in_parents
from .kind import Kind
from .table import Bone

AXES = "XYZ"


@dataclass(frozen=True)
class Skeleton:
    """Bones in order, parents before children; B bones, J joints, A angles."""

    bones: tuple[Bone, ...]
    stature: float
    """Metres: the height of the person that the default lengths belong to."""
    kind: Kind
    """What it is of; a part that a network sees is of what the whole is."""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """(B,) bone names."""
        return tuple(bone.name for bone in self.bones)

    @cached_property
    def bone_parents(self) -> tuple[int, ...]:
        """(B,) index of the parent bone, -1 for the root."""
        return tuple(-1 if b.parent is None else self.names.index(b.parent) for b in self.bones)

    @cached_property
    def at_head(self) -> tuple[bool, ...]:
        """(B,) whether a bone starts at its parent's head."""
        return tuple(bone.at_head for bone in self.bones)

    @cached_property
    def rest(self) -> Array:
        """(B,3,3) rest frames in Blender's axes."""
        return np.stack([bone.rest for bone in self.bones])

    @cached_property
    def rest_local(self) -> Array:
        """(B,3,3) rest frames in the parent's rest frame; the root's own for the root."""
        return in_parents(self.rest, self.bone_parents)

    @cached_property
    def lengths(self) -> Array:
        """(B,) default lengths, metres."""
        return np.array([bone.length for bone in self.bones])

    @cached_property
    def freedoms(self) -> tuple[tuple[int, int], ...]:
        """(A,) pairs (bone, axis 0..2), bones in order, axes X, Y, Z."""
        return tuple((b, axis) for b, bone in enumerate(self.bones) for axis in range(3) if AXES[axis] in bone.limits)

    @cached_property
    def angle_names(self) -> tuple[str, ...]:
        """(A,) such as 'forearm.L.X'."""
        return tuple(f"{self.names[bone]}.{AXES[axis]}" for bone, axis in self.freedoms)

    @cached_property
    def lower(self) -> Array:
        """(A,) lower limits, radians."""
        return np.array([self.bones[bone].limits[AXES[axis]][0] for bone, axis in self.freedoms])

    @cached_property
    def upper(self) -> Array:
        """(A,) upper limits, radians."""
        return np.array([self.bones[bone].limits[AXES[axis]][1] for bone, axis in self.freedoms])

    @cached_property
    def root_angles(self) -> slice:
        """The root's three angles: unlimited, a rotation as a whole."""
        return slice(0, 3)

    @cached_property
    def trunk(self) -> Mask:
        """(A,) whether an angle is of the trunk."""
        return np.array([self.names[bone] in ("pelvis", "spine", "chest") for bone, _ in self.freedoms])

    @cached_property
    def turns(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """(B,) the elementary rotations of a bone as (angle, axis), outermost first."""
        angle_of = {freedom: angle for angle, freedom in enumerate(self.freedoms)}
        return tuple(
            tuple(
                (angle_of[b, AXES.index(axis)], AXES.index(axis))
                for axis in reversed(bone.order)
                if axis in bone.limits
            )
            for b, bone in enumerate(self.bones)
        )

    @cached_property
    def head_joint_bones(self) -> tuple[int, ...]:
        """Bones whose head is a joint of its own."""
        return tuple(b for b, bone in enumerate(self.bones) if bone.head_joint)

    @cached_property
    def joint_order(self) -> list[int]:
        """(J,) where each joint lies in [heads of head_joint_bones, tails of all bones]."""
        order: list[int] = []
        for b in range(len(self.bones)):
            if b in self.head_joint_bones:
                order.append(self.head_joint_bones.index(b))
            order.append(len(self.head_joint_bones) + b)
        return order

    @cached_property
    def joints(self) -> tuple[str, ...]:
        """(J,) joint names, parents before children; the root first."""
        heads = [self.bones[b].head_joint or "" for b in self.head_joint_bones]
        both = heads + [bone.joint for bone in self.bones]
        return tuple(both[i] for i in self.joint_order)

    @cached_property
    def parents(self) -> tuple[int, ...]:
        """(J,) index of the parent joint, -1 for the root."""
        start: dict[str, str] = {}  # bone -> the joint at its head
        parent_of: dict[str, str] = {}
        by_name = {bone.name: bone for bone in self.bones}
        for bone in self.bones:
            if bone.parent is not None:
                outer = start[bone.parent] if bone.at_head else by_name[bone.parent].joint
                if bone.head_joint:
                    parent_of[bone.head_joint] = outer
                else:
                    start[bone.name] = outer
            if bone.head_joint:
                start[bone.name] = bone.head_joint
            parent_of[bone.joint] = start[bone.name]
        return tuple(self.joints.index(parent_of[joint]) if joint in parent_of else -1 for joint in self.joints)

    @cached_property
    def joint_bones(self) -> NDArray[np.int64]:
        """(J,) the bone that ends at the joint; -1 for the root and for joints at a bone's head."""
        heads = len(self.head_joint_bones)
        return np.array([i - heads if i >= heads else -1 for i in self.joint_order])

    @cached_property
    def carriers(self) -> tuple[frozenset[int], ...]:
        """(B,) each bone itself and all that carry it."""
        found: list[frozenset[int]] = []
        for bone, parent in enumerate(self.bone_parents):
            found.append(frozenset({bone}) | (found[parent] if parent >= 0 else set[int]()))
        return tuple(found)

    @cached_property
    def moves(self) -> Mask:
        """(J,A) whether an angle moves a joint."""
        carriers = self.carriers
        heads = len(self.head_joint_bones)
        ends = [i - heads if i >= heads else self.bone_parents[self.head_joint_bones[i]] for i in self.joint_order]
        return np.array([[end >= 0 and bone in carriers[end] for bone, _ in self.freedoms] for end in ends])

    @cached_property
    def reaches(self) -> Mask:
        """(J,B) whether a bone lies between the root joint and a joint, so that its length moves the joint."""
        at_head: list[set[int]] = []  # of each bone: those between the root joint and its head
        for parent, own in zip(self.bone_parents, self.at_head, strict=True):
            at_head.append(set() if parent < 0 else at_head[parent] | (set() if own else {parent}))
        heads = len(self.head_joint_bones)
        paths = [
            at_head[self.head_joint_bones[i]] if i < heads else at_head[i - heads] | {i - heads}
            for i in self.joint_order
        ]
        return np.array([[bone in path for bone in range(len(self.bones))] for path in paths])

    @cached_property
    def anchors(self) -> list[int]:
        """(J) the joint from which it is told how far each is off: an arm's shoulder, a hand's wrist, else the root.

        What is asked of an arm is how far it is off by itself, not how far the trunk is.
        """
        found = [0] * len(self.joints)
        for side in self.kind.hands if self.kind.has_body else ():
            shoulder, wrist = f"{side}_shoulder", f"{side}_hand_wrist"
            for joint, name in enumerate(self.joints):
                if name in (f"{side}_elbow", f"{side}_wrist", wrist):
                    found[joint] = self.joints.index(shoulder)
                elif name.startswith(f"{side}_hand_"):
                    found[joint] = self.joints.index(wrist)
        return found

    def reach(self, lengths: Array) -> Array:
        """(J,) metres of bone between each joint and its anchor, of lengths (B,): how far it can be from that."""
        return (self.reaches & ~self.reaches[self.anchors]) @ lengths

    @cached_property
    def mirrored(self) -> list[int]:
        """(B) each bone's mirror image; itself where that is not here or there is none."""
        return [self.names.index(b.mirror if b.mirror in self.names else b.name) for b in self.bones]

    @cached_property
    def mirror_signs(self) -> Array:
        """(A,) what makes an angle that of the mirror image: X angles keep their sign, Y and Z angles change it."""
        return np.array([1.0 if axis == 0 else -1.0 for _, axis in self.freedoms])

    def bones_in(self, whole: "Skeleton") -> list[int]:
        """(B,) where these bones are among those of a skeleton that this one is a part of."""
        return [whole.names.index(name) for name in self.names]

    def angles_in(self, whole: "Skeleton") -> list[int]:
        """(A,) the same of angles."""
        return [whole.angle_names.index(name) for name in self.angle_names]

    def angles_of(self, bone: str) -> list[int]:
        """Indices of a bone's angles, in the order X, Y, Z."""
        index = self.names.index(bone)
        return [angle for angle, (b, _) in enumerate(self.freedoms) if b == index]

    def clamp(self, angles: Array) -> Array:
        """Angles (..., A) moved into the limits; the root's are left as they are."""
        clamped = np.clip(angles, self.lower, self.upper).astype(angles.dtype)
        # float32 rounds a limit outwards as often as inwards; never outwards here.
        low, high = self.lower.astype(angles.dtype), self.upper.astype(angles.dtype)
        clamped = np.where(clamped < self.lower, np.nextafter(low, high), clamped)
        clamped = np.where(clamped > self.upper, np.nextafter(high, low), clamped)
        clamped[..., self.root_angles] = angles[..., self.root_angles]
        return clamped
