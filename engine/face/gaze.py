"""Where eyes look in their head: from the irises between the corners and lids, and from MediaPipe's scores.

A linear model, learnt from rendered eyes (ridge regression): with what a detected iris is off, one that bends fits no
better. It sees how things differ from the middle of the clip: people mostly look at whom they sign to.
"""

from dataclasses import dataclass

import numpy as np

from ..geometry.arrays import Array, check_shapes
from ..geometry.rotations import rotation_vector
from .frontal import Frontal
from .landmarks import places
from .names import FACE_NAMES

#: Of each eye the iris's centre, inner and outer corner, two points of the upper lid and two of the lower one.
_EYES = ((473, 362, 263, 386, 385, 374, 380), (468, 133, 33, 159, 158, 145, 153))
_PARTS = ("Blink", "LookDown", "LookIn", "LookOut", "LookUp", "Squint", "Wide")
_SCORES = [FACE_NAMES.index(f"eye{part}{side}") for side in ("Left", "Right") for part in _PARTS]
EVIDENCE = 2 * 7 + len(_SCORES)


@dataclass(frozen=True)
class Sight:
    """What was learnt of looks."""

    rest: Array
    """(EVIDENCE,) of an eye that looks ahead, of nobody in particular."""
    scale: Array
    """(4 EVIDENCE + 3,) that evidence is divided by."""
    weights: Array
    """(4 EVIDENCE + 3,4) radians: yaw and pitch of the left eye, of the right one."""

    def __post_init__(self) -> None:
        count = 4 * EVIDENCE + 3
        check_shapes(self, rest=(EVIDENCE,), scale=(count,), weights=(count, 4))


def sight_evidence(face: Frontal, scores: Array) -> Array:
    """(N,EVIDENCE) of N faces with MediaPipe's scores (N,52); lengths in thirds of the eye's width."""
    found: list[Array] = []
    for iris, inner, outer, *lids in _EYES:
        centre, first, last, *edges = (face.points[:, place] for place in places(iris, inner, outer, *lids))
        width, middle = np.linalg.norm(first - last, axis=1, keepdims=True) / 3, 0.5 * (first + last)
        upper, lower = 0.5 * (edges[0] + edges[1]), 0.5 * (edges[2] + edges[3])
        own = [centre - middle, upper[:, 1:2] - middle[:, 1:2], lower[:, 1:2] - middle[:, 1:2]]
        own.append((centre - 0.5 * (upper + lower))[:, :2])
        found += [part / width for part in own]
    return np.concatenate([*found, scores[:, _SCORES]], axis=1)


def turned_evidence(evidence: Array, face: Frontal) -> Array:
    """(N,4 EVIDENCE + 3) evidence off its rest (N,EVIDENCE), by itself and by how the head is turned, and the turn."""
    turn = rotation_vector(face.rotations)
    pitch, yaw = turn[:, :1], turn[:, 1:2]
    return np.concatenate([evidence, evidence * yaw, evidence * pitch, evidence * np.abs(yaw), turn], axis=1)


def gaze_of(sight: Sight, face: Frontal, scores: Array, *, own_rest: bool) -> Array:
    """(N,2,2) radians, as `Face.gaze`, of N pictures of one person; `own_rest` where they are enough to tell theirs."""
    evidence = sight_evidence(face, scores)
    rest = np.median(evidence, axis=0) if own_rest else sight.rest
    return (turned_evidence(evidence - rest, face) / sight.scale @ sight.weights).reshape(-1, 2, 2)
