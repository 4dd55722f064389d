"""A hand's pose out of some of its 2D points, by a prior of what hands do.

Zimmermann and Brox, "Learning to Estimate 3D Hand Pose from Single RGB Images" (2017): one network tells the hand in
its canonical frame, another from where it is seen. Points may be missing. Trained by `engine/training/prior`.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Array
from ..geometry.camera import Camera
from ..geometry.rotations import CAMERA_FROM_BLENDER, matrix_to_euler, nearest_rotation, rotation_by
from ..keypoints import HAND_NAMES, Side
from ..skeleton import Skeleton, camera_positions
from .expected import Expected
from .features import prior_features
from .lift import Lift
from .networks import load_network
from .observations import Picture, PointsInSpace
from .refine import refine
from .sight import MIRROR, turned_to

#: The bone that is the unit of the prior's joints, s in Eq. 1 and 2.
REFERENCE = "f_index.01"
#: How far angles that follow from the prior's joints are off on `dev`, radians (one standard deviation): the root's
#: three, and the others.
ROOT_SPREAD, SPREAD = 0.3, 0.27
#: Angles are sought so near to those of a flat hand, radians, that joints are so near to the prior's, metres.
_FREE, _NEAR = 1.0, 0.003
#: Each time Gauss-Newton steps three times.
_TIMES = 3
_PALM = [
    HAND_NAMES.index(name) for name in ("wrist", *(f"{finger}_finger_mcp" for finger in ("index", "middle", "ring")))
]


def reference(skeleton: Skeleton, lengths: Array) -> float:
    """The length of a hand's reference bone among all (B,), metres."""
    return float(lengths[skeleton.names.index(skeleton.kind.hands[0].bone(REFERENCE))])


def two_streams(features: Array) -> NDArray[np.float32]:
    """Features (F,63) of right hands -> joints (F,21,3), from the wrist, in reference bones: w^rel = w^c R."""
    own = load_network("prior_coordinates")(features).reshape(-1, len(HAND_NAMES), 3)
    return own @ rotation_by(load_network("prior_viewpoint")(features)).astype(np.float32)


def lifted(lift: Lift, camera: Camera, network: Callable[[Array], Array] = two_streams) -> Array:
    """Joints (F,21,3) of a hand in the camera's axes, w^rel, from those of its points that weigh.

    A network sees right hands, by a camera turned to them.
    """
    seen = (lift.evidence.weights > 0).astype(np.float32)
    there, side = seen[..., None], lift.skeleton.kind.hands[0]
    middle = (lift.evidence.pixels * there).sum(1, keepdims=True) / np.maximum(there.sum(1, keepdims=True), 1.0)
    pixels = np.where(there > 0, lift.evidence.pixels, middle)
    turn, plane = turned_to(camera, pixels, slice(None), mirrored=side is Side.LEFT)
    return network(prior_features(plane, seen)) @ turn * (MIRROR if side is Side.LEFT else 1.0)


def hand_prior(lift: Lift, lengths: Array, camera: Camera) -> tuple[Array, Expected]:
    """A hand's angles (F,A), radians, by the prior, moved onto the picture as far as they are in doubt, and errors."""
    places = reference(lift.skeleton, lengths) * lifted(lift, camera)
    angles = angles_at(lift.skeleton, lift.evidence.joints, places, lengths)
    spreads = np.full(angles.shape, SPREAD, np.float32)
    spreads[:, lift.skeleton.root_angles] = ROOT_SPREAD
    return refine(lift.skeleton, angles, spreads, lengths, Picture(camera, lift.evidence))


def angles_at(skeleton: Skeleton, joints: list[int], places: Array, lengths: Array) -> Array:
    """Angles (F,A), radians, within the limits, that bring joints (N) near to places (F,N,3), metres, camera's axes."""
    flat = np.zeros((len(places), len(skeleton.freedoms)), np.float32)
    rest = camera_positions(skeleton, flat[:1], lengths)[0, joints][_PALM] @ CAMERA_FROM_BLENDER
    palm = places[:, _PALM] @ CAMERA_FROM_BLENDER
    turn = nearest_rotation((palm - palm[:, :1]).swapaxes(1, 2) @ (rest - rest[:1]))
    root = skeleton.rest[0].T @ turn @ skeleton.rest[0]
    flat[:, skeleton.root_angles] = matrix_to_euler(root, skeleton.bones[0].order)
    angles, spreads = skeleton.clamp(flat), np.full(flat.shape, _FREE)
    known = PointsInSpace(joints, places, np.ones(places.shape[:2]), _NEAR)
    for _ in range(_TIMES):
        angles, _ = refine(skeleton, angles, spreads, lengths, known)
    return angles
