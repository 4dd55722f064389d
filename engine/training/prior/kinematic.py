"""Hands as bones in the frames of their parents: what *Local* lifts to.

Every finger is a chain of four bones from the wrist. A bone is its length and two turns, about the X and the Y axis of
the frame whose Z axis is the bone before it; the first bone's frame is the camera's.
"""

import torch
from torch import Tensor

from ..learning.batches import about_axis

BONES = 20


def bones_of(hand: Tensor) -> Tensor:
    """Points (N,21,3) from the wrist -> (N,20,3): lengths, and turns about X and Y, radians."""
    chains = hand[:, 1:].reshape(-1, 4, 3)
    frame, start = _eye(chains), torch.zeros_like(chains[:, 0])
    bones: list[Tensor] = []
    for end in chains.unbind(1):
        x, y, z = ((end - start)[:, None] @ frame)[:, 0].unbind(-1)
        about_x, about_y = torch.atan2(-y, torch.hypot(x, z)), torch.atan2(x, z)
        bones.append(torch.stack([(end - start).norm(dim=-1), about_x, about_y], -1))
        frame, start = frame @ _turn(about_x, about_y), end
    return torch.stack(bones, 1).reshape(-1, BONES, 3)


def points_of(bones: Tensor) -> Tensor:
    """The way back: (N,20,3) -> points (N,21,3) from the wrist."""
    chains = bones.reshape(-1, 4, 3)
    frame, end = _eye(chains), torch.zeros_like(chains[:, 0])
    points: list[Tensor] = []
    for bone in chains.unbind(1):
        frame = frame @ _turn(bone[:, 1], bone[:, 2])
        end = end + bone[:, :1] * frame[:, :, 2]
        points.append(end)
    hand = torch.stack(points, 1).reshape(-1, BONES, 3)
    return torch.cat([torch.zeros_like(hand[:, :1]), hand], 1)


def _turn(about_x: Tensor, about_y: Tensor) -> Tensor:
    return about_axis(1, about_y) @ about_axis(0, about_x)


def _eye(chains: Tensor) -> Tensor:
    return torch.eye(3, dtype=chains.dtype).repeat(len(chains), 1, 1)
