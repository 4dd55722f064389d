"""Training batches: legal poses with varied bones, seen by a camera, with a detector's errors.

Errors are MediaPipe's own on rendered signers, moved to poses a little beside those that they were made
in; or drawn from a noise model, for poses that were not rendered. The latter come without depth.
"""

from dataclasses import dataclass, fields, replace
from typing import Any

import torch
from torch import Tensor

from ..features import BODY_POINTS, FULL_POINTS, body_features, hand_features
from ..keypoints import HAND_NAMES
from ..kinematics import forward_kinematics, joint_positions
from ..skeleton import FULL_BODY, Skeleton, body_skeleton, hand_skeleton, legs_skeleton
from .network import rotation_from_six
from .observed import CAMERA, Observed, ObservedBodies, ObservedHands, T, body_model, hand_model, pose_points

#: Log standard deviation of one bone's length among people, and of a detector's idea of it.
BONE_SPREAD = {"body": 0.12, "hand": 0.08}
#: Share of hand poses that lie between two recorded ones, and that are uniform within the limits.
TRANSITIONS, UNIFORM = 0.25, 0.2
FINGER_JITTER, LEG_JITTER = 0.08, 0.06  # radians
#: Detector errors of hand points in units of the hand's mean radius: scale of a half-normal draw.
HAND_NOISE = 0.10
#: Detector errors of body points in units of the shoulder scale.
BODY_NOISE = 0.035
#: Where a detector puts a landmark, against the table's joint, metres (one draw a sample).
DEFINITION_SPREAD = 0.012
HIP_SPREAD, LEG_SPREAD = 0.035, 0.025
HIPS_UNSEEN, WRIST_UNSEEN, POINT_UNSEEN = 0.2, 0.03, 0.02
#: Share of pictures that end above the hips or a little below, in trunk lengths under the neck: what
#: is not seen is most often out of the picture, and hands that are not seen are low.
CROPPED, EDGE, LEG_EDGE = 0.6, (0.4, 1.3), (1.3, 3.2)
#: How far from the pose of its making an error is used: angles, roll of the camera, other turns, radians;
#: log bone lengths; log distance.
ANGLE_JITTER, BONE_JITTER, DISTANCE_JITTER = 0.08, 0.04, 0.15
TURN_JITTER = {"hand": 0.08, "body": 0.03}
ROLL = {"hand": 0.4, "body": 0.03}
#: Share of samples that are rendered ones; of these, share whose depth is withheld.
OBSERVED, WITHHELD = 0.75, 0.15


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


def _place(points: Tensor, distance: Tensor) -> Tensor:
    """Points (N,K,3) in Blender's axes -> the image plane (N,K,2) of a camera that looks at their mean."""
    seen = (points - points.mean(-2, keepdim=True)) @ CAMERA.T
    depth = seen[..., 2:] + distance[:, None, None]
    return seen[..., :2] / depth


def _log_uniform(count: int, low: float, high: float) -> Tensor:
    return low * (high / low) ** torch.rand(count)


def drawn_hands(count: int, recorded: Tensor, lengths: Tensor) -> Batch:
    """Right hands in any orientation; `recorded` (M,23) finger angles, `lengths` (M,B) metres."""
    skeleton = hand_skeleton()
    first, second = (torch.randint(len(recorded), (count,)) for _ in range(2))
    kind = torch.rand(count, 1)
    share = torch.where(kind < TRANSITIONS, torch.rand(count, 1), torch.zeros(1))
    angles = recorded[first] * (1 - share) + recorded[second] * share
    angles = angles + FINGER_JITTER * torch.randn_like(angles)
    lower, upper = _limits(skeleton)
    uniform = lower + (upper - lower) * torch.rand_like(angles)
    angles = torch.where(kind > 1 - UNIFORM, uniform, angles).clamp(lower, upper)
    bones = _varied(skeleton, count, BONE_SPREAD["hand"])
    bones = torch.where(torch.rand(count, 1) < 0.3, _to_stature(skeleton, lengths[first]), bones)
    root = rotation_from_six(torch.randn(count, 6))
    points = pose_points(skeleton, root, angles, bones)
    order = [skeleton.joints.index(f"right_hand_{name}") for name in HAND_NAMES]
    plane = _place(points[:, order], _log_uniform(count, 0.3, 3.0))
    radius = (plane - plane.mean(-2, keepdim=True)).norm(dim=-1).mean(-1)[:, None, None]
    level = HAND_NOISE * torch.randn(count, 1, 1).abs() * radius
    finger = torch.randn(count, 5, 1, 2).expand(-1, -1, 4, -1).reshape(count, 20, 2)
    finger = torch.cat([torch.zeros(count, 1, 2), finger], 1)
    noise = level * (0.7 * torch.randn_like(plane) + 0.5 * finger)
    nothing = torch.zeros(count, 1)
    features = hand_features(plane + noise, torch.zeros(count, 21), nothing)
    return Batch(features, root, angles, bones, torch.ones(count), points)


