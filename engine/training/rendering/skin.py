"""Linear blend skinning in NumPy, with forearm and upper-arm twist spread along the bone.

Plain blending twists the whole forearm at the wrist, which pinches it. Each twisting bone is split
into steps that carry a growing share of the twist, as twist bones of production rigs do.
"""

from dataclasses import dataclass

import numpy as np

from ...geometry.arrays import Array, Index
from ...geometry.rotations import rotation_about
from ...keypoints import Side
from ..acting.figure import BONE, BONES, PARENTS, Figure
from ..acting.pose import Posed

_STEPS = 5


@dataclass(frozen=True)
class Skin:
    """Vertices bound to S bones and bone steps."""

    vertices: Array
    """(V,3) float32 at rest."""
    weights: Array
    """(V,S) float32; columns: bones that do not twist, then the steps of those that do."""
    plain: Index
    """Bones of the first columns."""
    twisting: tuple[tuple[int, int, Array], ...]
    """(bone, bone that sets the twist at the far end, or the bone itself, rest direction (3,))."""


def bind_skin(figure: Figure) -> Skin:
    """Split the arms' weights into twist steps."""
    twisting: list[tuple[int, int, Array]] = []
    columns: list[Array] = []
    for side in Side:
        for name, follower in (("upper_arm", "forearm"), ("forearm", "hand")):
            bone, end = BONE[f"{side}_{name}"], BONE[f"{side}_{follower}"]
            axis = figure.heads[end] - figure.heads[bone]
            length = np.linalg.norm(axis)
            axis = axis / length
            reach = (figure.vertices - figure.heads[bone]) @ axis / length
            place = np.clip(reach, 0, 1)[:, None] * (_STEPS - 1)
            hat = np.maximum(0.0, 1 - np.abs(place - np.arange(_STEPS)))
            columns.append(figure.weights[:, bone, None] * hat)
            twisting.append((bone, end if name == "forearm" else bone, axis))
    moving = {bone for bone, _, _ in twisting}
    plain = np.array([bone for bone in range(len(BONES)) if bone not in moving])
    weights = np.concatenate([figure.weights[:, plain], *columns], axis=1).astype(np.float32)
    return Skin(figure.vertices, weights, plain, tuple(twisting))


def twist_angle(rotation: Array, axis: Array) -> float:
    """The turn of a rotation (3,3) about a unit axis (3,): the twist of swing-twist, radians."""
    vector = np.array(
        [
            rotation[2, 1] - rotation[1, 2],
            rotation[0, 2] - rotation[2, 0],
            rotation[1, 0] - rotation[0, 1],
        ]
    )
    return 2 * float(np.arctan2(vector @ axis, 1 + np.trace(rotation)))


def skin_vertices(skin: Skin, figure: Figure, posed: Posed) -> Array:
    """World vertices (V,3) float32 of a posed figure."""
    share = np.arange(_STEPS) / (_STEPS - 1)
    rotations, bones = [posed.rotations[skin.plain]], [skin.plain]
    for bone, end, axis in skin.twisting:
        turn = posed.rotations[bone]
        if end == bone:
            relative = posed.rotations[PARENTS[bone]].T @ turn
            steps = rotation_about(axis, (share - 1) * twist_angle(relative, axis))
        else:
            steps = rotation_about(axis, share * twist_angle(turn.T @ posed.rotations[end], axis))
        rotations.append(turn @ steps)
        bones.append(np.full(_STEPS, bone))
    turns, index = np.concatenate(rotations), np.concatenate(bones)
    shift = posed.heads[index] - np.einsum("sij,sj->si", turns, figure.heads[index])
    matrices = np.concatenate([turns, shift[:, :, None]], axis=2).astype(np.float32)
    blended = (skin.weights @ matrices.reshape(len(index), 12)).reshape(-1, 3, 4)
    moved = np.einsum("vij,vj->vi", blended[:, :, :3], skin.vertices)
    return moved + blended[:, :, 3]
