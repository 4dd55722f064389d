"""Predicted angles moved, within their limits, to where joints are observed.

Gauss-Newton over every frame at once, with the prediction as the prior: what is observed decides, and
what is not, as depth in a picture, stays as predicted.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Array, Index, in_blocks, solve
from ..geometry.rotations import CAMERA_FROM_BLENDER
from ..skeleton import Pose, Skeleton, forward_kinematics, joint_positions
from .expected import Expected, expect
from .observations import NEAR, Observation, place_in_space

Shared = Callable[[int, Array, Pose], Array]
"""The number of an observation, its joints (F,N,3) where they are, metres, and the pose -> (F,N,E,3) how they move, in
the axes of the first camera, with each of E unknowns that all frames share."""
ITERATIONS = 3
#: Residuals beyond this many deviations count less and less (Huber's weights).
HUBER = 2.0
#: Of a place in space there is no prediction: the inverse variance of what keeps it solvable, 1/m^2.
_ANYWHERE = 1e-3
#: What is off in a frame's points is off in many of them together, as where a detector puts joints: when it comes to
#: how well they are known, they count as so many times fewer. Of 1, 4, 16 and 64, with this the errors to expect rank
#: as the true ones do (Spearman's coefficient on `dev`: hands .48, against .38 with 1; elbows .42, against .32).
SHARED = 16.0
TO_CAMERA = CAMERA_FROM_BLENDER.T.astype(np.float32)


def refine(
    skeleton: Skeleton,
    angles: Array,
    spreads: Array,
    lengths: Array,
    *observations: Observation,
    iterations: int = ITERATIONS,
) -> tuple[NDArray[np.float32], Expected]:
    """Angles (F,A), radians, near the given ones, whose joints fit what is observed, and the errors to expect.

    `spreads` (F,A), radians, say how near (one standard deviation); `lengths` (B,) metres. The axes of the
    observations are those of one camera.
    """

    def solve_block(rows: Index) -> NDArray[np.float32]:
        problem = Problem(skeleton, angles[rows], spreads[rows], [seen.rows(rows) for seen in observations])
        for _ in range(iterations):
            problem.move(solve(*problem.equations(lengths)))
        expected = expect(skeleton, problem.angles, lengths, problem.covariance(lengths))
        return np.concatenate([problem.angles, expected.flat], axis=1)

    both = in_blocks(solve_block, np.arange(len(angles)))
    return both[:, : angles.shape[1]], Expected.of(skeleton, both[:, angles.shape[1] :])


class Problem:
    """Angles and places of F frames, and the equations of how they are to move."""

    def __init__(self, skeleton: Skeleton, angles: Array, spreads: Array, observations: Sequence[Observation]) -> None:
        self._skeleton, self.observations = skeleton, observations
        self._start = self.angles = angles.astype(np.float32)
        self._prior = (spreads**-2.0).astype(np.float32)
        self._place: NDArray[np.float32] | None = None

    def equations(self, lengths: Array, shared: Shared | None = None) -> tuple[Array, Array]:
        """Normal matrices (F,C,C) and gradients (F,C) of steps of A angles, of the place, and of what is shared.

        `lengths` (B,) metres.
        """
        pose = forward_kinematics(self._skeleton, self.angles, lengths.astype(np.float32))
        every = joint_positions(self._skeleton, pose)
        if self._place is None:
            self._place = _in_front(place_in_space(every @ TO_CAMERA, self.observations).astype(np.float32))
        told: list[tuple[Array, Array]] = []
        for number, seen in enumerate(self.observations):
            joints = every[:, seen.joints]
            placed = joints @ TO_CAMERA + self._place[:, None]
            motion = [self._motion(seen.joints, joints, pose)]
            motion.append(np.broadcast_to(np.eye(3, dtype=np.float32), (*joints.shape[:2], 3, 3)))
            if shared is not None:
                motion.append(shared(number, placed, pose))
            told.append(_normal(*seen.compare(placed, np.concatenate(motion, 2), self._place), seen.weights))
        normal, gradient = (np.sum(parts, axis=0) for parts in zip(*told, strict=True))
        count = self.angles.shape[1]
        own, place = range(count), range(count, count + 3)
        normal[:, own, own] += self._prior
        normal[:, place, place] += _ANYWHERE
        gradient[:, :count] -= (self.angles - self._start) * self._prior
        return normal, gradient

    def _motion(self, observed: list[int], joints: Array, pose: Pose) -> Array:
        """(F,N,A,3) how observed joints (F,N,3) move, in the camera's axes, with each of the angles."""
        moves = self._skeleton.moves[observed].astype(np.float32)
        arm = joints[:, :, None] - pose.heads[:, None, [bone for bone, _ in self._skeleton.freedoms]]
        about = np.broadcast_to(pose.axes[:, None], arm.shape)
        return np.cross(about, arm) @ TO_CAMERA * moves[..., None]

    def covariance(self, lengths: Array) -> Array:
        """(F,A,A) radians squared, of the angles where they are, given prior and evidence; the place is unknown.

        Laplace's approximation: the inverse of the normal matrix.
        """
        normal, _ = self.equations(lengths)
        own = range(self.angles.shape[1])
        normal /= SHARED
        normal[:, own, own] += (1.0 - 1.0 / SHARED) * self._prior
        inverse: Array = np.linalg.inv(normal.astype(np.float64))  # of a place that no point shows, 1e-5 and 1e5 in one
        return inverse[:, : len(own), : len(own)]

    @property
    def place(self) -> Array:
        """(F,3) metres: where the root is."""
        assert self._place is not None
        return self._place

    def move(self, step: Array) -> None:
        """Add steps (F,A+3) to angles and places, and stay within the limits and before the camera."""
        assert self._place is not None
        self.angles = self._skeleton.clamp(self.angles + step[:, :-3])
        self._place = _in_front(self._place + step[:, -3:])


def _in_front(place: Array) -> Array:
    """Places (F,3) at least NEAR before the camera."""
    place[:, 2] = np.maximum(place[:, 2], NEAR)
    return place


def _normal(residual: Array, slope: Array, weights: Array) -> tuple[Array, Array]:
    """Normal matrix (F,C,C) and gradient (F,C) of residuals (F,N,D) with slopes (F,N,C,D), robustly weighted."""
    size = np.sqrt((residual**2).sum(-1))
    weight = (weights * np.minimum(1.0, HUBER / np.maximum(size, 1e-6))).astype(np.float32)
    frames, columns = len(slope), slope.shape[2]
    weighted = (slope * weight[..., None, None]).swapaxes(1, 2).reshape(frames, columns, -1)
    plain = slope.swapaxes(1, 2).reshape(frames, columns, -1)
    gradient = (weighted @ residual.reshape(frames, -1, 1))[..., 0]
    return weighted @ plain.swapaxes(1, 2), gradient
