"""A pinhole camera around a character: Blender's world in, OpenCV-like pixels out."""

from dataclasses import dataclass

import numpy as np

from ...geometry.arrays import Array
from ...geometry.rotations import CAMERA_FROM_BLENDER, euler_to_matrix


@dataclass(frozen=True)
class Camera:
    """Where the camera is and how it sees."""

    position: Array
    """(3,) metres, Blender's world."""
    rotation: Array
    """(3,3) camera (x right, y down, z away) from world."""
    focal: float
    """Pixels, the same for x and y."""
    size: tuple[int, int]
    """Width and height in pixels; the principal point is the middle."""

    @property
    def intrinsics(self) -> Array:
        """(4,) fx, fy, cx, cy in pixels."""
        return np.array([self.focal, self.focal, self.size[0] / 2, self.size[1] / 2])

    def to_camera(self, points: Array) -> Array:
        """World points (...,3) -> camera frame (...,3), metres."""
        return (points - self.position) @ self.rotation.T

    def project(self, points: Array) -> Array:
        """Points in the camera frame (...,3) -> pixels (...,2), the picture's corner at 0, 0."""
        return points[..., :2] / points[..., 2:] * self.focal + self.intrinsics[2:]


def aim_camera(target: Array, distance: float, turns: Array, focal: float, size: tuple[int, int]) -> Camera:
    """A camera at `distance` metres that looks at `target` (3,).

    `turns` (3,) radians: pitch (positive looks down), yaw (positive from the signer's left), roll.
    """
    pitch, yaw, roll = turns
    around = euler_to_matrix(np.array([-pitch, 0.0, yaw]), "XYZ")
    position = target + around @ np.array([0.0, -distance, 0.0])
    tilt = euler_to_matrix(np.array([0.0, 0.0, roll]), "XYZ")
    rotation = np.linalg.multi_dot([tilt, CAMERA_FROM_BLENDER, around.T])
    return Camera(position, rotation, focal, size)
