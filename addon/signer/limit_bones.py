"""What the table's limits become in Blender: rotation order, locks and a Limit Rotation constraint."""

import bpy

from ...engine.skeleton import AXES, Bone, Skeleton
from ..objects import pose_bones


def limit_bones(obj: bpy.types.Object, skeleton: Skeleton) -> None:
    """Give every pose bone its Euler order, its locks and, the root excepted, its constraint."""
    for bone in skeleton.bones:
        pose_bone = pose_bones(obj)[bone.name]
        pose_bone.rotation_mode = bone.order  # pyright: ignore[reportAttributeAccessIssue]
        pose_bone.lock_rotation = [axis not in bone.limits for axis in AXES]
        pose_bone.lock_location = [bone.parent is not None] * 3
        pose_bone.lock_scale = [True] * 3
        if bone.limits and bone.parent is not None:
            _limit_rotation(pose_bone, bone)


def _limit_rotation(pose_bone: bpy.types.PoseBone, bone: Bone) -> None:
    """Bounds of the free axes as in the table, of the locked ones 0..0."""
    constraint = pose_bone.constraints.new("LIMIT_ROTATION")
    assert isinstance(constraint, bpy.types.LimitRotationConstraint)
    constraint.owner_space = "LOCAL"
    constraint.euler_order = "AUTO"
    constraint.use_legacy_behavior = False
    constraint.use_transform_limit = True
    for axis in AXES.lower():
        lower, upper = bone.limits.get(axis.upper(), (0.0, 0.0))
        setattr(constraint, f"use_limit_{axis}", True)
        setattr(constraint, f"min_{axis}", lower)
        setattr(constraint, f"max_{axis}", upper)
