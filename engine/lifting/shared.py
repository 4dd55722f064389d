"""What all frames of a clip share: a person's bone lengths, and where further cameras stand and how they see.

Gauss-Newton as in `refine`, with the shared unknowns beside each frame's own, which are eliminated (Schur complement).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..geometry.arrays import Array, solve
from ..geometry.camera import Camera, Extrinsics
from ..geometry.rotations import rotation_about
from ..skeleton import Pose, Skeleton
from .observations import Observation, Picture
from .refine import TO_CAMERA, Problem, Shared

#: How far the logarithm of a predicted length may be off (one standard deviation): of bones that swing, which
#: foreshorten as it suits a wrong pose, of others, and of all together, where cameras tell size.
SWINGING, STEADY, SIZE = 0.02, 0.08, 0.3
#: A person's lengths are sought in so many frames of a clip, and believed as if this many showed them independently.
FRAMES, INDEPENDENT = 120, 3
#: Until lengths, or cameras with them, no longer move.
LENGTH_ITERATIONS, CAMERA_ITERATIONS = 6, 20
#: How far the logarithm of an assumed focal length may be off: 53 degrees, between studio cameras and telephones.
FOCAL = 0.2
_SWINGS = ("upper_arm", "forearm", "shoulder")


def refine_lengths(
    skeleton: Skeleton, angles: Array, spreads: Array, lengths: Array, *observations: Observation, metric: bool = False
) -> Array:
    """Lengths (B,), metres, near the given ones, with which one person fits what is observed in a whole clip.

    As `refine`, with the logarithms of the lengths, equal on both sides, as unknowns that all frames share. One view
    does not tell size: their sum stays, unless what is observed is `metric`.
    """
    problem = _sampled(skeleton, angles, spreads, observations)
    bones = _Bones(skeleton, lengths, observations, metric)
    for _ in range(LENGTH_ITERATIONS):
        bones.step(_shared_step(problem, bones.lengths, bones.motion, bones.prior), problem.place)
    return bones.lengths if metric else bones.lengths * (lengths.sum() / bones.lengths.sum())


def refine_cameras(
    skeleton: Skeleton, angles: Array, spreads: Array, lengths: Array, pictures: Sequence[Picture], *, focal: bool
) -> tuple[Array, list[Picture]]:
    """Lengths (B,), metres, and the pictures with the extrinsics with which one person fits all of them.

    Extrinsics are near the given ones, and lead from the axes of the first camera. Their scale is that of the lengths,
    whose sum stays. With `focal` the focal lengths move, too.
    """
    problem = _sampled(skeleton, angles, spreads, pictures)
    bones, cameras = _Bones(skeleton, lengths, pictures, metric=False), _Cameras(pictures, focal)
    count = bones.prior[1].size

    def motion(number: int, placed: Array, pose: Pose) -> Array:
        return np.concatenate([bones.motion(number, placed, pose), cameras.motion(number, placed, problem.place)], 2)

    for _ in range(CAMERA_ITERATIONS):
        (stiffness, pull), (held, back) = bones.prior, cameras.prior
        prior = np.zeros((count + back.size,) * 2)
        prior[:count, :count], prior[count:, count:] = stiffness, held
        step = _shared_step(problem, bones.lengths, motion, (prior, np.concatenate([pull, back])))
        bones.step(step[:count], problem.place)
        cameras.step(step[count:], problem.place)
        problem.observations = [
            replace(a, camera=b.camera, extrinsics=b.extrinsics) for a, b in zip(problem.observations, cameras.pictures)
        ]
    scale = float(lengths.sum() / bones.lengths.sum())
    return bones.lengths * scale, [
        own if own.extrinsics is None else replace(own, extrinsics=own.extrinsics.scaled(scale))
        for own in cameras.pictures
    ]


def _sampled(skeleton: Skeleton, angles: Array, spreads: Array, observations: Sequence[Observation]) -> Problem:
    rows = np.unique(np.linspace(0, len(angles) - 1, FRAMES).round().astype(int))
    return Problem(skeleton, angles[rows], spreads[rows], [seen.rows(rows) for seen in observations])


def _shared_step(problem: Problem, lengths: Array, motion: Shared, prior: tuple[Array, Array]) -> Array:
    """The step (E,) of what is shared; each frame's own is moved with it.

    `prior` is the normal matrix (E,E) and the gradient (E,) of what is known without the frames.
    """
    normal, gradient = problem.equations(lengths, motion)
    count = prior[1].size
    system = np.concatenate([normal, gradient[..., None]], axis=2)
    own, shared = system[:, :-count], system[:, -count:]
    unknowns = own.shape[1]
    solved: Array = np.linalg.solve(own[..., :unknowns], own[..., unknowns:])
    left: Array = (shared[..., unknowns:] - shared[..., :unknowns] @ solved).sum(0)
    left *= min(1.0, INDEPENDENT / len(normal))
    step = solve(left[:, :-1] + prior[0], left[:, -1] + prior[1])
    problem.move(solved[..., -1] - solved[..., :-1] @ step.astype(np.float32))
    return step


class _Bones:
    """Lengths, equal on both sides, whose logarithms move."""

    def __init__(self, skeleton: Skeleton, lengths: Array, observations: Sequence[Observation], metric: bool) -> None:
        self._start, self._reaches = lengths, skeleton.reaches
        self._joints = [seen.joints for seen in observations]
        self._pairs: Array = np.unique(np.eye(len(lengths)) + np.eye(len(lengths))[skeleton.mirrored], axis=1).clip(
            max=1.0
        )
        swings = np.array([name.startswith(_SWINGS) for name in skeleton.names])
        single = np.where(swings, SWINGING, STEADY)[self._pairs.argmax(0)] ** -2.0
        self._stiffness = np.diag(single)
        if metric:  # all of them together are as stiff as size is
            self._stiffness -= np.outer(single, single) / single.sum() * (1.0 - SIZE**-2.0 / single.sum())
        self._change: Array = np.zeros(self._pairs.shape[1])

    @property
    def lengths(self) -> Array:
        """(B,) metres."""
        return self._start * np.exp(self._pairs @ self._change)

    @property
    def prior(self) -> tuple[Array, Array]:
        """Normal matrix and gradient of a step, of what is known of lengths by themselves."""
        return self._stiffness, -self._stiffness @ self._change

    def motion(self, number: int, placed: Array, pose: Pose) -> Array:
        """How joints move with the logarithms: see `Shared`."""
        del placed
        carried = self._reaches[self._joints[number]][..., None] * self._pairs
        bones = (pose.rotations[..., 1] * self.lengths.astype(np.float32)[:, None]) @ TO_CAMERA
        return carried.astype(np.float32).swapaxes(1, 2) @ bones[:, None]

    def step(self, step: Array, place: Array) -> None:
        """Move on."""
        del place
        self._change = self._change + step


class _Cameras:
    """Pictures whose cameras, but the first, turn about the person and step aside, and whose focal lengths grow."""

    def __init__(self, pictures: Sequence[Picture], focal: bool) -> None:
        self.pictures = list(pictures)
        self._grown: Array = np.zeros(len(pictures))
        stiffness = np.tile([*[1e-6] * 6, FOCAL**-2.0 if focal else 1e12], (len(pictures), 1))
        stiffness[0, :6] = 1e12
        self._stiffness = stiffness

    @property
    def prior(self):
        pull = np.zeros(self._stiffness.shape)
        pull[:, 6] = -self._stiffness[:, 6] * self._grown
        return np.diag(self._stiffness.ravel()), pull.ravel()

    def motion(self, number: int, placed: Array, place: Array) -> Array:
        """The joints as the camera sees them move when it turns, steps, and zooms: see `Shared`."""
        seen = self.pictures[number]
        moves = np.zeros((*placed.shape[:2], len(self.pictures), 7, 3), np.float32)
        own = moves[:, :, number]
        axes = np.eye(3, dtype=np.float32)
        own[..., :3, :] = np.cross(axes, (placed - place.mean(0).astype(np.float32))[:, :, None])
        own[..., 3:6, :] = axes
        flat = np.array([1.0, 1.0, 0.0], np.float32)
        own[..., 6, :] = (
            placed * flat
            if seen.extrinsics is None
            else (seen.extrinsics.move(placed) * flat) @ seen.extrinsics.rotation.astype(np.float32)
        )
        return moves.reshape(*placed.shape[:2], -1, 3)

    def step(self, step: Array, place: Array) -> None:
        pivot = place.mean(0)
        for number, (seen, own) in enumerate(zip(self.pictures, step.reshape(-1, 7), strict=True)):
            self._grown[number] += own[6]
            camera = Camera(seen.camera.focal * np.exp(own[6]), seen.camera.centre)
            extrinsics = seen.extrinsics
            if extrinsics is not None:
                angle = np.linalg.norm(own[:3])
                turn = rotation_about(own[:3] / max(angle, 1e-12), angle)
                aside = extrinsics.turn(pivot - turn @ pivot + own[3:6])
                extrinsics = Extrinsics(extrinsics.rotation @ turn, extrinsics.translation + aside)
            self.pictures[number] = replace(seen, camera=camera, extrinsics=extrinsics)
