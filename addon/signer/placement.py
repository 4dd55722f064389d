"""Where the video's camera stands beside an armature, so that the rig covers the person."""

from dataclasses import dataclass

import bpy
import numpy as np

from ...engine.geometry.rotations import CAMERA_FROM_BLENDER
from ...engine.keypoints import Side
from ...engine.motion import Motion
from ..objects import armature_of
from .mark import lengths_of

_FEET = tuple(f"{side}_{point}" for side in Side for point in ("heel", "foot_index"))
#: Percentile of the lower foot's height that is the ground: jumps are above it, mistakes below.
_ON_GROUND = 20


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
    """The placement in which the person's median position is the root bone's rest position.

    Where feet are seen, the height is the one at which the lower foot is on the ground most of the time.
    """
    skeleton = motion.skeleton
    scale = float(lengths_of(obj, skeleton).sum() / motion.lengths_of_bones().sum())
    return place_at(np.array(armature_of(obj).bones[skeleton.names[0]].head_local), scale, motion)


def place_at(root: np.ndarray, scale: float, motion: Motion) -> Placement:
    """The same for a root bone that rests at (3,) in a body of so many times the person's size."""
    middle = np.median(motion.translation.astype(np.float64), axis=0)
    camera = root - scale * middle @ CAMERA_FROM_BLENDER
    placement = Placement(scale, camera, scale * float(middle[2]))
    joints = motion.joints
    if _FEET[0] in joints:
        feet = motion.positions[:, [joints.index(name) for name in _FEET]] + motion.translation[:, None]
        heights = placement.from_camera(feet.astype(np.float64))[..., 2].min(axis=1)
        camera[2] -= np.percentile(heights, _ON_GROUND)
    return placement
