"""Poses set on an armature, and what Blender's dependency graph makes of them."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import numpy as np

from engine.skeleton import Skeleton
from tests.blender.motions import addon


def rig_of(skeleton: Skeleton) -> Skeleton:
    """The bones of the add-on's armature for a skeleton: those of the table, and the neck."""
    return addon("signer.neck").with_neck(skeleton)


def set_angles(obj: bpy.types.Object, skeleton: Skeleton, angles: np.ndarray) -> None:
    """Angles (A,) onto the rotation channels."""
    for angle, (bone, axis) in enumerate(skeleton.freedoms):
        obj.pose.bones[skeleton.names[bone]].rotation_euler[axis] = angles[angle]


def evaluated(obj: bpy.types.Object, skeleton: Skeleton) -> np.ndarray:
    """(B,4,4) pose matrices in the armature's space, as the dependency graph evaluates them."""
    bpy.context.view_layer.update()
    result = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
    return np.array([result.pose.bones[name].matrix for name in skeleton.names])


def mute_constraints(obj: bpy.types.Object, mute: bool) -> None:
    """Switch all constraints of all bones."""
    for bone in obj.pose.bones:
        for constraint in bone.constraints:
            constraint.mute = mute


def new_armature(skeleton: Skeleton, lengths: np.ndarray) -> bpy.types.Object:
    """The add-on's armature, in the open scene."""
    obj = addon("signer.armature").build_armature(skeleton, lengths.tolist(), "signer")
    bpy.context.scene.collection.objects.link(obj)
    return obj
