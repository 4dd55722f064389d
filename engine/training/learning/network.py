"""The networks as PyTorch modules, and their outputs as angles and lengths."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ...digests import write_sums
from ...lifting.networks import LENGTH_RANGE
from ...skeleton import Skeleton
from ..fitting.free import rotation_from_six, spread


def perceptron(inputs: int, width: int, depth: int, outputs: int) -> nn.Sequential:
    """`depth` hidden layers of `width` units with ReLU, then a linear output."""
    layers: list[nn.Module] = []
    for _ in range(depth):
        layers += [nn.Linear(inputs, width), nn.ReLU()]
        inputs = width
    return nn.Sequential(*layers, nn.Linear(inputs, outputs))


def turn_between(first: Tensor, second: Tensor) -> Tensor:
    """Radians (...,) between rotations (..., 3, 3)."""
    trace = (first.mT @ second).diagonal(dim1=-2, dim2=-1).sum(-1)
    return torch.acos(((trace - 1) / 2).clamp(-1, 1))


def pose_from_raw(skeleton: Skeleton, raw: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Raw outputs (..., 2 A + 1) -> the root's rotation (..., 3, 3) and the other angles, radians, and spreads.

    These (..., A - 2) are the logarithms of the errors to expect, radians, of the root's axes and of the other angles.
    """
    end = len(skeleton.freedoms) + 3
    return rotation_from_six(raw[..., :6]), spread(skeleton, raw[..., 6:end]), raw[..., end:]


def lengths_from_raw(skeleton: Skeleton, raw: Tensor) -> Tensor:
    """Raw outputs (..., B) -> bone lengths, metres."""
    low, high = LENGTH_RANGE
    return torch.as_tensor(skeleton.lengths, dtype=raw.dtype) * (low + (high - low) * torch.sigmoid(raw))


def export(network: nn.Sequential, path: Path) -> None:
    """Write the layers as float16 arrays weight0, bias0, ... that `engine.lifting.networks` reads."""
    arrays: dict[str, np.ndarray] = {}
    for index, layer in enumerate(m for m in network if isinstance(m, nn.Linear)):
        arrays[f"weight{index}"] = layer.weight.detach().numpy().T.astype(np.float16)
        arrays[f"bias{index}"] = layer.bias.detach().numpy().astype(np.float16)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **arrays)
    write_sums(path.parent)
