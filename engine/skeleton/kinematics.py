"""Forward kinematics, written once for NumPy arrays and torch tensors."""

from dataclasses import dataclass
from typing import Any

from ..geometry.arrays import Array, in_blocks, namespace
from ..geometry.rotations import CAMERA_FROM_BLENDER
from .skeleton import Skeleton


@dataclass(frozen=True)
class Pose:
    """Bones in space, in Blender's axes (X left, Y back, Z up), relative to the root joint.

    rotations: (..., B, 3, 3), the columns are a bone's X, Y (along the bone) and Z axes.
    heads, tails: (..., B, 3), metres.
    axes: (..., A, 3), unit vectors that the angles turn about.
    """

    rotations: Any
    heads: Any
    tails: Any
    axes: Any


def forward_kinematics(skeleton: Skeleton, angles: Any, lengths: Any) -> Pose:
    """Angles (..., A), radians, and bone lengths (B,) or (..., B), metres -> Pose.

    Works alike on NumPy arrays and torch tensors, of any floating type. Per bone, from the root:
    R_world_bone = R_world_parent @ R_parent_bone(rest) @ R(angles), head at the parent's tail (or
    head), tail = head + length * Y. This is what Blender computes for a pose bone without location.
    """
    xp = namespace(angles)
    cos, sin = xp.cos(angles), xp.sin(angles)
    like = angles[..., :1]
    rest = [[[float(x) for x in row] for row in bone] for bone in skeleton.rest_local]
    columns: list[list[Any]] = []
    heads: list[Any] = []
    tails: list[Any] = []
    turned: dict[int, Any] = {}
    for bone, parent in enumerate(skeleton.bone_parents):
        if parent < 0:
            axes = [xp.stack([like[..., 0] * 0 + rest[bone][i][k] for i in range(3)], -1) for k in range(3)]
            head = like * 0 + xp.zeros_like(axes[0])
        else:
            x, y, z = columns[parent]
            axes = [x * rest[bone][0][k] + y * rest[bone][1][k] + z * rest[bone][2][k] for k in range(3)]
            head = heads[parent] if skeleton.at_head[bone] else tails[parent]
        for angle, axis in skeleton.turns[bone]:
            turned[angle] = axes[axis]
            c, s = cos[..., angle, None], sin[..., angle, None]
            i, j = (axis + 1) % 3, (axis + 2) % 3
            axes[i], axes[j] = axes[i] * c + axes[j] * s, axes[j] * c - axes[i] * s
        columns.append(axes)
        heads.append(head)
        tails.append(head + axes[1] * lengths[..., bone, None])
    rotations = xp.stack([xp.stack(axes, -1) for axes in columns], -3)
    about = xp.stack([turned[angle] for angle in range(len(turned))], -2)
    return Pose(rotations, xp.stack(heads, -2), xp.stack(tails, -2), about)


def joint_positions(skeleton: Skeleton, pose: Pose) -> Any:
    """Joints (..., J, 3), metres, Blender's axes, relative to the root joint."""
    at_head = [pose.heads[..., bone, :] for bone in skeleton.head_joint_bones]
    xp = namespace(pose.tails)
    both = xp.concatenate([xp.stack(at_head, -2), pose.tails], -2)
    return both[..., skeleton.joint_order, :]


def camera_positions(skeleton: Skeleton, angles: Array, lengths: Array) -> Array:
    """Joints (F,J,3) of angles (F,A) in the camera frame, metres, relative to the root joint."""

    def place(rows: Array) -> Array:
        joints = joint_positions(skeleton, forward_kinematics(skeleton, rows, lengths))
        return (joints @ CAMERA_FROM_BLENDER.T).astype(angles.dtype)

    return in_blocks(place, angles)
