"""The mix of looks that comes nearest to a face, judged by how far the face's surface moves."""

from functools import cache
from pathlib import Path

import numpy as np

from ...geometry.arrays import Array

SURFACE = Path(__file__).with_name("surface.npz")
#: The mix is found when no amount changes by more than this, or after so many rounds: keys that look nearly alike
#: trade amounts for long without a change that is seen.
_FOUND, _ROUNDS = 1e-5, 300


@cache
def surface_products() -> Array:
    """(52,52) inner products of how far each two coefficients at 1 move the points of a head; see `face_shapes`."""
    with np.load(SURFACE, allow_pickle=False) as arrays:
        return arrays["products"].astype(np.float64)


def mixed(looks: Array, wanted: Array, lower: Array, upper: Array) -> Array:
    """Amounts (F,K) of looks (52,K), within bounds (K,), whose sum moves the surface most like `wanted` (F,52).

    Least squares within a box by cyclic coordinate descent (Wright 2015, "Coordinate descent algorithms", algorithm 2),
    from none of all: of looks that are alike those before others take what there is to take.
    """
    products = looks.T @ surface_products()
    return boxed_least_squares(products @ looks, wanted @ products.T, lower, upper)


def boxed_least_squares(normal: Array, right: Array, lower: Array, upper: Array) -> Array:
    """(F,K) the least x normal x / 2 - x right for normal (K,K) and right (F,K), between bounds (K,)."""
    found = np.zeros_like(right)
    moving = [k for k in range(len(normal)) if normal[k, k] > 0]
    for _ in range(_ROUNDS):
        change = 0.0
        for k in moving:
            step = (right[:, k] - found @ normal[:, k]) / normal[k, k]
            value = np.clip(found[:, k] + step, lower[k], upper[k])
            change = max(change, float(np.abs(value - found[:, k]).max(initial=0.0)))
            found[:, k] = value
        if change < _FOUND:
            break
    return found
