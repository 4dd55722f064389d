"""A pinhole camera: pixels and rays, a turn of the camera to what it looks at, and where a body stands before it."""

from dataclasses import dataclass

import numpy as np

from .arrays import Array, Mask, check_shapes, frames_near, solve
from .rotations import unit

#: Nobody is nearer to the camera than this, metres, nor so many times farther or nearer for a moment.
NEAREST, FLUNG = 0.1, 1.5
#: Seconds to each side that tell where somebody is.
AROUND = 0.5


@dataclass(frozen=True, eq=False)
class Camera:
    """How a camera sees, in its own axes: x right, y down, z away; pixels of the upright picture."""

    focal: Array
    """(...,2) focal lengths fx, fy, pixels; several cameras broadcast against the points that they see."""
    centre: Array
    """(...,2) the principal point cx, cy, pixels."""

    def __post_init__(self) -> None:
        shape = (*self.focal.shape[:-1], 2)
        check_shapes(self, focal=shape, centre=shape)

    @classmethod
    def of(cls, numbers: Array) -> "Camera":
        """From fx, fy, cx, cy (...,4), pixels."""
        return cls(numbers[..., :2], numbers[..., 2:])

    @classmethod
    def assumed(cls, size: tuple[int, int], fov: float | None, corner: tuple[int, int] = (0, 0)) -> "Camera":
        """For a picture of size (width, height), from the angle of view along its longer side, radians.

        `corner` is where the picture begins in a larger one that it is shown in, pixels. Without an angle
        the focal length equals the longer side: 53 degrees, between a telephone's 60 to 70 and a studio
        camera's 30 to 40.
        """
        longer = float(max(size))
        focal = longer if fov is None else longer / (2.0 * np.tan(fov / 2.0))
        return cls(np.array([focal, focal]), np.array([corner[0] + size[0] / 2.0, corner[1] + size[1] / 2.0]))

    @property
    def numbers(self) -> Array:
        """(...,4) fx, fy, cx, cy, pixels."""
        return np.concatenate([self.focal, self.centre], -1)

    def plane(self, points: Array) -> Array:
        """Pixels (...,2) -> the image plane (...,2) one unit away."""
        return (points - self.centre) / self.focal

    def rays(self, points: Array) -> Array:
        """Pixels (...,2) -> rays (...,3) with z = 1."""
        plane = self.plane(points)
        return np.concatenate([plane, np.ones_like(plane[..., :1])], -1)

    def project(self, points: Array) -> Array:
        """Points (...,3) of the camera's axes -> pixels (...,2)."""
        return points[..., :2] / points[..., 2:] * self.focal + self.centre


@dataclass(frozen=True, eq=False)
class Extrinsics:
    """Where a camera stands: from the axes that points are told in to its own."""

    rotation: Array
    """(3,3)."""
    translation: Array
    """(3,) metres."""

    def __post_init__(self) -> None:
        check_shapes(self, rotation=(3, 3), translation=(3,))

    def turn(self, vectors: Array) -> Array:
        """Directions (...,3) in the camera's axes."""
        return vectors @ self.rotation.T.astype(vectors.dtype)

    def move(self, points: Array) -> Array:
        """Points (...,3) in the camera's axes."""
        return self.turn(points) + self.translation.astype(points.dtype)

    def back(self, points: Array) -> Array:
        """Points (...,3) of the camera's axes in those that points are told in."""
        return (points - self.translation.astype(points.dtype)) @ self.rotation.astype(points.dtype)

    def after(self, other: "Extrinsics") -> "Extrinsics":
        """From the axes that the other one leads from, where it leads to those that this one leads from."""
        return Extrinsics(self.rotation @ other.rotation, self.move(other.translation))

    @property
    def inverse(self) -> "Extrinsics":
        """Back from the camera's axes."""
        return Extrinsics(self.rotation.T, -self.rotation.T @ self.translation)

    def scaled(self, scale: float) -> "Extrinsics":
        """The same where everything is so many times as large."""
        return Extrinsics(self.rotation, self.translation * scale)


