"""The kinematic tree, its parts that the networks see, and forward kinematics."""

from .kinematics import Pose, camera_positions, forward_kinematics, joint_positions
from .skeleton import (
    AXES,
    FULL_BODY,
    UPPER_BODY,
    Skeleton,
    body_skeleton,
    forearm,
    hand_root,
    hand_skeleton,
    legs_skeleton,
    load_skeleton,
)
from .table import Bone

__all__ = [
    "AXES",
    "FULL_BODY",
    "UPPER_BODY",
    "Bone",
    "Pose",
    "Skeleton",
    "body_skeleton",
    "camera_positions",
    "forearm",
    "forward_kinematics",
    "hand_root",
    "hand_skeleton",
    "joint_positions",
    "legs_skeleton",
    "load_skeleton",
]
