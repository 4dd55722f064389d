"""What a lens bends, made straight: pixels as a pinhole camera would have them."""

import numpy as np

from ..geometry.arrays import Array
from ..geometry.camera import Camera

#: Until even a wide lens' corner stays where it is within a thousandth of a pixel.
ITERATIONS = 50
#: Of the model: k1, k2, p1, p2, k3, k4, k5, k6.
COEFFICIENTS = 8


def distorted(plane: Array, coefficients: Array) -> Array:
    """Points (...,2) of the image plane where a lens puts them: OpenCV's rational model (calib3d, `projectPoints`).

    `coefficients` (8,): k1, k2, p1, p2, k3, k4, k5, k6.
    """
    square, radial = _radial(plane, coefficients)
    return plane * radial + _tangential(plane, square, coefficients)


def straight(points: Array, camera: Camera, coefficients: Array, size: tuple[int, int]) -> Array:
    """Pixels (...,2) of a picture of `size` -> pixels (...,2) of the same camera with a lens that bends nothing.

    `coefficients` (8,) as of `distorted`, of which this is the inverse. Beyond the picture's edge, of which no
    calibration knows, points are moved as at the edge.
    """
    inside = np.clip(points, 0.0, np.array(size, dtype=np.float64))
    seen = camera.plane(inside)
    plane = seen
    for _ in range(ITERATIONS):
        square, radial = _radial(plane, coefficients)
        plane = (seen - _tangential(plane, square, coefficients)) / radial
    return plane * camera.focal + camera.centre + (points - inside)


def _radial(plane: Array, coefficients: Array) -> tuple[Array, Array]:
    """Squared distances (...,1) from the axis, and what they are bent by."""
    k1, k2, _, _, k3, k4, k5, k6 = coefficients
    square = (plane**2).sum(-1, keepdims=True)
    above, below = (1.0 + square * (a + square * (b + square * c)) for a, b, c in ((k1, k2, k3), (k4, k5, k6)))
    return square, above / below


def _tangential(plane: Array, square: Array, coefficients: Array) -> Array:
    p1, p2 = coefficients[2:4]
    turned = np.array([p2, p1])
    return 2.0 * plane.prod(-1, keepdims=True) * turned[::-1] + turned * (square + 2.0 * plane**2)
