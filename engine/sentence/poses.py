"""Performances taken apart and joined: poses between their frames, the way from one to another, one after the other."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..face.face import Face
from ..geometry.arrays import Array
from ..geometry.between import Between
from ..geometry.rotations import continuous_euler, euler_to_matrix, matrix_to_euler, rotation_by, rotation_vector
from ..resample import face_between
from ..retarget import Performance
from ..skeleton import Skeleton

#: Radians: a turn that leaves the limits by more is not taken.
_OUTSIDE = 1e-6
_SAME = 1e-4


def at_places(performance: Performance, places: Array) -> Performance:
    """The poses at places (N,) among the frames, linear between them, the root as a rotation."""
    between, root = Between.of(places), performance.skeleton.root_angles
    angles = between.values(performance.angles)
    angles[:, root] = between.turns(performance.angles[:, root], performance.skeleton.bones[0].order)
    return replace(
        performance,
        angles=angles,
        hips=between.values(performance.hips),
        doubts={bone: between.values(doubt) for bone, doubt in performance.doubts.items()},
        face=None if performance.face is None else face_between(performance.face, between),
    )


def on_the_way(pair: Performance, shares: Array) -> Performance:
    """From the first of two poses to the second: the poses at shares (N,) of the way, within the limits.

    The root turns about a fixed axis, and so does every ball joint whose limits allow all of that turn; of other
    joints each angle goes straight, which a box of limits always allows.
    """
    way, skeleton = at_places(pair, shares), pair.skeleton
    for name, bone in zip(skeleton.names, skeleton.bones, strict=True):
        own = skeleton.angles_of(name)
        if len(own) == 3:
            turned = _turned(pair.angles[:, own], bone.order, shares)
            if own[0] == skeleton.root_angles.start or _is_legal(skeleton, own, pair.angles[:, own], turned):
                way.angles[:, own] = turned
    return way


def joined(parts: Sequence[Performance]) -> Performance:
    """Performances of one person, one after the other, the root continuous; what any of them lacks is left out."""
    first = parts[0]
    skeleton, faces = first.skeleton, [part.face for part in parts if part.face is not None]
    angles = np.concatenate([part.angles for part in parts])
    order = skeleton.bones[0].order
    angles[:, skeleton.root_angles] = continuous_euler(angles[:, skeleton.root_angles], order)
    bones = [bone for bone in first.doubts if all(bone in part.doubts for part in parts)]
    return replace(
        first,
        angles=skeleton.clamp(angles),
        hips=np.concatenate([part.hips for part in parts]),
        doubts={bone: np.concatenate([part.doubts[bone] for part in parts]) for bone in bones},
        face=_joined_faces(faces) if len(faces) == len(parts) else None,
    )


def _joined_faces(faces: Sequence[Face]) -> Face:
    names = ("coefficients", "gaze", "seen", "covered")
    return replace(faces[0], **{name: np.concatenate([getattr(face, name) for face in faces]) for name in names})


def _turned(ends: Array, order: str, shares: Array) -> Array:
    """Euler angles (N,3) about a fixed axis from the first of (2,3) to the second."""
    first, second = euler_to_matrix(ends, order)
    whole = rotation_vector(first.T @ second)
    return matrix_to_euler(first @ rotation_by(shares[:, None] * whole), order)


def _is_legal(skeleton: Skeleton, own: list[int], ends: Array, turned: Array) -> bool:
    """Whether all of a turn is within the limits, and begins and ends as the same angles (2,3) as the poses."""
    lower, upper = skeleton.lower[own] - _OUTSIDE, skeleton.upper[own] + _OUTSIDE
    return bool(((turned >= lower) & (turned <= upper)).all() and np.abs(turned[[0, -1]] - ends).max() < _SAME)
