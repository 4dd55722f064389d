"""How what is seen of a part becomes rotations: the methods that `--solver` chooses between.

All share skeleton, limits, bone lengths, and what follows; docs/solvers.md has them side by side.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..geometry.arrays import Array, in_blocks
from ..geometry.camera import Camera
from .expected import Expected, expect
from .hybrik.seen_joints import pointed
from .lift import Lift
from .observations import Picture
from .prior import hand_prior
from .refine import refine


@dataclass(frozen=True)
class Solver:
    """One method."""

    solve: Callable[[Lift, Array, Camera], tuple[Array, Expected]]
    """A part that is seen in all its frames, bone lengths (B,), metres, and the camera -> angles (F,A) within the
    limits, and the errors to expect."""
    hears_depth: bool = True
    """Whether it is told MediaPipe's depth."""
    sees_face: bool = False
    """Whether the head is turned as the face is."""


def refined(lift: Lift, lengths: Array, camera: Camera) -> tuple[Array, Expected]:
    """The networks' angles, moved onto the picture as far as they are in doubt."""
    return refine(lift.skeleton, lift.angles, lift.spreads, lengths, Picture(camera, lift.evidence))


def predicted(lift: Lift, lengths: Array, camera: Camera) -> tuple[Array, Expected]:
    """The networks' angles as they are (Ivashechkin, Mendez and Bowden 2023)."""
    del camera
    return lift.angles, _as_predicted(lift, lift.angles, lengths)


def hybrik(lift: Lift, lengths: Array, camera: Camera) -> tuple[Array, Expected]:
    """Bones that point to where they are seen, turned about themselves as the networks say (Li et al. 2021)."""
    angles = pointed(lift, lengths, camera)
    return angles, _as_predicted(lift, angles, lengths)


def _as_predicted(lift: Lift, angles: Array, lengths: Array) -> Expected:
    """What the errors that networks expect of their angles mean for angles (F,A)."""

    def expected(angles: Array, spreads: Array) -> Array:
        covariance = np.eye(angles.shape[1], dtype=np.float32) * (spreads**2)[:, None]
        return expect(lift.skeleton, angles, lengths, covariance).flat

    return Expected.of(lift.skeleton, in_blocks(expected, angles, lift.spreads))


def prior(lift: Lift, lengths: Array, camera: Camera) -> tuple[Array, Expected]:
    """Hands by a prior of what hands do (Zimmermann and Brox 2017); bodies as `refined`."""
    return (refined if lift.skeleton.kind.has_body else hand_prior)(lift, lengths, camera)


#: By the names of the option.
SOLVERS = {
    "refined": Solver(refined, sees_face=True),
    "networks": Solver(predicted, hears_depth=False),
    "hybrik": Solver(hybrik),
    "prior": Solver(prior),
}
