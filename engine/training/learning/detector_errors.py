"""Rendered signers as training samples: what their bones do, and how the detector's view of them errs.

An error is kept apart from the pose that it was made in, so that the pose can be varied a little and
seen with the same error.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...geometry.arrays import Array, check_shapes
from ...geometry.camera import Camera
from ...geometry.rotations import CAMERA_FROM_BLENDER, euler_to_matrix
from ...keypoints import HAND_NAMES, Side, mirrored_name
from ...lifting.features import BODY_POINTS, body_scaled, hand_scaled
from ...lifting.lengths import lengths_of
from ...lifting.sight import BodySight, Sight, see_body, see_hand
from ...skeleton import Skeleton, body_skeleton, forward_kinematics, hand_skeleton, joint_positions, load_skeleton
from ..clips import ClipSet

CAMERA = torch.tensor(CAMERA_FROM_BLENDER, dtype=torch.float32)
#: MediaPipe's depths of bodies over the true ones, after BODY_DEPTH: mean and deviation of their logarithm. Then the
#: tilt of a body, as part of a height, and the error of a point, metres; a wrist has twice that, and its elbow's.
DEPTH_STRENGTH, DEPTH_TILT, DEPTH_NOISE = (-0.7, 0.35), 0.08, 0.04
T = TypeVar("T", bound="Observed")


@dataclass(frozen=True)
class Observed:
    """N samples of one part; axes are Blender's, of the turned camera; errors are in scaled units."""

    row: Tensor
    """(N,) of a body its frame, of a hand 2 * its frame + its side."""
    root: Tensor
    """(N,3,3) local rotation of the root."""
    angles: Tensor
    """(N,A-3) radians."""
    lengths: Tensor
    """(N,B) metres."""
    size: Tensor
    """(N,) of the person, for whom a hand's bones are as long as the table's times this: 1 for a body."""
    distance: Tensor
    """(N,) of the part from the camera, metres."""
    plane: Tensor
    """(N,K,2) error of the points."""
    depth: Tensor
    """(N,K) error of the depths."""

    def __post_init__(self) -> None:
        count, points = self.plane.shape[:2]
        shapes = {"row": (), "root": (3, 3), "angles": self.angles.shape[1:], "lengths": self.lengths.shape[1:]}
        shapes |= {"size": (), "distance": (), "plane": (points, 2), "seen": (points,), "depth": (points,)}
        check_shapes(self, **{own.name: (count, *shapes[own.name]) for own in fields(self)})

    def rows(self: T, index: Tensor) -> T:
        """The samples of an index."""
        return replace(self, **{field.name: getattr(self, field.name)[index] for field in fields(self)})


@dataclass(frozen=True)
class ObservedBodies(Observed):
    """Bodies, K = 19."""

    seen: Tensor
    """(N,19)."""


def _tensor(array: Array) -> Tensor:
    return torch.as_tensor(np.ascontiguousarray(array, dtype=np.float32))


def join(parts: Sequence[T]) -> T:
    """Samples one after the other."""
    return replace(parts[0], **{f.name: torch.cat([getattr(p, f.name) for p in parts]) for f in fields(parts[0])})


def hand_model(points: Tensor, distance: Tensor) -> tuple[Tensor, Tensor]:
    """Exact scaled view of hands (N,21,3), Blender's axes, in the middle of a picture at a distance (N,)."""
    seen = (points - points.mean(-2, keepdim=True)) @ CAMERA.T
    plane = seen[..., :2] / (seen[..., 2:] + distance[:, None, None])
    return hand_scaled(plane, seen[..., 2] / distance[:, None])


