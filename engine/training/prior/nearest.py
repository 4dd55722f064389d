"""Lifting by the nearest known hands: those that look the most like it once turned about the line of sight."""

from dataclasses import dataclass

import torch
from torch import Tensor

from .canonical import relative

#: Known hands that are averaged: of 1, 4, 16 and 64 the best on `dev`.
NEIGHBOURS = 16


@dataclass(frozen=True)
class Nearest:
    """M known hands; points on the image plane are complex numbers x + iy."""

    outlines: Tensor
    """(M,21) about their mean, of length 1."""
    hands: Tensor
    """(M,21,3) w^rel."""

    @classmethod
    def of(cls, points: Tensor, joints: Tensor) -> "Nearest":
        """From points (M,21,2) and joints (M,21,3), metres."""
        return cls(_outline(points), relative(joints)[0])

    def lift(self, points: Tensor, neighbours: int = NEIGHBOURS) -> Tensor:
        """Points (N,21,2) -> w^rel (N,21,3)."""
        return torch.cat([self._lift(own, neighbours) for own in _outline(points).split(256)])

    def _lift(self, outlines: Tensor, neighbours: int) -> Tensor:
        # Of unit vectors, the product's size tells the distance after the best turn, and its angle that turn.
        product = outlines @ self.outlines.mH
        best = product.abs().topk(neighbours, dim=1).indices
        turn = torch.angle(product.gather(1, best))
        cos, sin = torch.cos(turn)[..., None], torch.sin(turn)[..., None]
        x, y, z = self.hands[best].unbind(-1)
        return torch.stack([x * cos - y * sin, x * sin + y * cos, z], -1).mean(1)


def _outline(points: Tensor) -> Tensor:
    centred = torch.view_as_complex((points - points.mean(1, keepdim=True)).contiguous())
    return centred / centred.norm(dim=1, keepdim=True)
