"""Angles and bone lengths behind recorded hands, by gradient descent through forward kinematics.

The paper's ground-truth procedure (Ivashechkin et al. 2023, section 3): Adam over angles, bone
lengths and translation, with the angles behind a sigmoid so that they stay within the limits.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ..keypoints import HAND_NAMES
from ..kinematics import forward_kinematics, joint_positions
from ..skeleton import hand_skeleton
from .hand_data import HandRecordings
from .network import rotation_from_six

STEPS = 400
LEARNING_RATE = 0.03
#: Weight of squared angles: of several legal poses the one nearest to rest (metres per radian^2).
REST = 2e-5


@dataclass(frozen=True)
class FittedHands:
    """What explains the recordings, and how well."""

    angles: NDArray[np.float32]
    """(N,23) radians: the finger angles, without the root."""
    lengths: NDArray[np.float32]
    """(N,B) metres."""
    residual: NDArray[np.float32]
    """(N,21) distance of each point to the recording, metres."""


def fit_hands(recordings: HandRecordings) -> FittedHands:
    """Fit all recordings at once; bone lengths are one template per source times one scale a hand."""
    skeleton = hand_skeleton()
    target = torch.as_tensor(recordings.joints)
    source = torch.as_tensor(recordings.source)
    order = [skeleton.joints.index(f"right_hand_{name}") for name in HAND_NAMES]
    lower, upper = (torch.as_tensor(a[3:], dtype=torch.float32) for a in (skeleton.lower, skeleton.upper))
    default = torch.as_tensor(skeleton.lengths, dtype=torch.float32)
    count = len(target)
    raw = torch.zeros(count, 23, requires_grad=True)
    six = _palm_frames(target).requires_grad_()
    shift = torch.zeros(count, 1, 3, requires_grad=True)
    template = torch.zeros(2, len(skeleton.bones), requires_grad=True)
    palm = target[:, 9].norm(dim=-1, keepdim=True) / default[0]
    scale = palm.log().requires_grad_()
    optimizer = torch.optim.Adam([raw, six, template, scale], lr=LEARNING_RATE)
    optimizer.add_param_group({"params": [shift], "lr": LEARNING_RATE / 30})
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    angles, lengths, distance = raw, template, scale
    for _ in range(STEPS):
        angles = lower + (upper - lower) * torch.sigmoid(raw)
        lengths = default * torch.exp(template[source] + scale)
        zeros = torch.zeros(count, 3)
        pose = forward_kinematics(skeleton, torch.cat([zeros, angles], 1), lengths)
        points = joint_positions(skeleton, pose)[:, order] @ rotation_from_six(six).mT + shift
        distance = (points - target).norm(dim=-1)
        loss = distance.mean() + REST * (angles**2).sum(-1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return FittedHands(angles.detach().numpy(), lengths.detach().numpy(), distance.detach().numpy())


def _palm_frames(points: torch.Tensor) -> torch.Tensor:
    """Start of the root rotation: from hand_skeleton's rest axes to the recording's, as six numbers."""
    y = torch.nn.functional.normalize(points[:, 9], dim=-1)
    across = points[:, 5] - points[:, 17]
    x = torch.nn.functional.normalize(across - (across * y).sum(-1, keepdim=True) * y, dim=-1)
    # The rest frame's X is Blender's X, its Y is Blender's Z: columns 0 and 1 of the map are x and -palm.
    return torch.cat([x, -torch.linalg.cross(x, y)], -1)
