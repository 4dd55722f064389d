"""A motion of our skeleton at the lengths of its performer: what is carried to characters."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from ..face.face import Face
from ..geometry.arrays import Array, check_shapes
from ..skeleton import Pose, Skeleton, forward_kinematics
from .anatomy.body import own_body
from .anatomy.moving import Moving
from .anatomy.segments import own_rest, own_segments


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
    doubts: dict[str, Array] = field(default_factory=dict[str, Array])
    """Bone -> (F,) from 0 to 1, how far its pose is a guess, of bones of which that is known."""
    face: Face | None = None
    """In the same frames, where it is known."""

    def __post_init__(self) -> None:
        frames, skeleton = len(self.angles), self.skeleton
        check_shapes(
            self,
            lengths=(len(skeleton.bones),),
            angles=(frames, len(skeleton.freedoms)),
            hips=(frames, 3),
            doubts=(frames,),
        )
        if self.face is not None:
            check_shapes(self.face, seen=(frames,))

    @cached_property
    def pose(self) -> Pose:
        """The performer's bones in all frames."""
        return forward_kinematics(self.skeleton, self.angles, self.lengths)

    @cached_property
    def moving(self) -> Moving:
        """The performer's segments in all frames."""
        skeleton, segments = self.skeleton, own_segments(self.skeleton, self.lengths)
        rest = replace(own_rest(), segments=segments)
        ears = float(np.linalg.norm(segments["ear.L"][1] - segments["ear.R"][1]))
        bones = {name: bone for bone, name in enumerate(skeleton.names)}
        turns = self.pose.rotations @ np.swapaxes(skeleton.rest, -1, -2)
        return Moving.of(rest, own_body(rest, segments["nose"][1], ears), bones, self.pose.heads, turns)