def drawn_bodies(count: int, bodies: Tensor) -> Batch:
    """Upper bodies; `bodies` (M,19) angles whose root is three Euler angles."""
    skeleton = body_skeleton()
    chosen = bodies[torch.randint(len(bodies), (count,))]
    bones = _both_sides(skeleton, _to_stature(skeleton, _varied(skeleton, count, BONE_SPREAD["body"])))
    pose = forward_kinematics(skeleton, chosen, bones)
    root = torch.as_tensor(skeleton.rest[0], dtype=torch.float32).T @ pose.rotations[:, 0]
    points = joint_positions(skeleton, pose)
    features = _seen_bodies(skeleton, points, BODY_POINTS)
    return Batch(features, root, chosen[:, 3:], bones, torch.ones(count), points)


def drawn_legs(count: int, bodies: Tensor, legs: Tensor) -> Batch:
    """Legs of whole bodies; `bodies` as above, `legs` (L,10) angles. Their lengths go with the table's upper body."""
    whole, skeleton, upper = body_skeleton(FULL_BODY), legs_skeleton(), body_skeleton()
    chosen = torch.zeros(count, len(whole.freedoms))
    chosen[:, _angles_of(whole, upper)] = bodies[torch.randint(len(bodies), (count,))]
    own = legs[torch.randint(len(legs), (count,))]
    low, high = _limits(skeleton)
    chosen[:, _angles_of(whole, skeleton)[3:]] = own = (own + LEG_JITTER * torch.randn_like(own)).clamp(low, high)
    bones = _both_sides(whole, _varied(whole, count, BONE_SPREAD["body"]))
    trunk = bones[:, [whole.names.index(name) for name in upper.names]]
    bones = bones * (upper.lengths.sum() / trunk.sum(-1, keepdim=True))
    pose = forward_kinematics(whole, chosen, bones)
    root = torch.as_tensor(whole.rest[0], dtype=torch.float32).T @ pose.rotations[:, 0]
    points = joint_positions(whole, pose)
    features = _seen_bodies(whole, points, FULL_POINTS)
    bones = bones[:, [whole.names.index(name) for name in skeleton.names]]
    points = points[:, [whole.joints.index(name) for name in skeleton.joints]]
    return Batch(features, root, own, bones, torch.ones(count), points)


def _angles_of(skeleton: Skeleton, part: Skeleton) -> list[int]:
    return [skeleton.angle_names.index(name) for name in part.angle_names]


def _seen_bodies(skeleton: Skeleton, points: Tensor, names: tuple[str, ...]) -> Tensor:
    """Features of joints (N,J,3), Blender's axes, as a detector sees the named ones from somewhere in front."""
    count, hips, legs = len(points), slice(17, 19), slice(19, None)
    seen_points = points[:, [skeleton.joints.index(name) for name in names]]
    spread = torch.full((len(names), 1), DEFINITION_SPREAD)
    spread[hips], spread[legs] = HIP_SPREAD, LEG_SPREAD
    shifted = seen_points + spread * torch.randn_like(seen_points)
    plane = _place(shifted, _log_uniform(count, 0.9, 5.0))
    width = (plane[:, 11] - plane[:, 12]).norm(dim=-1) + (plane[:, 0] - plane[:, 11:13].mean(1)).norm(dim=-1)
    level = BODY_NOISE * torch.randn(count, 1, 1).abs() * width[:, None, None]
    noise = level * torch.randn_like(plane)
    visible = (torch.rand(count, len(names)) > POINT_UNSEEN).float()
    visible[:, hips] *= (torch.rand(count, 1) > HIPS_UNSEEN).float()
    top, bottom = plane[:, 11:13, 1].mean(1, keepdim=True), plane[:, hips, 1].mean(1, keepdim=True)
    low, high = EDGE if names == BODY_POINTS else LEG_EDGE
    edge = top + (bottom - top) * (low + (high - low) * torch.rand(count, 1))
    visible *= ((plane[..., 1] < edge) | (torch.rand(count, 1) > CROPPED)).float()
    visible[:, 15:17] *= (torch.rand(count, 2) > WRIST_UNSEEN).float()
    visible[:, 11:13] = 1.0
    return body_features(plane + noise, visible)


