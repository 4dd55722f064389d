"""One row of the ablation for one part: trained by its recipe, then measured on dev."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ..learning.batches import Batch
from ..learning.detector_errors import pose_points
from ..learning.network import pose_from_raw
from ..learning.parts import Part
from ..learning.recipe import Recipe
from ..learning.train import train_angles
from ..measuring.metrics import joint_errors, rotations_apart


@dataclass(frozen=True)
class Errors:
    """Errors on dev."""

    median: float
    """Joints, cm, t."""
    mean: float
    """The same."""
    ends: float
    """Median of wrists or fingertips, cm, t."""
    aligned: float
    """Median, cm, R and t."""
    root: float
    """Median, degrees."""


def run(part: Part, recipe: Recipe) -> nn.Sequential:
    """Train one row's network."""
    torch.manual_seed(recipe.seed)
    return train_angles(part, recipe)


@torch.no_grad()
def measure(part: Part, recipe: Recipe, network: nn.Sequential) -> Errors:
    """Errors of a row's network on the dev samples."""
    batch = recipe.show(part.dev)
    root, angles, _ = pose_from_raw(part.skeleton, network(batch.features))
    return compare(part, batch, root, pose_points(part.skeleton, root, angles, batch.lengths))


def compare(part: Part, batch: Batch, root: Tensor, points: Tensor) -> Errors:
    """Errors of roots (N,3,3) and joints (N,J,3) of a batch."""
    own, truth = (x[:, part.joints].double().numpy() for x in (points, batch.points))
    distances = {name: 100.0 * joint_errors(own, truth, name) for name in ("t", "R, t")}
    return Errors(
        median=float(np.median(distances["t"])),
        mean=float(distances["t"].mean()),
        ends=float(np.median(distances["t"][:, part.wrists or part.fingertips])),
        aligned=float(np.median(distances["R, t"])),
        root=float(np.median(rotations_apart(root.numpy(), batch.root.numpy()))),
    )
