"""What the angle networks minimise: errors of angles, joints and their projections, weighed by learning."""

import torch
from torch import Tensor, nn

from .batches import Batch
from .detector_errors import CAMERA

TERMS = ("angles", "root", "joints", "reprojection")
#: Weights of the terms where they are fixed: radians, matrix entries, decimetres, tenths of the size.
FIXED = {"angles": 1.0, "root": 1.0, "joints": 10.0, "reprojection": 10.0}
#: Ends of limbs carry what hangs on them.
WRIST_WEIGHT = 2.0


class Objective(nn.Module):
    """A sum of terms, each divided by its learned uncertainty (Kendall, Gal and Cipolla 2018) or of a fixed weight."""

    def __init__(self, terms: tuple[str, ...] = TERMS, *, learned: bool = True) -> None:
        super().__init__()
        self.terms = terms
        start = -torch.log(torch.tensor([FIXED[name] for name in terms]))
        self.uncertainty = nn.Parameter(start, requires_grad=learned)

    def forward(self, batch: Batch, root: Tensor, angles: Tensor, points: Tensor, truth: Tensor) -> Tensor:
        """Loss of angles (N,A-3) and joints (N,K,3), metres, Blender's axes, against a batch and its joints."""
        points, truth = (x - x.mean(1, keepdim=True) for x in (points, truth))
        values = {
            "angles": lambda: (angles - batch.angles).abs().mean(),
            "root": lambda: (root - batch.root).abs().mean(),
            "joints": lambda: _weighted((points - truth).norm(dim=-1)),
            "reprojection": lambda: _weighted(_across(points, truth)),
        }
        losses = torch.stack([values[name]() for name in self.terms])
        return (torch.exp(-self.uncertainty) * losses + self.uncertainty).sum()


def _across(points: Tensor, truth: Tensor) -> Tensor:
    """(N,K) distances across the line of sight, metres: the projection of a camera far away."""
    return ((points - truth) @ CAMERA.T)[..., :2].norm(dim=-1)


def _weighted(distances: Tensor) -> Tensor:
    """Mean of (N,K) in which a body's wrists count more."""
    weights = torch.ones(distances.shape[1])
    if distances.shape[1] == 19:
        weights[15:17] = WRIST_WEIGHT
    return (distances * weights).sum(1).mean() / weights.sum()
