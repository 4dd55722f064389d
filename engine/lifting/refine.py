"""Predicted angles moved, within their limits, to where joints are observed; bone lengths with them.

Gauss-Newton over every frame at once, with the prediction as the prior: what is observed decides, and
what is not, as depth in a picture, stays as predicted.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Array, Index, in_blocks, solve
from ..geometry.rotations import CAMERA_FROM_BLENDER
from ..skeleton import Pose, Skeleton, forward_kinematics, joint_positions
from .expected import Expected, expect
from .observations import NEAR, Observation, place_in_space

ITERATIONS = 3
#: Residuals beyond this many deviations count less and less (Huber's weights).
HUBER = 2.0
#: Of a place in space there is no prediction: the inverse variance of what keeps it solvable, 1/m^2.
_ANYWHERE = 1e-3
#: How far the logarithm of a predicted length may be off (one standard deviation): of bones that swing, which
#: foreshorten as it suits a wrong pose, of others, and of all of them together, where cameras tell size.
SWINGING, STEADY, SIZE = 0.02, 0.08, 0.3
#: A person's lengths are sought in so many frames of a clip, and believed as if this many showed them independently.
FRAMES, INDEPENDENT = 120, 3
LENGTH_ITERATIONS = 6
#: What is off in a frame's points is off in many of them together, as where a detector puts joints: when it comes to
#: how well they are known, they count as so many times fewer. Of 1, 4, 16 and 64, with this the errors to expect rank
#: as the true ones do (Spearman's coefficient on `dev`: hands .48, against .38 with 1; elbows .42, against .32).
SHARED = 16.0
_SWINGS = ("upper_arm", "forearm", "shoulder")
_TO_CAMERA = CAMERA_FROM_BLENDER.T.astype(np.float32)


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
        problem = _Problem(skeleton, angles[rows], spreads[rows], [seen.rows(rows) for seen in observations])
        for _ in range(iterations):
            problem.move(solve(*problem.equations(lengths)))
        expected = expect(skeleton, problem.angles, lengths, problem.covariance(lengths))
        return np.concatenate([problem.angles, expected.flat], axis=1)

    both = in_blocks(solve_block, np.arange(len(angles)))
    return both[:, : angles.shape[1]], Expected.of(skeleton, both[:, angles.shape[1] :])


def refine_lengths(
    skeleton: Skeleton, angles: Array, spreads: Array, lengths: Array, *observations: Observation, metric: bool = False
) -> Array:
    """Lengths (B,), metres, near the given ones, with which one person fits what is observed in a whole clip.

    As `refine`, with the logarithms of the lengths, equal on both sides, as unknowns that all frames share; what
    is each frame's own is eliminated (Schur complement). One view does not tell size: their sum stays, unless what
    is observed is `metric`.
    """
    rows = np.unique(np.linspace(0, len(angles) - 1, FRAMES).round().astype(int))
    problem = _Problem(skeleton, angles[rows], spreads[rows], [seen.rows(rows) for seen in observations])
    belief = min(1.0, INDEPENDENT / len(rows))
    pairs: Array = np.unique(np.eye(len(lengths)) + np.eye(len(lengths))[skeleton.mirrored], axis=1).clip(max=1.0)
    swings = np.array([name.startswith(_SWINGS) for name in skeleton.names])
    single = np.where(swings, SWINGING, STEADY)[pairs.argmax(0)] ** -2.0
    stiffness: Array = np.diag(single)
    if metric:  # all of them together are only as stiff as size is
        stiffness -= np.outer(single, single) / single.sum() * (1.0 - SIZE**-2.0 / single.sum())
    change: Array = np.zeros(pairs.shape[1])
    for _ in range(LENGTH_ITERATIONS):
        normal, gradient = problem.equations(lengths * np.exp(pairs @ change), pairs)
        system = np.concatenate([normal, gradient[..., None]], axis=2)
        own, shared = system[:, : -len(change)], system[:, -len(change) :]
        unknowns = own.shape[1]
        solved: Array = np.linalg.solve(own[..., :unknowns], own[..., unknowns:])
        left: Array = belief * (shared[..., unknowns:] - shared[..., :unknowns] @ solved).sum(0)
        step = solve(left[:, :-1] + stiffness, left[:, -1] - stiffness @ change)
        problem.move(solved[..., -1] - solved[..., :-1] @ step.astype(np.float32))
        change = change + step
    grown = lengths * np.exp(pairs @ change)
    return grown if metric else grown * (lengths.sum() / grown.sum())


class _Problem:
    """Angles and places of F frames, and the equations of how they are to move."""

    def __init__(self, skeleton: Skeleton, angles: Array, spreads: Array, observations: Sequence[Observation]) -> None:
        self._skeleton, self._observations = skeleton, observations
        self._start = self.angles = angles.astype(np.float32)
        self._prior = (spreads**-2.0).astype(np.float32)
        self._place: NDArray[np.float32] | None = None

    def equations(self, lengths: Array, pairs: Array | None = None) -> tuple[Array, Array]:
        """Normal matrices (F,C,C) and gradients (F,C) of steps of A angles, of the place, and of P log lengths.

        `lengths` (B,) metres; `pairs` (B,P) says which of the P each bone has, and is left out where they are known.
        """
        pose = forward_kinematics(self._skeleton, self.angles, lengths.astype(np.float32))
        every = joint_positions(self._skeleton, pose)
        if self._place is None:
            self._place = _in_front(place_in_space(every @ _TO_CAMERA, self._observations).astype(np.float32))
        told: list[tuple[Array, Array]] = []
        for seen in self._observations:
            joints = every[:, seen.joints]
            motion = self._motion(seen.joints, joints, pose, lengths, pairs)
            placed = joints @ _TO_CAMERA + self._place[:, None]
            told.append(_normal(*seen.compare(placed, motion, self._place), seen.weights))
        normal, gradient = (np.sum(parts, axis=0) for parts in zip(*told, strict=True))
        count = self.angles.shape[1]
        own, place = range(count), range(count, count + 3)
        normal[:, own, own] += self._prior
        normal[:, place, place] += _ANYWHERE
        gradient[:, :count] -= (self.angles - self._start) * self._prior
        return normal, gradient

    def _motion(self, observed: list[int], joints: Array, pose: Pose, lengths: Array, pairs: Array | None) -> Array:
        """(F,N,C,3) how observed joints (F,N,3) move, in the camera's axes, with each of what `equations` steps."""
        skeleton = self._skeleton
        moves = skeleton.moves[observed].astype(np.float32)
        arm = joints[:, :, None] - pose.heads[:, None, [bone for bone, _ in skeleton.freedoms]]
        about = np.broadcast_to(pose.axes[:, None], arm.shape)
        motion = [np.cross(about, arm) @ _TO_CAMERA * moves[..., None]]
        motion.append(np.broadcast_to(np.eye(3, dtype=np.float32), (*joints.shape[:2], 3, 3)))
        if pairs is not None:
            carried = skeleton.reaches[observed][..., None] * pairs
            bones = (pose.rotations[..., 1] * lengths.astype(np.float32)[:, None]) @ _TO_CAMERA
            motion.append(carried.astype(np.float32).swapaxes(1, 2) @ bones[:, None])
        return np.concatenate(motion, 2)

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
