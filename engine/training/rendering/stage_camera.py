"""A camera around a figure: where it stands in Blender's world, and the pinhole that it sees through."""

from dataclasses import dataclass

import numpy as np

from ...geometry.arrays import Array, check_shapes
from ...geometry.camera import Camera
from ...geometry.rotations import CAMERA_FROM_BLENDER, euler_to_matrix


@dataclass(frozen=True)
class StageCamera:
    """Where a camera is and how it sees."""

    position: Array
    """(3,) metres, Blender's world."""
    rotation: Array
    """(3,3) camera (x right, y down, z away) from world."""
    pinhole: Camera
    """Pixels from the picture's corner."""
    size: tuple[int, int]
    """Width and height in pixels; the principal point is the middle."""

    def __post_init__(self) -> None:
        check_shapes(self, position=(3,), rotation=(3, 3))

    def to_camera(self, points: Array) -> Array:
        """World points (...,3) -> camera frame (...,3), metres."""
        return (points - self.position) @ self.rotation.T


def aim_camera(target: Array, distance: float, turns: Array, focal: float, size: tuple[int, int]) -> StageCamera:
    """A camera at `distance` metres that looks at `target` (3,); `focal` in pixels.

    `turns` (3,) radians: pitch (positive looks down), yaw (positive from the signer's left), roll.
    """
    pitch, yaw, roll = turns
    around = euler_to_matrix(np.array([-pitch, 0.0, yaw]), "XYZ")
    position = target + around @ np.array([0.0, -distance, 0.0])
    tilt = euler_to_matrix(np.array([0.0, 0.0, roll]), "XYZ")
    rotation = np.linalg.multi_dot([tilt, CAMERA_FROM_BLENDER, around.T])
    pinhole = Camera(np.full(2, float(focal)), np.array(size) / 2.0)
    return StageCamera(position, rotation, pinhole, size)
