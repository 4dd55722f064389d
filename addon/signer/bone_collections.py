"""Bone collections and colours: body, legs, face landmarks, left hand, right hand."""

import bpy

from ...engine.skeleton import Bone, Skeleton
from ..objects import armature_of

_COLOURS = {
    "Body": "THEME09",
    "Legs": "THEME03",
    "Face landmarks": "THEME10",
    "Left hand": "THEME04",
    "Right hand": "THEME01",
}
HAND_GROUPS = ("Left hand", "Right hand")
_FIRST = {"hand.L": "Left hand", "hand.R": "Right hand", "thigh.L": "Legs", "thigh.R": "Legs"}


def sort_bones(obj: bpy.types.Object, skeleton: Skeleton) -> None:
    """Put every bone into its collection, which shares one colour; empty ones are left out."""
    armature = armature_of(obj)
    groups = bone_groups(skeleton)
    used = set(groups.values())
    collections = {g: armature.collections.new(g) for g in _COLOURS if g in used}
    for name, group in groups.items():
        bone = armature.bones[name]
        collections[group].assign(bone)
        bone.color.palette = _COLOURS[group]  # pyright: ignore


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
        return "Face landmarks"
    return "Body" if bone.parent is None else groups[bone.parent]
