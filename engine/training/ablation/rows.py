"""The rows of the ablation: what ships, and what was tried instead of it."""

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ...lifting.features import BODY_FEATURES
from ...skeleton import body_skeleton, forward_kinematics
from ..learning.network import perceptron
from ..learning.recipe import ANGLES, JOINTS, REPROJECTION, ROOT, Recipe
from ..measuring.markdown import percent

Rows = dict[str, dict[str, Recipe]]
"""Group -> row -> how it is trained."""
CHANCE = "Chance"


def without_depth(features: Tensor) -> Tensor:
    """A hand's features (N,64) as where MediaPipe's depth is not known."""
    return torch.cat([features[:, :42], torch.zeros_like(features[:, 42:])], 1)


def without_body_depth(features: Tensor) -> Tensor:
    """The same of a body's features (N,77)."""
    points = features[:, :-1].reshape(len(features), -1, BODY_FEATURES) * torch.tensor([1.0, 1.0, 0.0, 1.0])
    return torch.cat([points.flatten(1), torch.zeros_like(features[:, -1:])], 1)


def without_mask(features: Tensor) -> Tensor:
    """A body's features (N,77) that do not tell which points are seen."""
    points = features[:, :-1].reshape(len(features), -1, BODY_FEATURES)
    told = torch.cat([points[..., :3], torch.ones_like(points[..., 3:])], -1)
    return torch.cat([told.flatten(1), features[:, -1:]], 1)


class Residual(nn.Module):
    """Two layers that are added to what they are given."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width))

    def forward(self, x: Tensor) -> Tensor:
        """(N,W) -> (N,W)."""
        return torch.relu(x + self.inner(x))


def residual(inputs: int, width: int, depth: int, outputs: int) -> nn.Sequential:
    """As `perceptron`, each hidden layer but the first a block of two that is added to what it is given."""
    blocks = (Residual(width) for _ in range(depth - 1))
    return nn.Sequential(nn.Linear(inputs, width), nn.ReLU(), *blocks, nn.Linear(width, outputs))


class SixOfEuler(nn.Module):
    """The root's Euler angles, radians, as its six numbers."""

    root = replace(body_skeleton(), bones=(replace(body_skeleton().bones[0], rest=np.eye(3)),))

    def forward(self, raw: Tensor) -> Tensor:
        """(N,3+A) -> (N,6+A)."""
        rotation = forward_kinematics(self.root, raw[:, :3], torch.ones(1)).rotations[:, 0]
        return torch.cat([rotation[..., 0], rotation[..., 1], raw[:, 3:]], 1)


def euler_root(inputs: int, width: int, depth: int, outputs: int) -> nn.Sequential:
    """As `perceptron`, whose root is three Euler angles."""
    return nn.Sequential(*perceptron(inputs, width, depth, outputs - 3), SixOfEuler())


def rows_of(part: str, shipped: Recipe) -> Rows:
    """A part's rows: `shipped` as it is, and with one of its choices made otherwise."""

    def but(**choice: Any) -> Recipe:
        return replace(shipped, **choice)

    rows = {
        "Objective": {
            "angles and root": but(terms=(ANGLES, ROOT), learned=False),
            "joints": but(terms=(JOINTS,), learned=False),
            "reprojection and a tenth of angles and root": but(
                terms=(("angles", 0.1), ("root", 0.1), REPROJECTION), learned=False
            ),
            "angles, root, joints; fixed weights": but(terms=(ANGLES, ROOT, JOINTS), learned=False),
            "all four; fixed weights": but(learned=False),
            "all four; learned uncertainties": shipped,
        },
        "Rendered samples": {percent(share): but(rendered=share) for share in (0.0, 0.5, 0.75, 1.0)},
        "Width": {str(width): but(width=width) for width in (256, 512, 1024)} | {"512, residual": but(build=residual)},
        "Root": {"six numbers": shipped, "Euler angles": but(build=euler_root)},
    }
    if part == "body":
        rows["Wrists weigh"] = {"once": but(wrists=1.0), "twice": shipped, "four times": but(wrists=4.0)}
        rows["Which points are seen"] = {"told": shipped, "not told": but(shown=without_mask)}
        rows["MediaPipe's depth"] = {"given": shipped, "not given": but(shown=without_body_depth)}
    if part == "hand":
        rows["MediaPipe's depth"] = {"given": shipped, "not given": but(shown=without_depth)}
    rows[CHANCE] = {f"seed {seed}": but(seed=seed) for seed in range(shipped.seed, shipped.seed + 3)}
    return rows
