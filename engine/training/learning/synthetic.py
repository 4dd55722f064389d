"""Training batches of poses that were not rendered: drawn, with a detector's errors from a noise model.

Hands come without depth.
"""

import torch
from torch import Tensor

from ...keypoints import HAND_NAMES
from ...lifting.features import BODY_POINTS, FULL_POINTS, body_features, hand_features
from ...lifting.observations import NEAR
from ...skeleton import Kind, Skeleton, body_skeleton, forward_kinematics, hand_skeleton, joint_positions, legs_skeleton
from ..fitting.free import rotation_from_six
from .batches import BODY_JITTER, Batch, both_sides, limits
from .detector_errors import CAMERA, guessed_depths, pose_points

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


def drawn_hands(count: int, recorded: Tensor, lengths: Tensor) -> Batch:
    """Right hands in any orientation; `recorded` (M,23) finger angles, `lengths` (M,B) metres."""
    skeleton = hand_skeleton()
    first, second = (torch.randint(len(recorded), (count,)) for _ in range(2))
    kind = torch.rand(count, 1)
    share = torch.where(kind < TRANSITIONS, torch.rand(count, 1), torch.zeros(1))
    angles = recorded[first] * (1 - share) + recorded[second] * share
    angles = angles + FINGER_JITTER * torch.randn_like(angles)
    lower, upper = limits(skeleton)
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
    bones = both_sides(skeleton, _to_stature(skeleton, _varied(skeleton, count, BONE_SPREAD["body"])))
    root, points, features = _seen_bodies(skeleton, chosen, bones, BODY_POINTS)
    return Batch(features, root, chosen[:, 3:], bones, torch.ones(count), points)


def drawn_legs(count: int, bodies: Tensor, legs: Tensor) -> Batch:
    """Legs of whole bodies; `bodies` as above, `legs` (L,10) angles. Their lengths go with the table's upper body."""
    whole, skeleton, upper = body_skeleton(Kind.FULL_BODY), legs_skeleton(), body_skeleton()
    chosen = torch.zeros(count, len(whole.freedoms))
    chosen[:, upper.angles_in(whole)] = bodies[torch.randint(len(bodies), (count,))]
    own = legs[torch.randint(len(legs), (count,))]
    low, high = limits(skeleton)
    chosen[:, skeleton.angles_in(whole)[3:]] = own = (own + LEG_JITTER * torch.randn_like(own)).clamp(low, high)
    bones = both_sides(whole, _varied(whole, count, BONE_SPREAD["body"]))
    trunk = bones[:, upper.bones_in(whole)]
    bones = bones * (upper.lengths.sum() / trunk.sum(-1, keepdim=True))
    root, points, features = _seen_bodies(whole, chosen, bones, FULL_POINTS)
    bones = bones[:, skeleton.bones_in(whole)]
    points = points[:, [whole.joints.index(name) for name in skeleton.joints]]
    return Batch(features, root, own, bones, torch.ones(count), points)


def _seen_bodies(
    skeleton: Skeleton, angles: Tensor, bones: Tensor, names: tuple[str, ...]
) -> tuple[Tensor, Tensor, Tensor]:
    """Roots (N,3,3) and joints (N,J,3) of angles (N,A); features of the named ones, seen from somewhere in front."""
    pose = forward_kinematics(skeleton, angles, bones)
    root = torch.as_tensor(skeleton.rest[0], dtype=torch.float32).T @ pose.rotations[:, 0]
    points = joint_positions(skeleton, pose)
    count, hips, legs = len(points), slice(17, 19), slice(19, None)
    seen_points = points[:, [skeleton.joints.index(name) for name in names]]
    spread = torch.full((len(names), 1), DEFINITION_SPREAD)
    spread[hips], spread[legs] = HIP_SPREAD, LEG_SPREAD
    shifted = seen_points + spread * torch.randn_like(seen_points)
    distance = _log_uniform(count, 0.9, 5.0)
    plane = _place(shifted, distance)
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
    depth, known = guessed_depths(shifted) / distance[:, None], (torch.rand(count, 1) > BODY_JITTER.withheld).float()
    return root, points, body_features(plane + noise, depth, known, visible)


def _place(points: Tensor, distance: Tensor) -> Tensor:
    """Points (N,K,3) in Blender's axes -> the image plane (N,K,2) of a camera that looks at their mean."""
    seen = (points - points.mean(-2, keepdim=True)) @ CAMERA.T
    depth = seen[..., 2:] + distance[:, None, None]
    return seen[..., :2] / depth.clamp(min=NEAR)


def _log_uniform(count: int, low: float, high: float) -> Tensor:
    return low * (high / low) ** torch.rand(count)


def _varied(skeleton: Skeleton, count: int, spread: float) -> Tensor:
    lengths = torch.as_tensor(skeleton.lengths, dtype=torch.float32)
    return lengths * torch.exp(spread * torch.randn(count, len(lengths)))


def _to_stature(skeleton: Skeleton, lengths: Tensor) -> Tensor:
    """Size is not observable from one view: lengths are those of a person of the table's stature."""
    default = torch.as_tensor(skeleton.lengths, dtype=lengths.dtype)
    return lengths * (default.sum() / lengths.sum(-1, keepdim=True))
