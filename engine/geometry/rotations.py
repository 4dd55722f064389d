"""Rotations: Euler angles in Blender's convention, matrices, and the fixed change of frames.

Order 'XYZ' means that X is applied first: R = Rz @ Ry @ Rx (measured against Blender for all six).
"""

from typing import Any

import numpy as np

from .arrays import Array, namespace

#: Maps Blender's frame (X to a facing person's left, Y back, Z up) to the camera's
#: (x right, y down, z away). A person at zero angles faces the camera.
CAMERA_FROM_BLENDER = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
#: Maps Blender's frame to that of glTF, SMPL-X and, by custom, BVH: X to the person's left, Y up, Z to the front.
Y_UP_FROM_BLENDER = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])


def unit(vectors: Array) -> Array:
    """Vectors (...,3), or quaternions (...,4), of length 1."""
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def frame_along(direction: Array, across: Array) -> Array:
    """(3,3) columns: `across` made orthogonal to the direction, the direction (3,), their normal; unit vectors."""
    y = unit(direction)
    x = across - (across @ y) * y
    x = unit(x)
    return np.stack([x, y, np.cross(x, y)], axis=1)


def shortest_turn(start: Array, end: Array) -> Array:
    """Rotations (...,3,3) about the common normal from directions (...,3) to others less than 180 degrees away."""
    start, end = unit(start), unit(end)
    cross = cross_matrix(np.cross(start, end))
    cosine = (start * end).sum(-1)[..., None, None]
    return np.eye(3) + cross + cross @ cross / (1.0 + cosine)


def rotation_about(axes: Array, angles: Array) -> Array:
    """Rotations (...,3,3) about unit vectors (...,3) by angles (...), radians (Rodrigues' formula)."""
    cross = cross_matrix(axes)
    sine, cosine = np.sin(angles)[..., None, None], np.cos(angles)[..., None, None]
    return np.eye(3) + sine * cross + (1.0 - cosine) * (cross @ cross)


def rotation_by(vectors: Array) -> Array:
    """Rotations (...,3,3) by vectors (...,3): the axis, as long as the angle in radians; see `rotation_vector`."""
    angles = np.linalg.norm(vectors, axis=-1)
    return rotation_about(vectors / np.maximum(angles, 1e-12)[..., None], angles)


def rotation_vector(rotation: Array) -> Array:
    """Rotations (...,3,3) as vectors (...,3): the axis, as long as the angle in radians (Rodrigues)."""
    quaternion = matrix_to_quaternion(rotation)
    sine = np.linalg.norm(quaternion[..., 1:], axis=-1, keepdims=True)
    angle = 2.0 * np.arctan2(sine, quaternion[..., :1])
    return quaternion[..., 1:] * (angle / np.where(sine > 1e-12, sine, 1.0))


def slerp(first: Array, second: Array, share: float) -> Array:
    """Rotations (...,3,3) at a share, 0 to 1, of the way from the first to the second, about a fixed axis.

    Spherical linear interpolation (Shoemake 1985); of two that are 180 degrees apart it stays at the first.
    """
    turn = np.swapaxes(first, -1, -2) @ second
    # Twice the sine of the angle along the axis, and twice its cosine.
    twice = np.stack([turn[..., k, j] - turn[..., j, k] for j, k in ((1, 2), (2, 0), (0, 1))], axis=-1)
    size = np.linalg.norm(twice, axis=-1, keepdims=True)
    angle = np.arctan2(size[..., 0], np.trace(turn, axis1=-2, axis2=-1) - 1.0)
    axis = np.divide(twice, size, out=np.zeros_like(twice), where=size > 1e-12)
    return first @ rotation_about(axis, share * angle)


def cross_matrix(vectors: Any) -> Any:
    """(...,3,3) whose products with others are the cross products of vectors (...,3), also of tensors, with them."""
    xp = namespace(vectors)
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    nothing = xp.zeros_like(x)
    rows = ((nothing, -z, y), (z, nothing, -x), (-y, x, nothing))
    return xp.stack([xp.stack(row, -1) for row in rows], -2)


def in_parents(rotations: Array, parents: tuple[int, ...]) -> Array:
    """Rotations (B,3,3), each in the frame of its parent (B,); those of roots, -1, as they are."""
    return np.stack([r if p < 0 else rotations[p].T @ r for r, p in zip(rotations, parents, strict=True)])


