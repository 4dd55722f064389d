"""How what is seen of a part becomes rotations: the methods that `--solver` chooses between.

All share skeleton, limits, bone lengths, and what follows; docs/solvers.md has them side by side.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..geometry.arrays import Array, in_blocks
from ..geometry.camera import Camera
from .expected import Expected, expect
from .lift import Lift
from .observations import Picture
from .refine import refine


@dataclass(frozen=True)
class Solver:
    """One method."""

    solve: Callable[[Lift, Array, Camera], tuple[Array, Expected]]
    """A part that is seen in all its frames, bone lengths (B,), metres, and the camera -> angles (F,A) within the
    limits, and the errors to expect."""
    hears_depth: bool = True
    """Whether it is told MediaPipe's depth."""


def refined(lift: Lift, lengths: Array, camera: Camera) -> tuple[Array, Expected]:
    """The networks' angles, moved onto the picture as far as they are in doubt."""
    return refine(lift.skeleton, lift.angles, lift.spreads, lengths, Picture(camera, lift.evidence))


def predicted(lift: Lift, lengths: Array, camera: Camera) -> tuple[Array, Expected]:
    """The networks' angles as they are (Ivashechkin, Mendez and Bowden 2023)."""
    del camera

    def expected(angles: Array, spreads: Array) -> Array:
        covariance = np.eye(angles.shape[1], dtype=np.float32) * (spreads**2)[:, None]
        return expect(lift.skeleton, angles, lengths, covariance).flat

    return lift.angles, Expected.of(lift.skeleton, in_blocks(expected, lift.angles, lift.spreads))


#: By the names of the option.
SOLVERS = {"refined": Solver(refined), "networks": Solver(predicted, hears_depth=False)}
