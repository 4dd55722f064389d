"""Where the video's camera stands beside an armature, so that the rig covers the person."""

from dataclasses import dataclass

import bpy
import numpy as np

from ..engine.motion import Motion
from ..engine.rotations import CAMERA_FROM_BLENDER
from .rig import armature_of, lengths_of


@dataclass(frozen=True)
class Placement:
    """The camera's frame in an armature's space."""

    scale: float
    """Size of the armature over that of the tracked person."""
    camera: np.ndarray
    """(3,) metres: the camera in the armature's space; it looks along +Y, up is +Z."""
    distance: float
    """Metres from the camera to the person along the view, in the armature's size."""

    def from_camera(self, points: np.ndarray) -> np.ndarray:
        """Points (..., 3) of the camera frame, metres -> the armature's space."""
        return self.camera + self.scale * points @ CAMERA_FROM_BLENDER


def place(obj: bpy.types.Object, motion: Motion) -> Placement:
    """The placement in which the person's median position is the root bone's rest position."""
    skeleton = motion.skeleton
    scale = float(lengths_of(obj, skeleton).sum() / motion.lengths_of_bones().sum())
    middle = np.median(motion.translation.astype(np.float64), axis=0)
    root = np.array(armature_of(obj).bones[skeleton.names[0]].head_local)
    camera = root - scale * middle @ CAMERA_FROM_BLENDER
    return Placement(scale, camera, scale * float(middle[2]))
