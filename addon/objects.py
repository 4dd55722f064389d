"""Armature objects: their data, and which of them Sign Mocap made. Light: imported at registration."""

import bpy

from ..engine.errors import InputError

MARK = "sign_mocap"
#: Custom property of the controls of hands' IK: 1 follows them, 0 the arm's keys.
IK_SWITCH = "IK"


def is_ours(obj: bpy.types.Object | None) -> bool:
    """Whether Sign Mocap made this armature and it can be keyed."""
    return obj is not None and obj.type == "ARMATURE" and MARK in obj and obj.is_editable


def is_character(obj: bpy.types.Object | None) -> bool:
    """Whether this is an armature that Sign Mocap did not make."""
    return obj is not None and obj.type == "ARMATURE" and MARK not in obj


def armature_of(obj: bpy.types.Object) -> bpy.types.Armature:
    """The armature data of an armature object."""
    assert isinstance(obj.data, bpy.types.Armature)
    return obj.data


def pose_bones(obj: bpy.types.Object) -> "bpy.types.bpy_prop_collection[bpy.types.PoseBone]":
    """The pose bones of an armature object."""
    assert obj.pose is not None
    return obj.pose.bones


def obstacle(obj: bpy.types.Object) -> str:
    """What an armature is in that keeps keys from showing, and how to leave it; empty where nothing does."""
    data = obj.animation_data
    if armature_of(obj).is_editmode:
        return "is in Edit Mode; leave it first"
    if armature_of(obj).pose_position == "REST":
        return "is in Rest Position; set it to Pose Position first"
    if data is not None and data.use_tweak_mode:
        return "has an NLA strip in tweak mode; leave that first"
    if data is not None and any(track.is_solo for track in data.nla_tracks):
        return "plays one NLA track alone; switch off that track's star first"
    return ""


def check_fk(obj: bpy.types.Object) -> None:
    """Raise InputError where an armature of ours has IK controls, so that its arms do not show their keys."""
    if is_ours(obj) and any(IK_SWITCH in bone for bone in pose_bones(obj)):
        raise InputError(f"{obj.name!r} has IK controls; bake them to FK first.")


def selected_armatures(context: bpy.types.Context) -> list[bpy.types.Object]:
    """The active armature and the selected ones, the active one first."""
    chosen = dict.fromkeys([context.active_object, *context.selected_objects])
    return [obj for obj in chosen if obj is not None and obj.type == "ARMATURE"]


def deformed_meshes(obj: bpy.types.Object) -> list[bpy.types.Object]:
    """The mesh objects with an Armature modifier of this armature."""

    def is_deformed(mesh: bpy.types.Object) -> bool:
        modifiers = [m for m in mesh.modifiers if isinstance(m, bpy.types.ArmatureModifier)]
        return mesh.type == "MESH" and any(modifier.object == obj for modifier in modifiers)

    return [mesh for mesh in bpy.data.objects if is_deformed(mesh)]


def whole_of(obj: bpy.types.Object) -> set[bpy.types.Object]:
    """An armature, and all that it deforms or carries."""
    return {obj, *deformed_meshes(obj), *obj.children_recursive}