def some(count: int, observed: T) -> T:
    """Samples at random."""
    return observed.rows(torch.randint(len(observed.root), (count,)))


def observed_hands(hands: ObservedHands, *, vary: bool = True) -> Batch:
    """Right hands as MediaPipe saw them, in other poses; or as they are."""
    skeleton = hand_skeleton()
    base, root, roll = _varied_pose(skeleton, hands, "hand") if vary else (hands, hands.root, _still(hands))
    points = pose_points(skeleton, root, base.angles, base.lengths)
    order = [skeleton.joints.index(f"right_hand_{name}") for name in HAND_NAMES]
    exact = hand_model(points[:, order], base.distance)
    plane = exact[0] + base.plane @ roll[:, :2, :2].mT
    known = (torch.rand(len(plane), 1) > (WITHHELD if vary else 0.0)).float()
    features = hand_features(plane, exact[1] + base.depth, known)
    return Batch(features, root, base.angles, base.lengths, base.size, points)


def observed_bodies(bodies: ObservedBodies, *, vary: bool = True) -> Batch:
    """Bodies as MediaPipe saw them, in other poses; or as they are."""
    skeleton = body_skeleton()
    base, root, roll = _varied_pose(skeleton, bodies, "body") if vary else (bodies, bodies.root, _still(bodies))
    points = pose_points(skeleton, root, base.angles, base.lengths)
    order = [skeleton.joints.index(name) for name in BODY_POINTS]
    plane = body_model(points[:, order], base.distance) + base.plane @ roll[:, :2, :2].mT
    features = body_features(plane, base.seen)
    return Batch(features, root, base.angles, base.lengths, base.size, points)


def _varied_pose(skeleton: Skeleton, base: Observed, part: str) -> tuple[Any, Tensor, Tensor]:
    """Samples with other angles, lengths and distances; their roots; rotations (N,3,3) of the picture."""
    count = len(base.root)
    lower, upper = _limits(skeleton)
    angles = (base.angles + ANGLE_JITTER * torch.randn_like(base.angles)).clamp(lower, upper)
    lengths = base.lengths * torch.exp(BONE_JITTER * torch.randn_like(base.lengths))
    if part == "body":
        lengths = _both_sides(skeleton, lengths)
    roll = _about_axis(2, ROLL[part] * torch.randn(count))
    others = [_about_axis(axis, TURN_JITTER[part] * torch.randn(count)) for axis in (0, 1)]
    turn = CAMERA.T @ roll @ others[0] @ others[1] @ CAMERA
    rest = torch.as_tensor(skeleton.rest[0], dtype=torch.float32)
    distance = base.distance * torch.exp(DISTANCE_JITTER * torch.randn(count))
    varied = replace(base, angles=angles, lengths=lengths, distance=distance)
    return varied, rest.T @ turn @ rest @ base.root, roll


def _still(observed: Observed) -> Tensor:
    return torch.eye(3).repeat(len(observed.root), 1, 1)


def _about_axis(axis: int, angle: Tensor) -> Tensor:
    """Rotations (N,3,3) about X, Y or Z."""
    result = torch.eye(3).repeat(len(angle), 1, 1)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    result[:, i, i] = result[:, j, j] = torch.cos(angle)
    result[:, j, i] = torch.sin(angle)
    result[:, i, j] = -torch.sin(angle)
    return result


def both(first: Batch, second: Batch) -> Batch:
    """Two batches in one."""
    return Batch(*(torch.cat([getattr(first, f.name), getattr(second, f.name)]) for f in fields(Batch)))


def _limits(skeleton: Skeleton) -> tuple[Tensor, Tensor]:
    return (
        torch.as_tensor(skeleton.lower[3:], dtype=torch.float32),
        torch.as_tensor(skeleton.upper[3:], dtype=torch.float32),
    )


def _varied(skeleton: Skeleton, count: int, spread: float) -> Tensor:
    lengths = torch.as_tensor(skeleton.lengths, dtype=torch.float32)
    return lengths * torch.exp(spread * torch.randn(count, len(lengths)))


def _to_stature(skeleton: Skeleton, lengths: Tensor) -> Tensor:
    """Size is not observable from one view: lengths are those of a person of the table's stature."""
    default = torch.as_tensor(skeleton.lengths, dtype=lengths.dtype)
    return lengths * (default.sum() / lengths.sum(-1, keepdim=True))


def _both_sides(skeleton: Skeleton, lengths: Tensor) -> Tensor:
    return (lengths + lengths[:, skeleton.mirrored]) / 2
