"""The rows of the ablation: what ships, and what was tried instead of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from ...skeleton import body_skeleton, forward_kinematics, hand_skeleton
from ..learning import objective, parts, train
from ..learning.network import perceptron
from ..learning.objective import FIXED
from ..learning.parts import OBSERVED, SEED
from ..learning.train import ANGLE_SHAPE
from ..measuring.markdown import percent
from .replaced import Settings


def unchanged(features: Tensor) -> Tensor:
    """All features (N,C)."""
    return features


def without_depth(features: Tensor) -> Tensor:
    """A hand's features (N,64) as where MediaPipe's depth is not known."""
    return torch.cat([features[:, :42], torch.zeros_like(features[:, 42:])], 1)


def without_mask(features: Tensor) -> Tensor:
    """A body's features (N,57) that do not tell which points are seen."""
    points = features.reshape(len(features), -1, 3)
    return torch.cat([points[..., :2], torch.ones_like(points[..., 2:])], -1).reshape(features.shape)


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


@dataclass(frozen=True)
class Row:
    """One run: what it is called, and in what it differs from what ships."""

    group: str
    name: str
    terms: tuple[str, ...] = tuple(FIXED)
    learned: bool = True
    weights: tuple[tuple[str, float], ...] = ()
    """Factors of fixed weights."""
    width: int = ANGLE_SHAPE[0]
    seed: int = SEED
    settings: Settings = ()
    shown: Callable[[Tensor], Tensor] = unchanged
    """What the network gets of the features."""
    only: str = ""
    """Root bone of the only part that has this choice."""

    @property
    def recipe(self) -> "Row":
        """The run without its name: what is trained once for all rows that share it."""
        return replace(self, group="", name="", only="")


CHANCE = "Chance"
BODY, HAND = body_skeleton().names[0], hand_skeleton().names[0]
ROWS = (
    Row("Objective", "angles and root", ("angles", "root"), learned=False),
    Row("Objective", "joints", ("joints",), learned=False),
    Row(
        "Objective",
        "reprojection and a tenth of angles and root",
        ("angles", "root", "reprojection"),
        learned=False,
        weights=(("angles", 0.1), ("root", 0.1)),
    ),
    Row("Objective", "angles, root, joints; fixed weights", ("angles", "root", "joints"), learned=False),
    Row("Objective", "all four; fixed weights", learned=False),
    Row("Objective", "all four; learned uncertainties"),
    *(Row("Rendered samples", percent(x), settings=((parts, "OBSERVED", x),)) for x in (0.0, 0.5)),
    Row("Rendered samples", percent(OBSERVED)),
    Row("Rendered samples", percent(1.0), settings=((parts, "OBSERVED", 1.0),)),
    *(Row("Width", str(width), width=width) for width in (256, 512, 1024)),
    Row("Width", "512, residual", settings=((train, "perceptron", residual),)),
    Row("Root", "six numbers"),
    Row("Root", "Euler angles", settings=((train, "perceptron", euler_root),)),
    Row("Wrists weigh", "once", settings=((objective, "WRIST_WEIGHT", 1.0),), only=BODY),
    Row("Wrists weigh", "twice", only=BODY),
    Row("Wrists weigh", "four times", settings=((objective, "WRIST_WEIGHT", 4.0),), only=BODY),
    Row("Which points are seen", "told", only=BODY),
    Row("Which points are seen", "not told", shown=without_mask, only=BODY),
    Row("MediaPipe's depth", "given", only=HAND),
    Row("MediaPipe's depth", "not given", shown=without_depth, only=HAND),
    *(Row(CHANCE, f"seed {seed}", seed=seed) for seed in range(SEED, SEED + 3)),
)
SHIPPED = Row("", "")