def turn_about(axis: int, angles: Any) -> Any:
    """Rotations (..., 3, 3) about axis 0 to 2 by angles (...), radians; NumPy arrays or torch tensors."""
    xp = namespace(angles)
    cos, sin = xp.cos(angles), xp.sin(angles)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    cells = {(axis, axis): xp.ones_like(cos), (i, i): cos, (j, j): cos, (i, j): -sin, (j, i): sin}
    nothing = xp.zeros_like(cos)
    return xp.stack([xp.stack([cells.get((row, k), nothing) for k in range(3)], -1) for row in range(3)], -2)


def euler_to_matrix(angles: Any, order: str) -> Any:
    """Euler angles (..., 3), radians, indexed by axis X, Y, Z -> rotation matrices (..., 3, 3).

    NumPy arrays or torch tensors, and so `matrix_to_euler`.
    """
    first, middle, last = (turn_about(axis, angles[..., axis]) for axis in ("XYZ".index(letter) for letter in order))
    return last @ (middle @ first)


def matrix_to_euler(rotation: Any, order: str) -> Any:
    """Rotation matrices (..., 3, 3) -> Euler angles (..., 3), radians, indexed by axis X, Y, Z.

    The middle angle of `order` lies within +-90 degrees; the other two within +-180.
    """
    xp = namespace(rotation)
    first, middle, last = ("XYZ".index(letter) for letter in order)
    sign = 1.0 if (middle - first) % 3 == 1 else -1.0
    angles = {
        first: xp.arctan2(sign * rotation[..., last, middle], rotation[..., last, last]),
        middle: xp.arcsin(xp.clip(-sign * rotation[..., last, first], -1.0, 1.0)),
        last: xp.arctan2(sign * rotation[..., middle, first], rotation[..., first, first]),
    }
    return xp.stack([angles[axis] for axis in range(3)], -1)


def equivalent_euler(angles: Array, order: str) -> Array:
    """The other Euler triple (..., 3) of the same rotation, its middle angle beyond +-90 degrees."""
    other = angles + np.pi
    middle = "XYZ".index(order[1])
    other[..., middle] = np.pi - angles[..., middle]
    return other


def continuous_euler(angles: Array, order: str) -> Array:
    """The same rotations over time (F, ..., 3), each by the triple nearest to the one before it.

    Beside full turns that includes the second triple of each rotation, which a turn through the
    middle axis' 90 degrees needs; Blender's `to_euler(order, previous)` does the same.
    """
    both = np.stack([angles, equivalent_euler(angles, order)])
    result = angles.copy()
    for frame in range(1, len(angles)):
        previous, triples = result[frame - 1], both[:, frame]
        near: Array = triples + 2.0 * np.pi * np.rint((previous - triples) / (2.0 * np.pi))
        far = np.abs(near - previous).sum(-1, keepdims=True)
        result[frame] = np.where(far[1] < far[0], near[1], near[0])
    return result


def matrix_to_quaternion(rotation: Array) -> Array:
    """Rotation matrices (..., 3, 3) -> unit quaternions (..., 4), w first, w not negative.

    The eigenvector of the largest of four candidates (Shepperd 1978), never a small divisor.
    """
    xx, yy, zz = (rotation[..., i, i] for i in range(3))
    squares = np.stack([1 + xx + yy + zz, 1 + xx - yy - zz, 1 - xx + yy - zz, 1 - xx - yy + zz], -1)
    products = np.empty((*rotation.shape[:-2], 4, 4), dtype=rotation.dtype)
    products[..., range(4), range(4)] = squares
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        products[..., 0, i + 1] = products[..., i + 1, 0] = rotation[..., k, j] - rotation[..., j, k]
        products[..., j + 1, k + 1] = products[..., k + 1, j + 1] = rotation[..., k, j] + rotation[..., j, k]
    largest = squares.argmax(-1)[..., None, None]
    quaternion = unit(np.take_along_axis(products, largest, axis=-2)[..., 0, :])
    return np.where(quaternion[..., :1] < 0, -quaternion, quaternion)


def continuous_quaternion(quaternions: Array) -> Array:
    """The same rotations over time (F, ..., 4), each by the sign nearer to the one before it."""
    same = (quaternions[1:] * quaternions[:-1]).sum(-1, keepdims=True) >= 0
    signs = np.cumprod(np.where(same, 1.0, -1.0), axis=0)
    return np.concatenate([quaternions[:1], quaternions[1:] * signs])


def nearest_rotation(matrix: Any) -> Any:
    """The rotation (..., 3, 3) nearest to each matrix (..., 3, 3) in the Frobenius norm (Kabsch); also of tensors."""
    xp = namespace(matrix)
    u, _, vt = xp.linalg.svd(matrix)
    proper = xp.sign(xp.linalg.det(u @ vt))[..., None]
    return xp.concatenate([u[..., :2], u[..., 2:] * proper[..., None]], -1) @ vt
