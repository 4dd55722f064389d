"""Training batches: legal poses with varied bones, seen by a camera, with a detector's errors."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ..features import BODY_POINTS, body_features, hand_features
from ..keypoints import HAND_NAMES
from ..kinematics import forward_kinematics, joint_positions
from ..rotations import CAMERA_FROM_BLENDER
from ..skeleton import Skeleton, body_skeleton, hand_skeleton
from .network import rotation_from_six

#: Log standard deviation of one bone's length among people, and of a detector's idea of it.
BONE_SPREAD = {"body": 0.12, "hand": 0.08}
#: Share of hand poses that lie between two recorded ones, and that are uniform within the limits.
TRANSITIONS, UNIFORM = 0.25, 0.2
FINGER_JITTER = 0.08  # radians
#: Detector errors of hand points in units of the hand's mean radius: scale of a half-normal draw.
HAND_NOISE = 0.10
#: Detector errors of body points in units of the shoulder scale.
BODY_NOISE = 0.035
#: Where a detector puts a landmark, against the table's joint, metres (one draw a sample).
DEFINITION_SPREAD = 0.012
HIP_SPREAD = 0.035
HIPS_UNSEEN, WRIST_UNSEEN, POINT_UNSEEN = 0.2, 0.03, 0.02
#: Share of pictures that end above the hips or a little below, in trunk lengths under the neck: what
#: is not seen is most often out of the picture, and hands that are not seen are low.
CROPPED, EDGE = 0.6, (0.4, 1.3)
_CAMERA = torch.tensor(CAMERA_FROM_BLENDER, dtype=torch.float32)


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
    points: Tensor
    """(N,J,3) metres, Blender's axes, relative to the root joint."""


def _place(points: Tensor, distance: Tensor) -> Tensor:
    """Points (N,K,3) in Blender's axes -> the image plane (N,K,2) of a camera that looks at their mean."""
    seen = (points - points.mean(-2, keepdim=True)) @ _CAMERA.T
    depth = seen[..., 2:] + distance[:, None, None]
    return seen[..., :2] / depth


def _log_uniform(count: int, low: float, high: float) -> Tensor:
    return low * (high / low) ** torch.rand(count)


def hand_batch(count: int, recorded: Tensor, lengths: Tensor) -> Batch:
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
    return Batch(hand_features(plane + noise), root, angles, bones, points)


def body_batch(count: int, bodies: Tensor) -> Batch:
    """Upper bodies; `bodies` (M,19) angles whose root is three Euler angles."""
    skeleton = body_skeleton()
    chosen = bodies[torch.randint(len(bodies), (count,))]
    bones = _to_stature(skeleton, _varied(skeleton, count, BONE_SPREAD["body"]))
    bones = _both_sides(skeleton, bones)
    pose = forward_kinematics(skeleton, chosen, bones)
    root = torch.as_tensor(skeleton.rest[0], dtype=torch.float32).T @ pose.rotations[:, 0]
    points = joint_positions(skeleton, pose)
    seen_points = points[:, [skeleton.joints.index(name) for name in BODY_POINTS]]
    spread = torch.full((len(BODY_POINTS), 1), DEFINITION_SPREAD)
    spread[-2:] = HIP_SPREAD
    shifted = seen_points + spread * torch.randn_like(seen_points)
    plane = _place(shifted, _log_uniform(count, 0.9, 5.0))
    width = (plane[:, 11] - plane[:, 12]).norm(dim=-1) + (plane[:, 0] - plane[:, 11:13].mean(1)).norm(dim=-1)
    level = BODY_NOISE * torch.randn(count, 1, 1).abs() * width[:, None, None]
    noise = level * torch.randn_like(plane)
    visible = (torch.rand(count, len(BODY_POINTS)) > POINT_UNSEEN).float()
    visible[:, -2:] *= (torch.rand(count, 1) > HIPS_UNSEEN).float()
    neck, hips = plane[:, 11:13, 1].mean(1, keepdim=True), plane[:, -2:, 1].mean(1, keepdim=True)
    edge = neck + (hips - neck) * (EDGE[0] + (EDGE[1] - EDGE[0]) * torch.rand(count, 1))
    visible *= ((plane[..., 1] < edge) | (torch.rand(count, 1) > CROPPED)).float()
    visible[:, 15:17] *= (torch.rand(count, 2) > WRIST_UNSEEN).float()
    visible[:, 11:13] = 1.0
    return Batch(body_features(plane + noise, visible), root, chosen[:, 3:], bones, points)


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
    other = [skeleton.names.index(bone.mirror or bone.name) for bone in skeleton.bones]
    return (lengths + lengths[:, other]) / 2


def pose_points(skeleton: Skeleton, root: Tensor, angles: Tensor, lengths: Tensor) -> Tensor:
    """FK with a root given as a local rotation: (N,J,3), Blender's axes."""
    still = torch.cat([torch.zeros(len(angles), 3), angles], 1)
    points = joint_positions(skeleton, forward_kinematics(skeleton, still, lengths))
    rest = torch.as_tensor(skeleton.rest[0], dtype=torch.float32)
    return points @ (rest @ root @ rest.T).mT
