"""Epipolar lines: how far what two cameras see is from being one point in space."""

import numpy as np

from .arrays import Array
from .camera import Extrinsics
from .rotations import cross_matrix


def epipolar_distances(extrinsics: Extrinsics, rays: Array, others: Array) -> Array:
    """(...) how far rays (...,3) of one camera and of another are from meeting, on the image plane, signed.

    `extrinsics` lead from the one camera's axes to the other's; rays have z = 1. To first order (Sampson 1982; Hartley
    and Zisserman 2004, equation 11.9).
    """
    essential = cross_matrix(extrinsics.translation) @ extrinsics.rotation
    lines, back = rays @ essential.T, others @ essential
    size = np.sqrt((lines[..., :2] ** 2).sum(-1) + (back[..., :2] ** 2).sum(-1))
    return (others * lines).sum(-1) / np.maximum(size, 1e-12)
