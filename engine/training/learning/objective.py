"""What the angle networks minimise: errors of angles, joints and their projections, weighed by learning."""

import torch
from torch import Tensor, nn

from .batches import Batch
from .detector_errors import CAMERA
from .network import turn_between
from .recipe import Recipe


class Objective(nn.Module):
    """A sum of terms, each divided by its learned uncertainty (Kendall, Gal and Cipolla 2018) or of a fixed weight.

    `weights` (K,) say how much each joint counts.
    """

    def __init__(self, recipe: Recipe, weights: Tensor) -> None:
        super().__init__()
        self.terms, fixed = zip(*recipe.terms, strict=True)
        self.weights = weights
        self.uncertainty = nn.Parameter(-torch.log(torch.tensor(fixed)), requires_grad=recipe.learned)

    def forward(self, batch: Batch, root: Tensor, angles: Tensor, points: Tensor, truth: Tensor) -> Tensor:
        """Loss of angles (N,A-3) and joints (N,K,3), metres, Blender's axes, against a batch and its joints."""
        points, truth = (x - x.mean(1, keepdim=True) for x in (points, truth))
        values = {
            "angles": lambda: (angles - batch.angles).abs().mean(),
            "root": lambda: (root - batch.root).abs().mean(),
            "joints": lambda: self.weighted((points - truth).norm(dim=-1)),
            "reprojection": lambda: self.weighted(_across(points, truth)),
        }
        losses = torch.stack([values[name]() for name in self.terms])
        return (torch.exp(-self.uncertainty) * losses + self.uncertainty).sum()

    def weighted(self, distances: Tensor) -> Tensor:
        """Mean of (N,K) in which joints count as much as they weigh."""
        return (distances * self.weights).sum(1).mean() / self.weights.sum()


def surprise(batch: Batch, root: Tensor, angles: Tensor, spreads: Tensor) -> Tensor:
    """Mean negative log likelihood of a batch's pose about roots (N,3,3) and angles (N,A-3), Laplace's.

    `spreads` (N,A-2) are the logarithms of the mean errors to expect: of the root's axes, and of the angles. The
    poses themselves are left to the objective (Kendall and Gal 2017, equation 5, for a given mean).
    """
    turn = turn_between(root, batch.root)[:, None] / 3**0.5
    errors = torch.cat([turn, (angles - batch.angles).abs()], 1)
    return (errors * torch.exp(-spreads) + spreads).mean()


def _across(points: Tensor, truth: Tensor) -> Tensor:
    """(N,K) distances across the line of sight, metres: the projection of a camera far away."""
    return ((points - truth) @ CAMERA.T)[..., :2].norm(dim=-1)
