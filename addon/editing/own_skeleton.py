"""The skeleton of an armature of ours as it is now: every bone that it has, its own limits and lengths."""

from dataclasses import replace

import bpy
import numpy as np

from ...engine.errors import InputError
from ...engine.skeleton import AXES, Bone, Kind, Skeleton, load_skeleton
from ..objects import MARK, armature_of, pose_bones

_SAME_POINT = 1e-4  # metres
_EULER_ORDERS = ("XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX")


def own_skeleton(obj: bpy.types.Object) -> Skeleton:
    """Its bones that deform, parents first; controls do not deform. Raises InputError where bones were changed.

    An angle's limits are those of the bone's Limit Rotation, one float32 inside; without one it has none.
    """
    own = [pose_bones(obj)[bone.name] for bone in armature_of(obj).bones if bone.use_deform]
    for pose_bone in own:
        if pose_bone.rotation_mode not in _EULER_ORDERS or not _is_joined(pose_bone.bone):
            raise InputError(f"The bone {pose_bone.name!r} of {obj.name!r} was changed; import to a new armature.")
    return replace(load_skeleton(Kind(obj[MARK]["skeleton"])), bones=tuple(_bone(pose_bone) for pose_bone in own))


def _is_joined(bone: bpy.types.Bone) -> bool:
    """Whether it starts at an end of its parent, where it has one."""
    parent = bone.parent
    return parent is None or min(_apart(bone, parent.head_local), _apart(bone, parent.tail_local)) < _SAME_POINT


def _bone(pose_bone: bpy.types.PoseBone) -> Bone:
    bone, parent = pose_bone.bone, pose_bone.bone.parent
    locked = dict(zip(AXES, pose_bone.lock_rotation, strict=True))
    return Bone(
        name=bone.name,
        parent=None if parent is None else parent.name,
        joint=bone.name,
        head_joint=None if parent is not None else f"head of {bone.name}",
        at_head=parent is not None and _apart(bone, parent.head_local) < _apart(bone, parent.tail_local),
        rest=np.array(bone.matrix_local.to_3x3(), dtype=np.float64),
        length=bone.length,
        order=pose_bone.rotation_mode,
        limits={axis: _limits(pose_bone, axis) for axis in AXES if not locked[axis]},
    )


def _apart(bone: bpy.types.Bone, point: object) -> float:
    return (bone.head_local - point).length  # pyright: ignore[reportOperatorIssue]


def _limits(pose_bone: bpy.types.PoseBone, axis: str) -> tuple[float, float]:
    """Radians."""
    for constraint in pose_bone.constraints:
        if isinstance(constraint, bpy.types.LimitRotationConstraint):
            bounds = (np.float32(getattr(constraint, f"{end}_{axis.lower()}")) for end in ("min", "max"))
            lower, upper = bounds
            return float(np.nextafter(lower, upper)), float(np.nextafter(upper, lower))
    return -np.pi, np.pi
