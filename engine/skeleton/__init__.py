"""The kinematic tree, its parts that the networks see, and forward kinematics."""

from .kind import Kind
from .kinematics import Pose, camera_positions, forward_kinematics, joint_positions
from .parts import body_skeleton, hand_skeleton, legs_skeleton, load_skeleton
from .skeleton import AXES, Skeleton
from .table import Bone

__all__ = [
    "AXES",
    "Bone",
    "Kind",
    "Pose",
    "Skeleton",
    "body_skeleton",
    "camera_positions",
    "forward_kinematics",
    "hand_skeleton",
    "joint_positions",
    "legs_skeleton",
    "load_skeleton",
]
