"""Where a VRM character looks, as the VRM add-on's exporter takes it: an object that it looks at."""

# The stubs take members of Context for methods; they lack the add-on's.
# pyright: reportAttributeAccessIssue=false, reportOptionalMemberAccess=false

from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from ..keying.actions import new_action
from ..keying.curves import fill
from ..objects import armature_of, pose_bones

#: Metres: so far away both eyes look nearly alike.
_DISTANCE = 10.0


def add_look_at(obj: bpy.types.Object, gaze: np.ndarray, frames: np.ndarray) -> None:
    """Give an armature a keyed target for the mean of its eyes' gaze (F,2,2), radians, at frames (F,).

    It is seen from the point of the head that the character looks from, as its head is in the evaluated pose. Nothing
    happens where it is no VRM 1 character.
    """
    data: Any = getattr(armature_of(obj), "vrm_addon_extension", None)
    head = data.vrm1.humanoid.human_bones.head.node.bone_name if data is not None else ""
    if head not in pose_bones(obj):
        return
    yaw, pitch = gaze.mean(axis=1).T
    looks = np.stack([np.sin(yaw) * np.cos(pitch), -np.cos(yaw) * np.cos(pitch), np.sin(pitch)], axis=1)
    rest = armature_of(obj).bones[head].matrix_local.to_3x3().inverted()
    scene, places = bpy.context.scene, np.empty((len(frames), 3))
    for place, frame, look in zip(places, frames.tolist(), looks.tolist(), strict=True):
        scene.frame_set(round(frame))
        pose = obj.matrix_world @ pose_bones(obj)[head].matrix
        eyes = pose @ Vector(data.vrm1.look_at.offset_from_head_bone)
        place[:] = eyes + (pose.to_quaternion() @ (rest @ Vector(look))) * _DISTANCE
    target = bpy.data.objects.new(f"{obj.name} looks at", None)
    scene.collection.objects.link(target)
    _, new_curve = new_action(target, target.name)
    for axis, values in enumerate(places.T):
        fill(new_curve("location", axis, "location"), frames, values)
    data.vrm1.look_at.preview_target_bpy_object = target
