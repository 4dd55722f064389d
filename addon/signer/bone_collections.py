"""Bone collections: body, legs, face landmarks, left hand, right hand. Colours: left, middle, right."""

# The stubs take a bone's colour for optional.
# pyright: reportOptionalMemberAccess=false

import bpy

from ...engine.keypoints import Side
from ...engine.skeleton import Bone, Skeleton
from ..objects import armature_of

_FACE = "Face landmarks"
_GROUPS = ("Body", "Legs", _FACE, "Left hand", "Right hand")
#: sRGB of a bone as it is, selected, active: blue, red, and yellow in the middle.
_COLOURS = {
    Side.LEFT: ((0.20, 0.55, 1.00), (0.55, 0.80, 1.00), (0.80, 0.95, 1.00)),
    Side.RIGHT: ((1.00, 0.30, 0.25), (1.00, 0.60, 0.50), (1.00, 0.85, 0.80)),
    None: ((0.85, 0.70, 0.15), (1.00, 0.90, 0.45), (1.00, 0.97, 0.75)),
}
HAND_GROUPS = ("Left hand", "Right hand")
_FIRST = {"hand.L": "Left hand", "hand.R": "Right hand", "thigh.L": "Legs", "thigh.R": "Legs"}


def sort_bones(obj: bpy.types.Object, skeleton: Skeleton) -> None:
    """Put every bone into its collection and give it its side's colour; the face's landmarks start hidden.

    Empty collections are left out.
    """
    armature = armature_of(obj)
    groups = bone_groups(skeleton)
    used = set(groups.values())
    collections = {g: armature.collections.new(g) for g in _GROUPS if g in used}
    for name, group in groups.items():
        bone = armature.bones[name]
        collections[group].assign(bone)
        side = next((side for side in Side if name.endswith(side.bone(""))), None)
        bone.color.palette = "CUSTOM"
        bone.color.custom.normal, bone.color.custom.select, bone.color.custom.active = _COLOURS[side]
    if _FACE in collections:
        collections[_FACE].is_visible = False


def bone_groups(skeleton: Skeleton) -> dict[str, str]:
    """Bone name -> name of its collection."""
    groups: dict[str, str] = {}
    for bone in skeleton.bones:
        groups[bone.name] = _group(bone, groups)
    return groups


def _group(bone: Bone, groups: dict[str, str]) -> str:
    if bone.name in _FIRST:
        return _FIRST[bone.name]
    if bone.parent == "head":
        return _FACE
    return "Body" if bone.parent is None else groups[bone.parent]
