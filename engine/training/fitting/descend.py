"""A hand in several views: where its joints are seen, and Adam until that is where the 2D points are."""

from dataclasses import dataclass, fields

import torch
from torch import Tensor

from ...keypoints import HAND_NAMES
from ...skeleton import forward_kinematics, hand_skeleton, joint_positions
from .free import rotation_from_six, spread

LEARNING_RATE = 0.03
#: A view whose mean residual is beyond this, sides of the box, counts less and less: one wrong view of
#: six must not bend the hand. Measured by views held out of the fit, as `handshapes.DISTANCE` is.
DOUBT = 0.05
#: Weight of squared angles, sides of the box per radian^2: of several poses the one nearest to rest.
REST = 2e-4
#: Weight of squared logarithms of bone length over the table's, sides of the box.
LENGTH = 1e-2


@dataclass
class Guess:
    """The variables of N handshapes in V views."""

    raw: Tensor
    """(N,23) angles before the sigmoid."""
    six: Tensor
    """(N,V,6) camera rotations."""
    place: Tensor
    """(N,V,3) where the wrist is seen, and the logarithm of the scale in sides of the box per metre."""

    @property
    def tensors(self) -> list[Tensor]:
        """All three."""
        return [getattr(self, field.name) for field in fields(self)]

    def pick(self, rows: Tensor) -> "Guess":
        """A copy of some handshapes' variables."""
        return Guess(*(x.detach()[rows].clone() for x in self.tensors))


def pose_hand(raw: Tensor, template: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Joints (N,21,3), metres, from the wrist; bone lengths (B,); angles (N,23)."""
    skeleton = hand_skeleton()
    order = [skeleton.joints.index(f"right_hand_{name}") for name in HAND_NAMES]
    angles = spread(skeleton, raw)
    lengths = torch.as_tensor(skeleton.lengths, dtype=torch.float32) * torch.exp(template)
    pose = forward_kinematics(skeleton, torch.cat([torch.zeros(len(raw), 3), angles], 1), lengths)
    return joint_positions(skeleton, pose)[:, order], lengths, angles


def project_hand(joints: Tensor, six: Tensor, place: Tensor, distance: float) -> Tensor:
    """Joints (...,21,3) in views (...,V) -> (...,V,21,2), sides of the box."""
    turned = joints[..., None, :, :] @ rotation_from_six(six).mT
    nearer = distance / (distance + turned[..., 2:]).clamp(min=distance / 4)
    return turned[..., :2] * nearer * place[..., None, 2:].exp() + place[..., None, :2]


def doubted(error: Tensor) -> Tensor:
    """The cost (N,V) of distances (N,V,21): their mean, growing ever more slowly (Cauchy's, of L1)."""
    return DOUBT * torch.log1p(error.mean(-1) / DOUBT)


def descend(guess: Guess, template: Tensor, target: Tensor, seen: Tensor, distance: float, steps: int) -> Tensor:
    """Adam over everything, in place; the distances (N,V,21) that remain."""
    variables = [*guess.tensors, template]
    for variable in variables:
        variable.requires_grad_()
    optimizer = torch.optim.Adam(variables, lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    error = target[..., 0]
    for _ in range(steps):
        joints, _, angles = pose_hand(guess.raw, template)
        error = (project_hand(joints, guess.six, guess.place, distance) - target).norm(dim=-1)
        loss = (doubted(error) * seen).sum() / seen.sum()
        loss = loss + REST * (angles**2).sum(-1).mean() + LENGTH * (template**2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return error.detach()
