"""Our joint limits on an armature of the user's: Limit Rotation constraints that say whose they are."""

from collections.abc import Iterable

import bpy

from ...engine.retarget import MirroredLimit, Rig
from ...engine.skeleton import AXES
from ..signer.mark import pose_bones

EXACT = "Sign Mocap limit"
ENCLOSING = "Sign Mocap limit (enclosing)"


def limit_character(obj: bpy.types.Object, rig: Rig, limits: Iterable[MirroredLimit]) -> None:
    """Give the limited bones one constraint each, in place of those of an earlier call; the user's own stay.

    Ours comes first in the stack: there it meets the rotation that is keyed, of which it is known that no
    legal one is moved. Behind constraints of the user's it would undo what those add on purpose.
    """
    clear_mirrored_limits(obj)
    for limit in limits:
        constraints = pose_bones(obj)[rig.names[limit.bone]].constraints
        _limit_rotation(constraints.new("LIMIT_ROTATION"), limit)
        constraints.move(len(constraints) - 1, 0)


def clear_mirrored_limits(obj: bpy.types.Object) -> None:
    """Remove what `limit_character` made, told by its name."""
    for pose_bone in pose_bones(obj):
        for constraint in list(pose_bone.constraints):
            if constraint.type == "LIMIT_ROTATION" and constraint.name in (EXACT, ENCLOSING):
                pose_bone.constraints.remove(constraint)


def _limit_rotation(constraint: bpy.types.Constraint, limit: MirroredLimit) -> None:
    """The bounds in their own Euler order, whatever the bone's rotation mode.

    The transform tools are not limited: channels keep what the user gives them, and without the constraint
    it all shows again.
    """
    assert isinstance(constraint, bpy.types.LimitRotationConstraint)
    constraint.name = EXACT if limit.exact else ENCLOSING
    constraint.owner_space = "LOCAL"
    constraint.euler_order = limit.order  # pyright: ignore[reportAttributeAccessIssue]
    constraint.use_legacy_behavior = False
    constraint.use_transform_limit = False
    for axis, limited, lower, upper in zip(AXES.lower(), limit.limited, limit.lower, limit.upper, strict=True):
        setattr(constraint, f"use_limit_{axis}", limited)
        setattr(constraint, f"min_{axis}", lower)
        setattr(constraint, f"max_{axis}", upper)
