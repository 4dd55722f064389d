"""What is known of where joints are, and how far off joints are from it: in pictures, and in space."""

from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Array, check_shapes
from ..geometry.camera import Camera, Extrinsics, place_in_camera
from ..keypoints import Evidence

#: Nobody is nearer to the camera than this, metres.
NEAR = 0.2


class Observation(Protocol):
    """Joints of a skeleton observed over F frames, told in the axes of one camera: x right, y down, z away."""

    @property
    def joints(self) -> list[int]:
        """(N) which of the skeleton's."""
        ...

    @property
    def weights(self) -> Array:
        """(F,N) from 0 (not seen) to 1."""
        ...

    def rows(self, frames: NDArray[Any]) -> Self:
        """The same in some of the frames."""
        ...

    def place(self, joints: Array) -> Array:
        """(F,3) metres: where the root is for joints (F,N,3), relative to it, to fit best."""
        ...

    def compare(self, joints: Array, motion: Array, root: Array) -> tuple[Array, Array]:
        """Residuals (F,N,D) of joints (F,N,3), in deviations, and their slopes (F,N,C,D) of motions (F,N,C,3).

        `root` (F,3) is where the root is; all in metres.
        """
        ...


@dataclass(frozen=True)
class Picture:
    """Joints seen by a camera."""

    camera: Camera
    evidence: Evidence
    extrinsics: Extrinsics | None = None
    """Of the camera, where the axes are not its own."""

    @property
    def joints(self) -> list[int]:
        """(N) which of the skeleton's."""
        return self.evidence.joints

    @property
    def weights(self) -> Array:
        """(F,N) from 0 (not seen) to 1."""
        return self.evidence.weights

    def rows(self, frames: NDArray[Any]) -> Self:
        """The same in some of the frames."""
        return replace(self, evidence=self.evidence.rows(frames))

    def place(self, joints: Array) -> Array:
        """Where they project onto the points: see `place_in_camera`."""
        if self.extrinsics is not None:
            joints = self.extrinsics.turn(joints)
        place = place_in_camera(joints, self.evidence.pixels, self.evidence.weights, self.camera)
        return place if self.extrinsics is None else self.extrinsics.back(place)

    def compare(self, joints: Array, motion: Array, root: Array) -> tuple[Array, Array]:
        """In the picture, D = 2: there `trust` metres at the root's distance are one deviation."""
        if self.extrinsics is not None:
            joints, root = self.extrinsics.move(joints), self.extrinsics.move(root)
            motion = self.extrinsics.turn(motion)
        depth = np.maximum(joints[..., 2:], NEAR / 2)
        seen = joints[..., :2] / depth
        scale = np.maximum(root[:, None, 2:], NEAR) / np.float32(self.evidence.trust)
        slope = (motion[..., :2] - seen[:, :, None] * motion[..., 2:]) * (scale / depth)[..., None]
        return (self.camera.plane(self.evidence.pixels).astype(np.float32) - seen) * scale, slope


@dataclass(frozen=True)
class PointsInSpace:
    """Joints known in space."""

    joints: list[int]
    """(N) which of the skeleton's."""
    points: Array
    """(F,N,3) metres."""
    weights: Array
    """(F,N) from 0 (not known) to 1."""
    trust: float
    """Standard deviation of a point, metres."""

    def __post_init__(self) -> None:
        count = (len(self.points), len(self.joints))
        check_shapes(self, points=(*count, 3), weights=count)

    def rows(self, frames: NDArray[Any]) -> Self:
        """The same in some of the frames."""
        return replace(self, points=self.points[frames], weights=self.weights[frames])

    def place(self, joints: Array) -> Array:
        """Where they lie on the points, least squares."""
        weights = self.weights[..., None]
        return ((self.points - joints) * weights).sum(1) / np.maximum(weights.sum(1), 1e-9)

    def compare(self, joints: Array, motion: Array, root: Array) -> tuple[Array, Array]:
        """In space, D = 3, wherever the root is."""
        del root
        trust = np.float32(self.trust)
        return (self.points.astype(np.float32) - joints) / trust, motion / trust
