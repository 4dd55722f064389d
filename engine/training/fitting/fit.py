"""Angles and bone lengths behind known 3D points, by gradient descent through forward kinematics.

The paper's ground-truth procedure (Ivashechkin et al. 2023, section 3): Adam over angles, bone
lengths and translation, with the angles behind a sigmoid so that they stay within the limits.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...geometry.arrays import check_shapes
from ...keypoints import HAND_NAMES
from ...lifting.features import BODY_POINTS
from ...skeleton import Skeleton, forward_kinematics, hand_skeleton, joint_positions
from ..poses.hand_recordings import HandRecordings
from .free import rotation_from_six, spread

STEPS = 400
LEARNING_RATE = 0.03
#: Weight of squared angles: of several legal poses the one nearest to rest (metres per radian^2).
REST = 2e-5
#: Weight of squared log lengths of a bone against the table's (metres).
AVERAGE = 1e-4


@dataclass(frozen=True)
class Fitted:
    """What explains N sets of K points, and how well."""

    root: NDArray[np.float32]
    """(N,3,3) local rotation of the root."""
    angles: NDArray[np.float32]
    """(N,A-3) radians, without the root's."""
    lengths: NDArray[np.float32]
    """(N,B) metres."""
    residual: NDArray[np.float32]
    """(N,K) distance of each point to the given one, metres."""

    def __post_init__(self) -> None:
        count = len(self.root)
        check_shapes(
            self,
            root=(count, 3, 3),
            angles=(count, self.angles.shape[1]),
            lengths=(count, self.lengths.shape[1]),
            residual=(count, self.residual.shape[1]),
        )


def fit_hands(points: NDArray[np.float32], owner: NDArray[np.int64], scale: NDArray[np.int64]) -> Fitted:
    """Right hands (N,21,3), metres, any upright axes; see `fit_points`."""
    skeleton, target = hand_skeleton(), torch.as_tensor(points)
    order = [skeleton.joints.index(f"right_hand_{name}") for name in HAND_NAMES]
    size = (target[:, 9] - target[:, 0]).norm(dim=-1) / float(skeleton.lengths[0])
    return fit_points(skeleton, order, target, palm_frames(target), owner, scale, size)


def fit_recordings(recordings: HandRecordings) -> Fitted:
    """Recorded hands: one template a source, one scale a hand."""
    return fit_hands(recordings.joints, recordings.source, np.arange(len(recordings.joints)))


def fit_bodies(skeleton: Skeleton, points: NDArray[np.float32], person: NDArray[np.int64]) -> Fitted:
    """Bodies (N,19,3) as BODY_POINTS, metres, Blender's axes; `person` (N,) tells whose bones they have."""
    target = torch.as_tensor(points)
    order = [skeleton.joints.index(name) for name in BODY_POINTS]
    across, up = target[:, 11] - target[:, 12], target[:, 11:13].mean(1) - target[:, 17:19].mean(1)
    width, six = across.norm(dim=-1), frames_from(across, up)
    default = 2 * float(skeleton.lengths[skeleton.names.index("shoulder.R")])
    return fit_points(skeleton, order, target, six, person, person, width / default)


def fit_points(
    skeleton: Skeleton,
    joints: list[int],
    target: Tensor,
    six: Tensor,
    owner: NDArray[np.int64],
    scale: NDArray[np.int64],
    size: Tensor,
) -> Fitted:
    """Fit joints (K) to target (N,K,3), metres, Blender's axes, all at once.

    Bone lengths are the table's times the proportions of the sample's `owner` (N,) times the size of its
    `scale` (N,); a bone and its mirror image are of one length. `six` (N,6) and `size` (N,) start the
    root's rotation and the size.
    """
    default = torch.as_tensor(skeleton.lengths, dtype=torch.float32)
    rest = torch.as_tensor(skeleton.rest[0], dtype=torch.float32)
    count, owners, scales = len(target), torch.as_tensor(owner), torch.as_tensor(scale)
    raw = torch.zeros(count, len(skeleton.freedoms) - 3, requires_grad=True)
    turn = six.clone().requires_grad_()
    shift = torch.zeros(count, 1, 3, requires_grad=True)
    template = torch.zeros(int(owners.max()) + 1, len(default), requires_grad=True)
    start = torch.zeros(int(scales.max()) + 1).index_reduce(0, scales, size, "mean", include_self=False)
    factor = start.log().requires_grad_()
    optimizer = torch.optim.Adam([raw, turn, template, factor], lr=LEARNING_RATE)
    optimizer.add_param_group({"params": [shift], "lr": LEARNING_RATE / 10})
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    with torch.no_grad():
        zero = forward_kinematics(skeleton, torch.zeros(1, len(skeleton.freedoms)), default)
        middle = (
            target.mean(1, keepdim=True)
            - (joint_positions(skeleton, zero)[:, joints].mean(1, keepdim=True) * size[:, None, None])
            @ rotation_from_six(six).mT
        )
    angles, lengths, distance = raw, template, raw
    for _ in range(STEPS):
        angles = spread(skeleton, raw)
        proportions = (template + template[:, skeleton.mirrored]) / 2
        lengths = default * torch.exp(proportions[owners] + factor[scales, None])
        pose = forward_kinematics(skeleton, torch.cat([torch.zeros(count, 3), angles], 1), lengths)
        points = joint_positions(skeleton, pose)[:, joints] @ rotation_from_six(turn).mT + middle + shift
        distance = (points - target).norm(dim=-1)
        loss = distance.mean() + REST * (angles**2).sum(-1).mean() + AVERAGE * (template**2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    root = rest.T @ rotation_from_six(turn.detach()) @ rest
    return Fitted(root.numpy(), *(x.detach().numpy() for x in (angles, lengths, distance)))


def palm_frames(points: Tensor) -> Tensor:
    """Start of the root rotation: from hand_skeleton's rest axes to the points', as six numbers."""
    y = torch.nn.functional.normalize(points[:, 9] - points[:, 0], dim=-1)
    across = points[:, 5] - points[:, 17]
    x = torch.nn.functional.normalize(across - (across * y).sum(-1, keepdim=True) * y, dim=-1)
    # The rest frame's X is Blender's X, its Y is Blender's Z: columns 0 and 1 of the map are x and -palm.
    return torch.cat([x, -torch.linalg.cross(x, y)], -1)


def frames_from(across: Tensor, up: Tensor) -> Tensor:
    """The same of a trunk, (N,6): X across it, from right to left (N,3), Y to the back, Z up (N,3) more or less."""
    x = torch.nn.functional.normalize(across, dim=-1)
    return torch.cat([x, torch.nn.functional.normalize(torch.linalg.cross(up, x), dim=-1)], -1)
