"""What a calibration file says of several cameras, and which camera took which video."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..geometry.arrays import Array, check_shapes
from ..geometry.camera import Camera, Extrinsics
from .distortion import COEFFICIENTS

#: A video's shape may differ from the calibrated picture's by so much, as a share.
SHAPE = 0.01


@dataclass(frozen=True)
class Calibrated:
    """One camera of a calibration file. ValueError where it cannot be."""

    name: str
    camera: Camera
    coefficients: Array
    """(8,) of the lens, as OpenCV's: k1, k2, p1, p2, k3, k4, k5, k6."""
    extrinsics: Extrinsics
    """From the axes that all cameras of the file are told in, metres."""
    size: tuple[float, float] | None = None
    """Width and height, pixels, of the picture that it was calibrated for; None where the file does not tell."""

    def __post_init__(self) -> None:
        check_shapes(self, coefficients=(COEFFICIENTS,))
        if not (self.camera.focal > 0).all():
            raise ValueError(f"camera {self.name} has a focal length of {self.camera.focal.min():g} pixels")
        if self.size is not None and not 0 < min(self.size) <= max(self.size) < math.inf:
            raise ValueError(f"camera {self.name} has a picture of {self.size[0]:g} x {self.size[1]:g} pixels")
        rotation = self.extrinsics.rotation
        if np.abs(rotation @ rotation.T - np.eye(3)).max() > 1e-3 or np.linalg.det(rotation) < 0:
            raise ValueError(f"the rotation of camera {self.name} is none")

    def for_size(self, size: tuple[int, int], video: str) -> Camera:
        """The camera for a picture of another size, pixels; InputError where that has another shape."""
        if self.size is None:
            return self.camera
        scale = size[0] / self.size[0]
        if abs(size[1] / self.size[1] / scale - 1.0) > SHAPE:
            width, height = self.size
            raise InputError(
                f"Camera {self.name} is calibrated for {width:g} x {height:g} pixels, {video} has {size[0]} x"
                f" {size[1]}; film as it was calibrated."
            )
        return Camera.of(self.camera.numbers * scale)


def calibrated(
    name: str, matrix: Array, coefficients: Array, extrinsics: Extrinsics, size: tuple[float, float] | None
) -> Calibrated:
    """One camera from OpenCV's numbers: matrix (3,3), up to 8 coefficients of the lens. ValueError."""
    if matrix.shape != (3, 3):
        raise ValueError(f"the matrix of camera {name} is not 3 x 3")
    if not 0 <= coefficients.size <= COEFFICIENTS:
        raise ValueError(f"camera {name} has {coefficients.size} coefficients of the lens, more than {COEFFICIENTS}")
    every = np.zeros(COEFFICIENTS)
    every[: coefficients.size] = coefficients.ravel()
    camera = Camera.of(np.array([matrix[0, 0], matrix[1, 1], matrix[0, 2], matrix[1, 2]]))
    return Calibrated(name, camera, every, extrinsics, size)


def cameras_of(calibration: Sequence[Calibrated], videos: Sequence[Path], file: Path) -> list[Calibrated]:
    """The camera of each video: that of its name, as `left` of `left.mp4` and of `take3_left.mp4`, else in their order.

    Raises InputError where only some bear the name of one, or where they bear none and their numbers differ.
    """
    named = [
        [own for own in calibration if video.stem == own.name or video.stem.endswith((f"_{own.name}", f"-{own.name}"))]
        for video in videos
    ]
    if all(len(own) == 1 for own in named) and len({own[0].name for own in named}) == len(videos):
        return [own[0] for own in named]
    if any(named):
        lost = ", ".join(str(video) for video, own in zip(videos, named, strict=True) if len(own) != 1)
        raise InputError(
            f"{file} has the cameras {', '.join(own.name for own in calibration)}, and of {lost or 'some videos'} the"
            f" name does not say which one took it; let each video's name end with its camera's."
        )
    if len(calibration) != len(videos):
        raise InputError(
            f"{file} has {len(calibration)} cameras ({', '.join(own.name for own in calibration)}), but there are"
            f" {len(videos)} videos, and none bears a camera's name; let each video's name end with its camera's."
        )
    return list(calibration)
