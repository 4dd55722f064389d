"""Predicted angles moved, within their limits, to where the 2D points really are; bone lengths with them.

Gauss-Newton over every frame at once, with the prediction as the prior: what the picture shows
decides, and what it does not show (depth) stays as predicted.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Array, in_blocks, solve
from ..geometry.camera import Camera, place_in_camera
from ..geometry.rotations import CAMERA_FROM_BLENDER
from ..keypoints import Evidence
from ..skeleton import Skeleton, forward_kinematics, joint_positions
from .expected import Expected, expect

ITERATIONS = 3
#: Residuals beyond this many deviations count less and less (Huber's weights).
HUBER = 2.0
#: Nobody is nearer to the camera than this, metres.
NEAR = 0.2
#: Of a place in space there is no prediction: the inverse variance of what keeps it solvable, 1/m^2.
_ANYWHERE = 1e-3
#: How far the logarithm of a predicted length may be off (one standard deviation): of bones that swing, which
#: foreshorten as it suits a wrong pose, and of others.
SWINGING, STEADY = 0.02, 0.08
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
    skeleton: Skeleton, angles: Array, spreads: Array, lengths: Array, camera: Camera, evidence: Evidence
) -> tuple[NDArray[np.float32], Expected]:
    """Angles (F,A), radians, near the given ones, whose joints project onto the evidence, and the errors to expect.

    `spreads` (F,A), radians, say how near (one standard deviation); `lengths` (B,) metres.
    """

    def solve_block(angles: Array, spreads: Array, pixels: Array, weights: Array) -> NDArray[np.float32]:
        problem = _Problem(skeleton, angles, spreads, camera, replace(evidence, pixels=pixels, weights=weights))
        for _ in range(ITERATIONS):
            problem.move(solve(*problem.equations(lengths)))
        expected = expect(skeleton, problem.angles, lengths, problem.covariance(lengths))
        return np.concatenate([problem.angles, expected.flat], axis=1)

    both = in_blocks(solve_block, angles, spreads, evidence.pixels, evidence.weights)
    return both[:, : angles.shape[1]], Expected.of(skeleton, both[:, angles.shape[1] :])


def refine_lengths(
    skeleton: Skeleton, angles: Array, spreads: Array, lengths: Array, camera: Camera, evidence: Evidence
) -> Array:
    """Lengths (B,), metres, near the given ones, with which one person fits the evidence in frames of a whole clip.

    As `refine`, with the logarithms of the lengths, equal on both sides, as unknowns that all frames share; what
    is each frame's own is eliminated (Schur complement). One view does not tell size: their sum stays.
    """
    rows = np.zeros(len(angles), dtype=bool)
    rows[np.linspace(0, len(angles) - 1, FRAMES).round().astype(int)] = True
    problem = _Problem(skeleton, angles[rows], spreads[rows], camera, evidence.rows(rows))
    belief = min(1.0, INDEPENDENT / rows.sum())
    pairs: Array = np.unique(np.eye(len(lengths)) + np.eye(len(lengths))[skeleton.mirrored], axis=1).clip(max=1.0)
    swings = np.array([name.startswith(_SWINGS) for name in skeleton.names])
    stiffness = np.where(swings, SWINGING, STEADY)[pairs.argmax(0)] ** -2.0
    change: Array = np.zeros(pairs.shape[1])
    for _ in range(LENGTH_ITERATIONS):
        normal, gradient = problem.equations(lengths * np.exp(pairs @ change), pairs)
        system = np.concatenate([normal, gradient[..., None]], axis=2)
        own, shared = system[:, : -len(change)], system[:, -len(change) :]
        unknowns = own.shape[1]
        solved: Array = np.linalg.solve(own[..., :unknowns], own[..., unknowns:])
        left: Array = belief * (shared[..., unknowns:] - shared[..., :unknowns] @ solved).sum(0)
        step = solve(left[:, :-1] + np.diag(stiffness), left[:, -1] - stiffness * change)
        problem.move(solved[..., -1] - solved[..., :-1] @ step.astype(np.float32))
        change = change + step
    grown = lengths * np.exp(pairs @ change)
    return grown * (lengths.sum() / grown.sum())


class _Problem:
    """Angles and places of F frames, and the equations of how they are to move."""

    def __init__(self, skeleton: Skeleton, angles: Array, spreads: Array, camera: Camera, evidence: Evidence) -> None:
        self._skeleton, self._camera, self._evidence = skeleton, camera, evidence
        self._start = self.angles = angles.astype(np.float32)
        self._prior = (spreads**-2.0).astype(np.float32)
        self._plane = camera.plane(evidence.pixels).astype(np.float32)
        self._place: NDArray[np.float32] | None = None

    def equations(self, lengths: Array, pairs: Array | None = None) -> tuple[Array, Array]:
        """Normal matrices (F,C,C) and gradients (F,C) of steps of A angles, of the place, and of P log lengths.

        `lengths` (B,) metres; `pairs` (B,P) says which of the P each bone has, and is left out where they are known.
        """
        skeleton, evidence = self._skeleton, self._evidence
        pose = forward_kinematics(skeleton, self.angles, lengths.astype(np.float32))
        joints = joint_positions(skeleton, pose)[:, evidence.joints]
        if self._place is None:
            place = place_in_camera(joints @ _TO_CAMERA, evidence.pixels, evidence.weights, self._camera)
            self._place = _in_front(place.astype(np.float32))
        moves = skeleton.moves[evidence.joints].astype(np.float32)
        arm = joints[:, :, None] - pose.heads[:, None, [bone for bone, _ in skeleton.freedoms]]
        about = np.broadcast_to(pose.axes[:, None], arm.shape)
        motion = [np.cross(about, arm) @ _TO_CAMERA * moves[..., None]]
        motion.append(np.broadcast_to(np.eye(3, dtype=np.float32), (*joints.shape[:2], 3, 3)))
        if pairs is not None:
            carried = skeleton.reaches[evidence.joints][..., None] * pairs
            bones = (pose.rotations[..., 1] * lengths.astype(np.float32)[:, None]) @ _TO_CAMERA
            motion.append(carried.astype(np.float32).swapaxes(1, 2) @ bones[:, None])
        residual, slope = self._reprojection(joints @ _TO_CAMERA + self._place[:, None], np.concatenate(motion, 2))
        normal, gradient = _normal(residual, slope, evidence.weights)
        count = self.angles.shape[1]
        own, place = range(count), range(count, count + 3)
        normal[:, own, own] += self._prior
        normal[:, place, place] += _ANYWHERE
        gradient[:, :count] -= (self.angles - self._start) * self._prior
        return normal, gradient

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

    def _reprojection(self, placed: Array, motion: Array) -> tuple[Array, Array]:
        """Residuals (F,N,2) of joints (F,N,3), in deviations, and their slopes (F,N,C,2) of motions (F,N,C,3)."""
        assert self._place is not None
        depth = np.maximum(placed[..., 2:], NEAR / 2)
        seen = placed[..., :2] / depth
        scale = self._place[:, None, 2:] / np.float32(self._evidence.trust)
        slope = (motion[..., :2] - seen[:, :, None] * motion[..., 2:]) * (scale / depth)[..., None]
        return (self._plane - seen) * scale, slope


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
