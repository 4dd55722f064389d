"""Training batches: legal poses with varied bones, seen by a camera, with a detector's errors.

Here errors are MediaPipe's own on rendered signers, moved to poses a little beside those that they were made
in; `drawn` has poses that were not rendered.
"""

from dataclasses import dataclass, fields, replace
from typing import Any

import torch
from torch import Tensor

from ...geometry.arrays import check_shapes
from ...keypoints import HAND_NAMES
from ...lifting.features import BODY_POINTS, body_features, hand_features
from ...skeleton import Skeleton, body_skeleton, hand_skeleton
from .detector_errors import CAMERA, Observed, ObservedBodies, T, body_model, guessed_depths, hand_model, pose_points


@dataclass(frozen=True)
class Jitter:
    """How far from the pose of its making an error is used: standard deviations."""

    roll: float
    """Of the camera, radians."""
    turn: float
    """Of the camera about its other axes, radians."""
    angles: float = 0.08
    """Radians."""
    bones: float = 0.04
    """Of the logarithms of their lengths."""
    distance: float = 0.15
    """Of its logarithm."""
    withheld: float = 0.15
    """Share of samples whose depth is withheld."""


BODY_JITTER, HAND_JITTER = Jitter(roll=0.03, turn=0.03), Jitter(roll=0.4, turn=0.08)


@dataclass(frozen=True)
class Batch:
    """N samples of one part; targets in the axes of the camera that the features are seen by."""

    features: Tensor
    """(N, features)."""
    root: Tensor
    """(N,3,3) local rotation of the root."""
    angles: Tensor
    """(N, A-3) radians, without the root."""
    lengths: Tensor
    """(N,B) metres."""
    size: Tensor
    """(N,) that the lengths are predicted without; see Observed."""
    points: Tensor
    """(N,J,3) metres, Blender's axes, relative to the root joint."""

    def __post_init__(self) -> None:
        shapes = {own.name: getattr(self, own.name).shape[1:] for own in fields(self)}
        shapes |= {"root": (3, 3), "size": (), "points": (self.points.shape[1], 3)}
        check_shapes(self, **{name: (len(self.root), *shape) for name, shape in shapes.items()})


def both(first: Batch, second: Batch) -> Batch:
    """Two batches in one."""
    return Batch(*(torch.cat([getattr(first, f.name), getattr(second, f.name)]) for f in fields(Batch)))


def some(count: int, observed: T) -> T:
    """Samples at random."""
    return observed.rows(torch.randint(len(observed.root), (count,)))


def observed_hands(hands: Observed, jitter: Jitter | None = HAND_JITTER) -> Batch:
    """Right hands as MediaPipe saw them, in other poses; as they are where there is no jitter."""
    skeleton = hand_skeleton()
    base, root, roll = _varied_pose(skeleton, hands, jitter) if jitter else (hands, hands.root, _still(hands))
    points = pose_points(skeleton, root, base.angles, base.lengths)
    order = [skeleton.joints.index(f"right_hand_{name}") for name in HAND_NAMES]
    exact = hand_model(points[:, order], base.distance)
    plane = exact[0] + base.plane @ roll[:, :2, :2].mT
    features = hand_features(plane, exact[1] + base.depth, _known(len(plane), jitter))
    return Batch(features, root, base.angles, base.lengths, base.size, points)


def observed_bodies(bodies: ObservedBodies, jitter: Jitter | None = BODY_JITTER) -> Batch:
    """Bodies as MediaPipe saw them, in other poses; as they are where there is no jitter.

    Their depths are then as MediaPipe guesses those of real people: of rendered ones it knows next to nothing (a
    wrist's against its elbow correlates by .05), and who learns from that does not listen where it is right.
    """
    skeleton = body_skeleton()
    base, root, roll = _varied_pose(skeleton, bodies, jitter) if jitter else (bodies, bodies.root, _still(bodies))
    points = pose_points(skeleton, root, base.angles, base.lengths)
    order = [skeleton.joints.index(name) for name in BODY_POINTS]
    placed = points[:, order]
    plane, depth = body_model(placed, base.distance, guessed_depths(placed) if jitter else None)
    plane, depth = plane + base.plane @ roll[:, :2, :2].mT, depth if jitter else depth + base.depth
    features = body_features(plane, depth, _known(len(plane), jitter), base.seen)
    return Batch(features, root, base.angles, base.lengths, base.size, points)


def _varied_pose(skeleton: Skeleton, base: Observed, jitter: Jitter) -> tuple[Any, Tensor, Tensor]:
    """Samples with other angles, lengths and distances; their roots; rotations (N,3,3) of the picture."""
    count = len(base.root)
    lower, upper = limits(skeleton)
    angles = (base.angles + jitter.angles * torch.randn_like(base.angles)).clamp(lower, upper)
    lengths = base.lengths * torch.exp(jitter.bones * torch.randn_like(base.lengths))
    if skeleton.kind.has_body:
        lengths = both_sides(skeleton, lengths)
    roll = about_axis(2, jitter.roll * torch.randn(count))
    others = [about_axis(axis, jitter.turn * torch.randn(count)) for axis in (0, 1)]
    turn = CAMERA.T @ roll @ others[0] @ others[1] @ CAMERA
    rest = torch.as_tensor(skeleton.rest[0], dtype=torch.float32)
    distance = base.distance * torch.exp(jitter.distance * torch.randn(count))
    varied = replace(base, angles=angles, lengths=lengths, distance=distance)
    return varied, rest.T @ turn @ rest @ base.root, roll


def _known(count: int, jitter: Jitter | None) -> Tensor:
    """(N,1) 1 where depth is not withheld."""
    return (torch.rand(count, 1) > (jitter.withheld if jitter else 0.0)).float()


def _still(observed: Observed) -> Tensor:
    return torch.eye(3).repeat(len(observed.root), 1, 1)


def about_axis(axis: int, angle: Tensor) -> Tensor:
    """Rotations (N,3,3) about X, Y or Z."""
    result = torch.eye(3, dtype=angle.dtype).repeat(len(angle), 1, 1)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    result[:, i, i] = result[:, j, j] = torch.cos(angle)
    result[:, j, i] = torch.sin(angle)
    result[:, i, j] = -torch.sin(angle)
    return result


def limits(skeleton: Skeleton) -> tuple[Tensor, Tensor]:
    """Least and greatest angles (A-3), radians, without the root."""
    return (
        torch.as_tensor(skeleton.lower[3:], dtype=torch.float32),
        torch.as_tensor(skeleton.upper[3:], dtype=torch.float32),
    )


def both_sides(skeleton: Skeleton, lengths: Tensor) -> Tensor:
    """Lengths (N,B) that are the same on both sides: means of left and right."""
    return (lengths + lengths[:, skeleton.mirrored]) / 2
