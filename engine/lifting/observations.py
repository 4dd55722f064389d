"""What is known of where joints are, and how far off joints are from it: in pictures, and in space."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Array, check_shapes
from ..geometry.camera import Camera, Extrinsics, place_equations, solve_place
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

    def of_joints(self, joints: list[int]) -> "Observation":
        """The same of joints (N) that are numbered otherwise, as in another skeleton."""
        ...

    def scaled(self, scale: float) -> "Observation":
        """The same where everything is so many times as large."""
        ...

    def place(self, joints: Array) -> tuple[Array, Array]:
        """Normal matrices (F,3,3) and right sides (F,3) of where the root is, metres, for joints (F,N,3) to fit best.

        Joints are relative to the root; those of several observations, in deviations, add up, see `solve_place`.
        """
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

    def of_joints(self, joints: list[int]) -> "Picture":
        """The same of joints (N) that are numbered otherwise, as in another skeleton."""
        return replace(self, evidence=replace(self.evidence, joints=joints))

    def scaled(self, scale: float) -> "Picture":
        """The same where everything is so many times as large."""
        return replace(self, extrinsics=self.extrinsics and self.extrinsics.scaled(scale))

    def place(self, joints: Array) -> tuple[Array, Array]:
        """Where they project onto the points: see `place_equations`."""
        weights = self.evidence.weights / self.evidence.trust
        return place_equations(joints, self.evidence.pixels, weights, self.camera, self.extrinsics)

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

    def of_joints(self, joints: list[int]) -> "PointsInSpace":
        """The same of joints (N) that are numbered otherwise, as in another skeleton."""
        return replace(self, joints=joints)

    def scaled(self, scale: float) -> "PointsInSpace":
        """The same where everything is so many times as large."""
        return replace(self, points=self.points * scale)

    def place(self, joints: Array) -> tuple[Array, Array]:
        """Where they lie on the points, least squares."""
        weights = self.weights[..., None] / self.trust**2
        return weights.sum(1, keepdims=True) * np.eye(3), ((self.points - joints) * weights).sum(1)

    def compare(self, joints: Array, motion: Array, root: Array) -> tuple[Array, Array]:
        """In space, D = 3, wherever the root is."""
        del root
        trust = np.float32(self.trust)
        return (self.points.astype(np.float32) - joints) / trust, motion / trust


def place_in_space(joints: Array, observations: Sequence[Observation]) -> Array:
    """Where the root is (F,3), metres, for all of a skeleton's joints (F,J,3), relative to it, to fit best."""
    told = [seen.place(joints[:, seen.joints]) for seen in observations]
    normal, right = (np.sum(parts, axis=0) for parts in zip(*told, strict=True))
    return solve_place(normal, right)
