"""Where a tracked person stands in an upright world: on the ground, and beside the camera that saw them."""

from dataclasses import dataclass

import numpy as np

from .geometry.arrays import Array
from .geometry.rotations import CAMERA_FROM_BLENDER
from .keypoints import Side
from .motion import Motion
from .skeleton import Skeleton, forward_kinematics

_FOOT_JOINTS = tuple(f"{side}_{point}" for side in Side for point in ("heel", "foot_index"))
#: Percentile of the lower foot's height that is the ground: jumps are above it, mistakes below.
_ON_GROUND = 20
# Drillis and Contini 1966: the hip joint stands at 0.530 of the stature; here per metre of trunk.
_HIP_HEIGHT_PER_TRUNK = 0.53 * 1.70 / 0.49
_TRUNK = ("spine", "chest")
_FOOT_BONES = ("foot.L", "foot.R", "heel.L", "heel.R")


@dataclass(frozen=True)
class Placement:
    """The camera's frame in an armature's space."""

    scale: float
    """Size of the armature over that of the tracked person."""
    camera: Array
    """(3,) metres: the camera in the armature's space; it looks along +Y, up is +Z."""
    distance: float
    """Metres from the camera to the person along the view, in the armature's size."""

    def from_camera(self, points: Array) -> Array:
        """Points (..., 3) of the camera frame, metres -> the armature's space."""
        return self.camera + self.scale * points @ CAMERA_FROM_BLENDER


def standing_hips(skeleton: Skeleton, lengths: Array) -> Array:
    """(3,) metres: where the root joint of a person of these bone lengths (B,) is above the ground, standing."""
    if _FOOT_BONES[0] in skeleton.names:
        pose = forward_kinematics(skeleton, np.zeros(len(skeleton.angle_names)), lengths)
        return np.array([0.0, 0.0, -min(pose.tails[skeleton.names.index(name), 2] for name in _FOOT_BONES)])
    trunk = sum(lengths[skeleton.names.index(name)] for name in _TRUNK if name in skeleton.names)
    return np.array([0.0, 0.0, _HIP_HEIGHT_PER_TRUNK * trunk])


def place_at(root: Array, scale: float, motion: Motion) -> Placement:
    """The placement in which the person's median place is (3,), in a body of `scale` times the person's size.

    Where feet are seen, the height is the one at which the lower foot is on the ground most of the time.
    """
    middle = np.median(motion.translation.astype(np.float64), axis=0)
    camera = root - scale * middle @ CAMERA_FROM_BLENDER
    placement = Placement(scale, camera, scale * float(middle[2]))
    joints = motion.joints
    if _FOOT_JOINTS[0] in joints:
        feet = motion.positions[:, [joints.index(name) for name in _FOOT_JOINTS]] + motion.translation[:, None]
        heights = placement.from_camera(feet.astype(np.float64))[..., 2].min(axis=1)
        camera[2] -= np.percentile(heights, _ON_GROUND)
    return placement


def standing_root(motion: Motion) -> Array:
    """(F,3) metres, Blender's axes: the root joint of a person whose median place is `standing_hips`, feet aground."""
    placement = place_at(standing_hips(motion.skeleton, motion.lengths_of_bones()), 1.0, motion)
    return placement.from_camera(motion.translation.astype(np.float64))
