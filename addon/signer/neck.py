"""The neck of our armature: the head's one joint of the engine's table becomes two bones, neck and head.

The neck bends and takes half of the turn, the head the other half. See docs/conventions.md for why this rule.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...engine.geometry.arrays import Array
from ...engine.skeleton import Bone, Skeleton

_HEAD = "head"
NECK = "neck"


def with_neck(skeleton: Skeleton) -> Skeleton:
    """The bones that the armature has, B+1; a skeleton without a head is returned as it is.

    Half of the turn is the head's: White and Panjabi 1990 have 40 degrees of it between atlas and axis, right below
    the skull. It is half of the way from the chest to the ears.
    """
    bones: list[Bone] = []
    for bone in skeleton.bones:
        if bone.name == _HEAD:
            half = {"Y": (bone.limits["Y"][0] / 2, bone.limits["Y"][1] / 2)}
            bone = replace(bone, length=bone.length / 2)
            bones.append(replace(bone, name=NECK, joint="skull_base", limits=bone.limits | half))
            bone = replace(bone, parent=NECK, limits=half)
        bones.append(bone)
    return replace(skeleton, bones=tuple(bones))


def split_angles(skeleton: Skeleton, angles: Array) -> Array:
    """Angles (..., A) of the table -> (..., A+1) of the armature, radians; legal ones become legal ones."""
    return _split(angles, _wholes(with_neck(skeleton).angle_names, skeleton.angle_names))


def join_angles(skeleton: Skeleton, angles: Array) -> Array:
    """Angles (..., A+1) of the armature -> (..., A) of the table, radians: the exact inverse of `split_angles`."""
    return _join(angles, _wholes(with_neck(skeleton).angle_names, skeleton.angle_names))


def split_lengths(skeleton: Skeleton, lengths: Array) -> Array:
    """Lengths (B,) of the table's bones -> (B+1,) of the armature's, metres."""
    return _split(lengths, _wholes(with_neck(skeleton).names, skeleton.names))


def join_lengths(skeleton: Skeleton, lengths: Array) -> Array:
    """Lengths (B+1,) of the armature's bones -> (B,) of the table's, metres."""
    return _join(lengths, _wholes(with_neck(skeleton).names, skeleton.names))


def _wholes(parts: Sequence[str], wholes: Sequence[str]) -> list[int]:
    """Of what each of the armature's bones, or angles, is a part: the index in the table."""
    return [wholes.index(_HEAD + part.removeprefix(NECK) if part.startswith(NECK) else part) for part in parts]


def _split(values: Array, wholes: list[int]) -> Array:
    """Every part has an equal share, exactly: a half in binary."""
    return (values[..., wholes] / np.bincount(wholes)[wholes]).astype(values.dtype)


def _join(values: Array, wholes: list[int]) -> Array:
    joined = np.zeros((*values.shape[:-1], max(wholes) + 1), values.dtype)
    np.add.at(joined.T, np.array(wholes), values.T)
    return joined
