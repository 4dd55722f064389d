"""A person's joints in space, in metres and in the axes of a camera that the person faces at first."""

from dataclasses import dataclass

import numpy as np

from ..geometry.arrays import Array, Mask, check_shapes
from ..skeleton import Kind, Skeleton, load_skeleton


@dataclass(frozen=True)
class Points3D:
    """Known joints of a person, or of one hand, over F frames."""

    kind: Kind
    """Of the skeleton whose J joints these are."""
    joints: Array
    """(F,J,3) metres, x right, y down, z away; 0 where not known."""
    known: Mask
    """(F,J)."""
    time: Array
    """(F,) seconds, increasing."""
    fps: float
    """Frames a second; 0 of a single one."""
    notes: tuple[str, ...] = ()
    """What was taken for granted, a sentence each."""

    def __post_init__(self) -> None:
        count = (len(self.time), len(self.skeleton.joints))
        check_shapes(self, joints=(*count, 3), known=count, time=count[:1])
        if (np.diff(self.time) <= 0).any():
            raise ValueError("Points3D.time must increase strictly")

    @property
    def skeleton(self) -> Skeleton:
        """The finished skeleton."""
        return load_skeleton(self.kind)
