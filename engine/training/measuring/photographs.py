"""Do different photographs of one handshape give one 3D hand? By our engine and by MediaPipe's guesses."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ...geometry.arrays import Array, Mask, check_shapes
from ...keypoints import HAND_NAMES
from ...options import TrackOptions
from ...track import motion_from_keypoints
from ..photographs import Photographs, still
from .alignment import align
from .markdown import number, percent, table
from .scores import percentile

#: Every hand is compared at this distance from the wrist to the middle finger's knuckle, centimetres.
METACARPAL = 9.0
_WRIST, _KNUCKLE = HAND_NAMES.index("wrist"), HAND_NAMES.index("middle_finger_mcp")
#: The photographed hand is a right one; its side is told, as a user who knows it does.
_OPTIONS = TrackOptions(hands_only=True, side="right")


@dataclass(frozen=True)
class LiftedPhotographs:
    """What the engine makes of each photograph by itself."""

    joints: Array
    """(N,V,21,3) metres, camera frame; 0 where no hand is found."""
    reprojection: Array
    """(N,V,21) distance of each joint in the picture from its detected point, in sides of the hand's box."""

    def __post_init__(self) -> None:
        shape = (*self.reprojection.shape[:2], len(HAND_NAMES))
        check_shapes(self, joints=(*shape, 3), reprojection=shape)


def lift_photographs(photographs: Photographs) -> LiftedPhotographs:
    """Lift every photograph by itself along the public path."""
    joints, box = np.zeros((*photographs.points.shape[:3], 3)), photographs.box
    reprojection = np.zeros(joints.shape[:3])
    for at in zip(*np.nonzero(photographs.found), strict=True):
        motion = motion_from_keypoints(still(photographs, at), _OPTIONS)
        order = [motion.joints.index(f"right_hand_{name}") for name in HAND_NAMES]
        joints[at] = motion.positions[0, order]
        placed = joints[at] + motion.translation[0]
        reprojection[at] = np.linalg.norm(motion.camera.project(placed) - photographs.points[at], axis=-1) / box[at]
    return LiftedPhotographs(joints, reprojection)


def disagreement(joints: Array, found: Mask) -> dict[tuple[int, int], Array]:
    """Distances (pairs found, 21), cm, between the joints (N,V,21,3) of two views of one handshape, by views.

    Hands are scaled to a METACARPAL and turned and moved onto each other.
    """
    distances: dict[tuple[int, int], Array] = {}
    for a, b in combinations(range(found.shape[1]), 2):
        first, second = (_scaled(joints[found[:, a] & found[:, b], view]) for view in (a, b))
        distances[a, b] = np.linalg.norm(align(first, second, rotate=True, scale=False) - second, axis=-1)
    return distances


def _scaled(joints: Array) -> Array:
    length = np.linalg.norm(joints[:, _KNUCKLE] - joints[:, _WRIST], axis=-1)
    return joints * (METACARPAL / length)[:, None, None]


@dataclass(frozen=True)
class Consistency:
    """How one way to 3D does on photographs."""

    name: str
    apart: Array
    """Centimetres between the joints of two views of one handshape, over all pairs found."""
    reprojection: Array
    """Shares of the hand's box between joints in the picture and detected points; NaN if it has no place there."""
    answered: float
    """Share of the photographs in which a hand is found."""


def compare(photographs: Photographs) -> tuple[Consistency, ...]:
    """Our engine, then MediaPipe's guesses."""
    lifted, found = lift_photographs(photographs), photographs.found
    exact = np.zeros(1)
    return tuple(
        Consistency(name, np.concatenate(list(disagreement(joints, found).values())), in_picture, float(found.mean()))
        for name, joints, in_picture in (
            ("ours", lifted.joints, lifted.reprojection[found]),
            ("MediaPipe image x, y, z", photographs.image, exact),
            ("MediaPipe image x, y, world z", photographs.mixed, exact),
            ("MediaPipe world", photographs.world, np.full(1, np.nan)),
        )
    )


def by_method(methods: tuple[Consistency, ...]) -> Iterator[str]:
    """A table of all ways to 3D."""
    rows: list[list[str]] = []
    for method in methods:
        apart, flat = method.apart, method.reprojection
        cells = [number(percentile(apart)), number(float(apart.mean())), percent(percentile(flat))]
        rows.append([method.name, *cells, percent(float(flat.mean())), percent(method.answered)])
    yield from table(["", "views disagree, cm: median", "mean", "2D, of the box: median", "mean", "answered"], rows)
