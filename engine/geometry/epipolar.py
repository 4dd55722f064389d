"""Epipolar lines: how far what two cameras see is from being one point in space."""

import numpy as np

from .arrays import Array
from .camera import Extrinsics
from .rotations import cross_matrix

#: Points so far from their lines, of what they are spread by, count as no farther.
FAR = 0.15


def epipolar_distances(extrinsics: Extrinsics, rays: Array, others: Array) -> Array:
    """(...) how far rays (...,3) of one camera and of another are from meeting, on the image plane, signed.

    `extrinsics` lead from the one camera's axes to the other's; rays have z = 1. See `sampson_distances`.
    """
    return sampson_distances(cross_matrix(extrinsics.translation) @ extrinsics.rotation, rays, others)


def sampson_distances(matrix: Array, rays: Array, others: Array) -> Array:
    """(...) how far homogeneous points (...,3) of two pictures are from their lines by a matrix (3,3), signed.

    To first order (Sampson 1982; Hartley and Zisserman 2004, equation 11.9).
    """
    lines, back = rays @ matrix.T, others @ matrix
    size = np.sqrt((lines[..., :2] ** 2).sum(-1) + (back[..., :2] ** 2).sum(-1))
    return (others * lines).sum(-1) / np.maximum(size, 1e-12)


def epipolar_misfit(points: Array, others: Array, weights: Array) -> float:
    """How far points (N,2) of one picture and (N,2) of another are from being seen by any two still cameras.

    The weighted mean of the squares of their distances from their epipolar lines, none beyond FAR, for points that are
    spread by 1, by the fundamental matrix that fits them (the normalised 8-point algorithm; Hartley and Zisserman 2004,
    algorithm 11.1).
    """
    rays, across = (_spread_by_one(own, weights) for own in (points, others))
    rows = (across[:, :, None] * rays[:, None]).reshape(-1, 9)
    _, vectors = np.linalg.eigh((rows * weights[:, None]).T @ rows)
    left, sizes, right = np.linalg.svd(vectors[:, 0].reshape(3, 3))
    off = sampson_distances((left * (sizes * [1.0, 1.0, 0.0])) @ right, rays, across)
    return float((weights * np.minimum(off**2, FAR**2)).sum() / weights.sum())


def _spread_by_one(points: Array, weights: Array) -> Array:
    """(N,3) homogeneous points about their mean, one unit from it in each direction by root mean square."""
    about = points - weights @ points / weights.sum()
    size = (weights @ (about**2).sum(1) / weights.sum() / 2.0) ** 0.5
    return np.concatenate([about / max(float(size), 1e-12), np.ones((len(about), 1))], 1)