def body_model(points: Tensor, distance: Tensor, depth: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Exact scaled view of bodies (N,K,3), Blender's axes, with their neck at a distance (N,).

    `depth` (N,K), metres from the shoulders, takes the place of the exact one where it is given.
    """
    seen = (points - points[:, 11:13].mean(-2, keepdim=True)) @ CAMERA.T
    plane = seen[..., :2] / (seen[..., 2:] + distance[:, None, None])
    return body_scaled(plane, (seen[..., 2] if depth is None else depth) / distance[:, None])


def guessed_depths(points: Tensor) -> Tensor:
    """Metres away from the shoulders (N,K) as MediaPipe might guess them of bodies (N,K,3), Blender's axes."""
    count, names = points.shape[:2]
    away = (points - points[:, 11:13].mean(1, keepdim=True)) @ CAMERA.T
    mean, deviation = DEPTH_STRENGTH
    strength = torch.exp(mean + deviation * torch.randn(count, 1))
    noise = DEPTH_NOISE * torch.randn(count, names)
    noise[:, 15:17] = 2 * noise[:, 15:17] + noise[:, 13:15]
    return strength * away[..., 2] + DEPTH_TILT * torch.randn(count, 1) * away[..., 1] + noise


def pose_points(skeleton: Skeleton, root: Tensor, angles: Tensor, lengths: Tensor) -> Tensor:
    """FK with a root given as a local rotation: (N,J,3), Blender's axes."""
    still = torch.cat([torch.zeros(len(angles), 3), angles], 1)
    points = joint_positions(skeleton, forward_kinematics(skeleton, still, lengths))
    rest = torch.as_tensor(skeleton.rest[0], dtype=torch.float32)
    return points @ (rest @ root @ rest.T).mT


def joints_of(skeleton: Skeleton, names: tuple[str, ...], root: Tensor, angles: Tensor, lengths: Tensor) -> Tensor:
    """`pose_points` of named joints (N,K,3)."""
    return pose_points(skeleton, root, angles, lengths)[:, [skeleton.joints.index(name) for name in names]]


def hand_errors(
    view: Iterable[Tensor], root: Tensor, angles: Tensor, lengths: Tensor, distance: Tensor
) -> list[Tensor]:
    """How a view of right hands, points (N,21,2) and depths (N,21), errs against their poses; see Observed."""
    points = joints_of(hand_skeleton(), tuple(f"right_hand_{n}" for n in HAND_NAMES), root, angles, lengths)
    return [a - b for a, b in zip(hand_scaled(*view), hand_model(points, distance), strict=True)]


def _truth(clips: ClipSet, names: list[str]) -> NDArray[np.float32]:
    known = clips.joints.tolist()
    return clips.positions[:, [known.index(name) for name in names]]


def observe(clips: ClipSet) -> tuple[ObservedBodies, Observed]:
    """All bodies and hands that were found in a set."""
    keypoints = [clips.keypoints(clip) for clip in range(len(clips.camera))]
    cameras = [Camera.assumed(clip.size, None) for clip in keypoints]
    bodies = [see_body(clip, camera) for clip, camera in zip(keypoints, cameras, strict=True)]
    hands = [[see_hand(clip, camera, side) for clip, camera in zip(keypoints, cameras, strict=True)] for side in Side]
    return _observe_bodies(clips, bodies), join(
        [_observe_hands(clips, *hand) for hand in zip(Side, hands, strict=True)]
    )


def _stack(sights: Sequence[Sight], rows: NDArray[np.int64], *names: str) -> list[Tensor]:
    return [_tensor(np.concatenate([getattr(sight, name) for sight in sights])[rows]) for name in names]


def _observe_hands(clips: ClipSet, side: Side, sights: list[Sight]) -> Observed:
    """The hands of one side, as right ones."""
    skeleton, hand = hand_skeleton(), side.column - 1
    rows = np.flatnonzero(np.concatenate([sight.detected for sight in sights]))
    turn, *view = _stack(sights, rows, "turn", "plane", "depth")
    root, angles = _pose(skeleton, _tensor(clips.hands[rows, hand]), turn)
    of_clip = clips.lengths[clips.clip[rows]]
    lengths, body = (lengths_of(load_skeleton(), of_clip, part) for part in (skeleton, body_skeleton()))
    truth = _truth(clips, list(side.hand_names))[rows]
    distance = _tensor(np.linalg.norm(truth.mean(1), axis=-1))
    errors = hand_errors(view, root, angles, _tensor(lengths), distance)
    size = _tensor(body.sum(1) / body_skeleton().lengths.sum())
    return Observed(torch.as_tensor(2 * rows + hand), root, angles, _tensor(lengths), size, distance, *errors)


def _observe_bodies(clips: ClipSet, sights: list[BodySight]) -> ObservedBodies:
    skeleton = body_skeleton()
    rows = np.flatnonzero(np.concatenate([sight.detected for sight in sights]))
    turn, plane, depth, seen = _stack(sights, rows, "turn", "plane", "depth", "seen")
    root, angles = _pose(skeleton, _tensor(clips.body[rows]), turn)
    lengths = _tensor(lengths_of(load_skeleton(), clips.lengths[clips.clip[rows]], skeleton))
    distance = _tensor(np.linalg.norm(_truth(clips, list(BODY_POINTS[11:13]))[rows].mean(1), axis=-1))
    points = joints_of(skeleton, BODY_POINTS, root, angles, lengths)
    flat, deep = (a - b for a, b in zip(body_scaled(plane, depth), body_model(points, distance), strict=True))
    ones = torch.ones(len(rows))
    return ObservedBodies(torch.as_tensor(rows), root, angles, lengths, ones, distance, flat, deep, seen)


def _pose(skeleton: Skeleton, angles: Tensor, turn: Tensor) -> tuple[Tensor, Tensor]:
    """Local roots (N,3,3) in turned cameras (N,3,3) and other angles (N,A-3) of angles (N,A)."""
    rest = torch.as_tensor(skeleton.rest[0], dtype=torch.float32)
    local = _tensor(euler_to_matrix(angles[:, :3].numpy(), skeleton.bones[0].order))
    return rest.T @ CAMERA.T @ turn @ CAMERA @ rest @ local, angles[:, 3:]


def mirrored(bodies: ObservedBodies) -> ObservedBodies:
    """The same people in a mirror."""
    skeleton = body_skeleton()
    flip = torch.tensor([-1.0, 1.0, 1.0])
    bones = skeleton.mirrored
    by_freedom = {freedom: k for k, freedom in enumerate(skeleton.freedoms)}
    angles = [by_freedom[bones[bone], axis] - 3 for bone, axis in skeleton.freedoms[3:]]
    signs = _tensor(skeleton.mirror_signs[3:])
    swap = [BODY_POINTS.index(mirrored_name(name)) for name in BODY_POINTS]
    return ObservedBodies(
        row=bodies.row,
        root=flip[:, None] * bodies.root * flip,
        angles=bodies.angles[:, angles] * signs,
        lengths=bodies.lengths[:, bones],
        size=bodies.size,
        distance=bodies.distance,
        plane=bodies.plane[:, swap] * flip[:2],
        depth=bodies.depth[:, swap],
        seen=bodies.seen[:, swap],
    )
