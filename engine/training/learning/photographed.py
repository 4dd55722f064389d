"""Photographed hands as training samples: known handshapes, and how the detector sees them in turned photographs."""

from math import radians
from pathlib import Path

import numpy as np
import torch

from ...geometry.arrays import Array
from ...geometry.camera import Camera, turn_to_axis, turned
from ...geometry.rotations import CAMERA_FROM_BLENDER
from ...options import HAND_FOV
from ...skeleton import hand_skeleton
from ..fitting.fit import fit_hands
from ..turned import TURNED, Turned, load_turned
from .detector_errors import CAMERA, Observed, hand_errors

#: From the camera to a photographed hand, metres: only perspective depends on it, and the known shapes have none.
DISTANCE = 0.5
#: Mean error of a picture's points, in the hand's radii, that means another hand: nothing to learn from.
ASTRAY = 0.5


def photographed_hands(path: Path = TURNED) -> Observed:
    """Every turned photograph as the detector sees it, wrongly detected ones left out."""
    known = load_turned(path)
    joints = known.joints @ CAMERA_FROM_BLENDER
    one = np.zeros(len(joints), np.int64)  # man, and size
    fitted = fit_hands((joints - joints[:, :1]).astype(np.float32), one, one)
    rest = torch.as_tensor(hand_skeleton().rest[0]).float()
    views = CAMERA.T @ torch.as_tensor(known.view).float() @ CAMERA
    root = rest.T @ views @ rest @ torch.as_tensor(fitted.root[known.shape])
    angles, lengths = (torch.as_tensor(values[known.shape]) for values in (fitted.angles, fitted.lengths))
    distance = torch.full((len(root),), DISTANCE)
    plane, depth = (torch.as_tensor(values).float() for values in _seen(known))
    errors = hand_errors((plane, depth), root, angles, lengths, distance)
    hands = Observed(torch.as_tensor(known.shape), root, angles, lengths, torch.ones(len(root)), distance, *errors)
    return hands.rows(errors[0].norm(dim=-1).mean(1) < ASTRAY)


def _seen(known: Turned) -> tuple[Array, Array]:
    """Points (M,21,2) on the image plane of a camera turned to the hand, and depths (M,21) of its unit."""
    planes, depths = np.empty(known.points.shape), np.empty(known.depth.shape)
    for row, side in enumerate(known.side.tolist()):
        camera = Camera.assumed((side, side), radians(HAND_FOV))
        rays = camera.rays(known.points[row : row + 1].astype(np.float64))
        planes[row] = turned(rays, turn_to_axis(rays.mean(1)))[0]
        depths[row] = known.depth[row] / camera.focal[0]
    return planes, depths
