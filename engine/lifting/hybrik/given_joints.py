"""The joints that a skeleton is brought onto, and what a bone carries of them; NumPy arrays or torch tensors."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ...geometry.arrays import Array, namespace
from ...geometry.rotations import nearest_rotation
from ...skeleton import Pose, Skeleton, forward_kinematics
from ..legal import rotation_of
from .rigid import Rigid, rigid_parts

#: Weights of a prior's axes, which make it no other rotation: equal singular values have no slope.
_DISTINCT = (1.0, 1.5, 2.0)


@dataclass(frozen=True)
class GivenJoints:
    """F frames of one skeleton: joints that are known, and what it is where they tell nothing."""

    skeleton: Skeleton
    joints: Any
    """(F,J,3) metres, Blender's axes, relative to the root joint."""
    known: Any
    """(F,J) whether a joint counts."""
    lengths: Any
    """(B,) or (F,B) metres."""
    start: Any
    """(F,A) radians, within the limits."""
    twists: Any
    """(F,B,2) cosine and sine of the twists that are believed, zeros of those that are not given; None of none."""
    trust: float
    """Metres that joints are known to: of less than that, the start tells more."""

    @classmethod
    def of(
        cls, skeleton: Skeleton, joints: Any, known: Any, lengths: Any, start: Any, twists: Any, trust: float
    ) -> "GivenJoints":
        """Of joints that coincide, as a wrist and its hand's, both are known where one is."""
        xp, partner = namespace(joints), list(range(len(skeleton.joints)))
        for joint, parent in enumerate(skeleton.parents):
            if skeleton.joint_bones[joint] < 0 <= parent:
                partner[joint], partner[parent] = parent, joint
        joints = xp.where(known[..., None], joints, xp.where(known[:, partner, None], joints[:, partner], 0.0))
        return cls(skeleton, joints, known | known[:, partner], lengths, start, twists, trust)

    @cached_property
    def parts(self) -> tuple[Rigid, ...]:
        """(B,)."""
        return rigid_parts(self.skeleton)

    @cached_property
    def straight(self) -> Pose:
        """At zero angles."""
        return forward_kinematics(self.skeleton, 0.0 * self.start, self.lengths)

    @cached_property
    def held(self) -> Pose:
        """At the start."""
        return forward_kinematics(self.skeleton, self.start, self.lengths)

    def base(self, bone: int) -> Any:
        """(F,3,3) a bone's rotation at the start, from its frame at zero angles."""
        turns = self.skeleton.turns[bone]
        return rotation_of(self.start[..., [angle for angle, _ in turns]], tuple(axis for _, axis in turns))

    def constant(self, values: Array) -> Any:
        """The same numbers as an array of the joints' kind and type."""
        return namespace(self.joints).asarray(values.tolist(), dtype=self.joints.dtype)

    def rest(self, bone: int) -> Any:
        """(3,3) a bone's frame at zero angles, in its parent's."""
        return self.constant(self.skeleton.rest_local[bone])

    def wanted(self, joint: int, frame: Any, origin: Any) -> Any:
        """(F,3) where a joint is in frames (F,3,3) that begin at origins (F,3): p = R_pa^T (p_k - origin)."""
        return _turned_back(frame, self.joints[:, joint] - origin)

    def end_known(self, bone: int) -> Any:
        """(F) whether the joint at a bone's tail is."""
        return self.known[:, self.parts[bone].end]

    def fitted(self, bone: int, frame: Any, origin: Any, points: list[tuple[int, Pose, Any]], prior: Any) -> Any:
        """(F,3,3) the rotation that brings points of a bone nearest to where they are wanted, from its frame (F,3,3).

        Points are the bones whose tails they are, the pose that tells their places t in the bone's own frame, and
        whether (F) they count. Appendix A of the paper, equations 24 to 33: least squares, by a singular value
        decomposition of the sum of p t^T. A turn that no point tells is that of the prior (F,3,3).
        """
        total = self.trust**2 * prior @ self.constant(np.diag(_DISTINCT))
        for carried, pose, counts in points:
            arm = pose.tails[..., carried, :] - pose.heads[..., bone, :]
            t = _turned_back(pose.rotations[..., bone, :, :], arm)
            p = self.wanted(self.parts[carried].end, frame, origin)
            total = total + (counts[:, None] * p)[..., :, None] * t[..., None, :]
        return nearest_rotation(total)


def _turned_back(frame: Any, vectors: Any) -> Any:
    """Vectors (...,3) in frames (...,3,3)."""
    return (vectors[..., None, :] @ frame)[..., 0, :]
