"""From what an arm does under its IK controls to keys of its own, and the controls taken away."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from dataclasses import dataclass

import bpy
from mathutils import Matrix

from ...engine.geometry.arrays import Array
from ...engine.keypoints import Side
from ..keying.curves import made_curve, remove_curves, replace_keys
from ..objects import IK_SWITCH, pose_bones
from .ik_controls import CHAIN, hand_control, own_bones, remove_controls
from .played import Played


@dataclass(frozen=True)
class Baked:
    """What the limits, or the arm's length, kept from its control."""

    missed: float
    """Metres: the farthest that a wrist stays away from its control."""
    turned: float
    """Radians: the most that a hand is turned otherwise."""


def bake(context: bpy.types.Context, played: Played, sides: list[Side]) -> Baked:
    """Key these arms as they are seen in every frame, within the limits, and remove their controls."""
    values, baked = _seen(context, played, sides)
    arms = {side.bone(part) for side in sides for part in CHAIN}
    for channel, owner in enumerate(played.owners):
        name, axis = played.skeleton.names[owner], played.channels[channel][1]
        if name in arms and channel < len(played.skeleton.freedoms):
            curve = made_curve(played.obj, name, "rotation_euler", axis, played.frames[0])
            replace_keys(curve, played.frames, values[:, channel])
    for side in sides:
        remove_curves(played.obj, own_bones(side))
        remove_controls(played.obj, side)
    return baked


def _seen(context: bpy.types.Context, played: Played, sides: list[Side]) -> tuple[Array, Baked]:
    """(F,C) float32 with the angles of these arms as Blender evaluates them, and what they miss."""
    bones, skeleton = pose_bones(played.obj), played.skeleton
    values, missed, turned = played.values.copy(), 0.0, 0.0
    columns = [
        (channel, axis, bones[skeleton.names[bone]])
        for channel, (bone, axis) in enumerate(skeleton.freedoms)
        if skeleton.names[bone] in {side.bone(part) for side in sides for part in CHAIN}
    ]
    current = context.scene.frame_current
    for row, frame in enumerate(played.frames.astype(int).tolist()):
        context.scene.frame_set(frame)
        for channel, axis, bone in columns:
            values[row, channel] = _local(bone).to_euler(bone.rotation_mode)[axis]
        for side in sides:
            hand, control = bones[side.bone("hand")], bones[hand_control(side)]
            if control[IK_SWITCH] == 1.0:
                missed = max(missed, (hand.head - control.head).length)
                turned = max(turned, (hand.matrix.inverted() @ control.matrix).to_quaternion().angle)
    context.scene.frame_set(current)
    return played.legal(values), Baked(missed, turned)


def _local(bone: bpy.types.PoseBone) -> Matrix:
    """What the bone turns, constraints included, in its own axes."""
    return bone.id_data.convert_space(pose_bone=bone, matrix=bone.matrix, from_space="POSE", to_space="LOCAL")