def turn_to_axis(directions: Array) -> Array:
    """The smallest rotations (F,3,3) that bring directions (F,3), camera frame, onto the optical axis.

    A hand beside the optical axis is seen from its side; after this turn, orientation no longer
    depends on where in the picture it is.
    """
    z = unit(directions)
    x, y, w = z[:, 0], z[:, 1], z[:, 2]
    k = 1.0 / (1.0 + w)
    rows = [[1 - x * x * k, -x * y * k, -x], [-x * y * k, 1 - y * y * k, -y], [x, y, w]]
    return np.stack([np.stack(row, -1) for row in rows], -2)


def turned(rays: Array, rotation: Array) -> Array:
    """Rays (F,N,3) in the turned camera, as points (F,N,2) of its image plane."""
    rotated = rays @ np.swapaxes(rotation, -1, -2)
    return rotated[..., :2] / rotated[..., 2:]


def likely_places(depth: Array, time: Array) -> Mask:
    """(F,) whether a body at a depth (F,), metres, at times (F,), s, can be there: before the camera, and not flung.

    Nobody is for a moment FLUNG times farther or nearer than within AROUND it.
    """
    ahead = depth > NEAREST
    around = np.full(len(depth), np.nan)
    for frame, near in enumerate(frames_near(time, AROUND)):
        there = depth[near][ahead[near]]
        around[frame] = np.median(there) if len(there) else np.nan
    return ahead & (np.abs(np.log(np.where(ahead, depth, 1.0) / around)) < np.log(FLUNG))


def place_in_camera(positions: Array, points: Array, weights: Array, camera: Camera) -> Array:
    """Translations (F,3), metres, that project positions (F,N,3) best onto points (F,N,2) pixels.

    `positions` in the camera frame, relative to the root joint; weights (F,N). See `place_equations`.
    """
    return solve_place(*place_equations(positions, points, weights, camera))


def place_equations(
    positions: Array, points: Array, weights: Array, camera: Camera, extrinsics: Extrinsics | None = None
) -> tuple[Array, Array]:
    """Normal matrices (F,3,3) and right sides (F,3) of what `place_in_camera` solves; those of several cameras add up.

    Linear least squares in the ray equations x + tx = u (z + tz), y + ty = v (z + tz) with weights. Positions and
    places are told in the camera's axes, or in those that `extrinsics` lead from.
    """
    plane = camera.plane(points)
    rows = np.zeros((*plane.shape, 3))
    rows[..., 0, 0] = rows[..., 1, 1] = 1.0
    rows[..., 2] = -plane
    moved = positions if extrinsics is None else extrinsics.move(positions)
    right = plane * moved[..., 2:] - moved[..., :2]
    if extrinsics is not None:
        rows = rows @ extrinsics.rotation
    rows *= weights[..., None, None]
    right *= weights[..., None]
    rows = rows.reshape(len(rows), -1, 3)
    right = right.reshape(len(right), -1)
    transposed = np.swapaxes(rows, -1, -2)
    return transposed @ rows, (transposed @ right[..., None])[..., 0]


def solve_place(normal: Array, right: Array) -> Array:
    """Places (F,3), metres, of such equations; what none of them tells is 0."""
    return solve(normal + 1e-9 * np.eye(3), right)


def aim_in_camera(positions: Array, points: Array, weights: Array, camera: Camera, depth: Array) -> Array:
    """The x and y (F,2), metres, of what `place_in_camera` gives, where the depth (F,1) is known."""
    wanted = camera.plane(points) * (positions[..., 2:] + depth[:, None]) - positions[..., :2]
    weighed = weights[..., None] ** 2
    return (wanted * weighed).sum(1) / (weighed.sum(1) + 1e-9)
