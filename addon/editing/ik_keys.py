"""From keys of an arm to keys of its IK controls, so that switching to them moves nothing."""

import numpy as np

from ...engine.geometry.arrays import Array
from ...engine.geometry.rotations import continuous_quaternion, matrix_to_quaternion
from ...engine.keypoints import Side
from ...engine.skeleton import Pose, forward_kinematics
from ..keying.curves import made_curve, replace_keys
from ..objects import armature_of, pose_bones
from .ik_controls import elbow_control, hand_control, pole_direction, pole_distance
from .played import Played


def key_controls(played: Played, side: Side) -> None:
    """Put the controls of this arm where its keys have hand and elbow, in every frame of the motion."""
    pose, roots = _pose(played)
    names, lengths = played.skeleton.names, played.lengths
    upper_arm, hand = (names.index(side.bone(part)) for part in ("upper_arm", "hand"))
    pole = pose.rotations[:, upper_arm] @ pole_direction(played.skeleton, side) * pole_distance(lengths[upper_arm])
    elbow = pose.tails[:, upper_arm] + pole
    _key(played, hand_control(side), roots + pose.heads[:, hand], pose.rotations[:, hand])
    _key(played, elbow_control(side), roots + elbow, None)


def _pose(played: Played) -> tuple[Pose, Array]:
    """The pose of every frame from the root joint, and where that joint is (F,3), metres in the armature's space."""
    pose = forward_kinematics(played.skeleton, played.legal(played.values)[:, :-3].astype(np.float64), played.lengths)
    root = armature_of(played.obj).bones[played.skeleton.names[0]]
    return pose, np.array(root.head_local) + played.values[:, -3:] @ played.skeleton.rest[0].T


def _key(played: Played, name: str, places: Array, turns: Array | None) -> None:
    """Key a bone without a parent at places (F,3), and turns (F,3,3), of the armature's space."""
    rest = np.array(armature_of(played.obj).bones[name].matrix_local, dtype=np.float64)
    _fill(played, name, "location", (places - rest[:3, 3]) @ rest[:3, :3])
    if turns is not None:
        pose_bones(played.obj)[name].rotation_mode = "QUATERNION"
        _fill(played, name, "rotation_quaternion", continuous_quaternion(matrix_to_quaternion(rest[:3, :3].T @ turns)))


def _fill(played: Played, bone: str, channel: str, values: Array) -> None:
    for axis, column in enumerate(values.T):
        replace_keys(made_curve(played.obj, bone, channel, axis, played.frames[0]), played.frames, column)
