"""The generated armature: one Blender bone per bone of the table, two for the head, at rest exactly in its frame."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import bpy
import numpy as np
from mathutils import Matrix

from ...engine.placement import standing_hips
from ...engine.skeleton import Skeleton, forward_kinematics
from ..objects import armature_of
from .bone_collections import sort_bones
from .bone_shapes import shape_bones
from .limit_bones import limit_bones
from .mark import mark
from .neck import split_lengths, with_neck


def build_armature(skeleton: Skeleton, lengths: Sequence[float], name: str) -> bpy.types.Object:
    """An armature object, linked to no scene, for a person of these bone lengths (B,), metres.

    Its origin is the ground below the hips (the wrist for a single hand) and it faces -Y.
    """
    obj = bpy.data.objects.new(name, bpy.data.armatures.new(name))
    whole = np.asarray(lengths, dtype=np.float64)
    rig = with_neck(skeleton)
    with edit_bones_of(obj) as edit_bones:
        _add_bones(edit_bones, rig, split_lengths(skeleton, whole), standing_hips(skeleton, whole))
    mark(obj, skeleton, lengths)
    obj.show_in_front = True
    limit_bones(obj, rig)
    sort_bones(obj, rig)
    shape_bones(obj, rig)
    return obj


def _add_bones(edit_bones: bpy.types.ArmatureEditBones, rig: Skeleton, lengths: np.ndarray, hips: np.ndarray) -> None:
    pose = forward_kinematics(rig, np.zeros(len(rig.angle_names)), lengths)
    for b, (bone, parent) in enumerate(zip(rig.bones, rig.bone_parents, strict=True)):
        edit_bone = edit_bones.new(bone.name)
        edit_bone.length = lengths[b]
        frame = np.eye(4)
        frame[:3, :3] = rig.rest[b]
        frame[:3, 3] = pose.heads[b] + hips
        edit_bone.matrix = Matrix(frame.tolist())
        if parent >= 0:
            edit_bone.parent = edit_bones[rig.names[parent]]
            edit_bone.use_connect = not bone.at_head
        # Blender rounds the roll that it reads from a matrix more than one that it is given.
        left = rig.rest[b].T @ np.array(edit_bone.matrix.to_3x3(), dtype=np.float64)
        edit_bone.roll -= (left[0, 2] - left[2, 0]) / 2


@contextmanager
def edit_bones_of(obj: bpy.types.Object) -> Iterator[bpy.types.ArmatureEditBones]:
    """Edit bones in a scene of their own: the user's mode, selection and scene stay as they are."""
    mode = obj.mode
    scene = bpy.data.scenes.new(obj.name)
    try:
        scene.collection.objects.link(obj)
        layer = scene.view_layers[0]
        layer.objects.active = obj
        with bpy.context.temp_override(scene=scene, view_layer=layer, active_object=obj, object=obj):
            bpy.ops.object.mode_set(mode="EDIT")
            yield armature_of(obj).edit_bones
            bpy.ops.object.mode_set(mode=mode)
    finally:
        bpy.data.scenes.remove(scene)
