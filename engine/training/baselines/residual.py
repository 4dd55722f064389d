"""The residual perceptron of A simple yet effective baseline for 3d human pose estimation (Martinez et al., ICCV 2017).

Points of a picture in, joints in space out: a linear layer to WIDTH units, BLOCKS blocks of two such layers, each with
batch normalisation, ReLU and dropout, the block's input added to its output, and a linear layer to the joints (their
Fig. 1). Both ends are standardised as theirs are, but points are first brought to one size, since people are near or
far, and joints are about the middle of the part instead of the hips. A point that is not seen has its mean.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ...files import read_arrays
from ...geometry.arrays import Array, in_blocks
from ...lifting.features import body_scaled, hand_scaled
from .lifting import BODY, HAND, Examples

#: As in the paper.
WIDTH, BLOCKS, DROPOUT, RATE, LARGEST = 1024, 2, 0.5, 1e-3, 1.0
#: Two minutes a part of one core, 14 epochs of bodies and 8 of hands; the paper has batches of 64 and 200 epochs.
BATCH, STEPS, LAST_RATE, SEED = 256, 1_000, 1e-5, 7
_SCALED = {BODY: body_scaled, HAND: hand_scaled}


class Block(nn.Module):
    """Two layers whose input is added to their output."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(*_layer(width, width), *_layer(width, width))

    def forward(self, values: Tensor) -> Tensor:
        """(N,width) -> (N,width)."""
        return values + self.layers(values)


def _layer(inputs: int, width: int) -> tuple[nn.Module, ...]:
    linear = nn.Linear(inputs, width)
    nn.init.kaiming_normal_(linear.weight)
    return linear, nn.BatchNorm1d(width), nn.ReLU(), nn.Dropout(DROPOUT)


class Residual:
    """The network of a part, trained or to be; a `Lifter`."""

    def __init__(self, part: str, points: int, width: int = WIDTH) -> None:
        self._scaled, self._points = _SCALED[part], points
        blocks = (Block(width) for _ in range(BLOCKS))
        self.network = nn.Sequential(*_layer(2 * points, width), *blocks, nn.Linear(width, 3 * points))
        self.scales = {"mean": np.zeros((points, 2)), "deviation": np.ones((points, 2))}
        self.scales |= {"joint_mean": np.zeros((points, 3)), "joint_deviation": np.ones((points, 3))}

    def train(self, examples: Examples, steps: int = STEPS) -> "Residual":
        """Learn from examples; the mean square error by Adam, the rate falling exponentially."""
        plane, joints = self._scaled(examples.plane, examples.seen)[0], examples.joints
        joints = joints - joints.mean(1, keepdims=True)
        known = np.where(examples.seen[..., None] > 0, plane, np.nan)
        self.scales = {"mean": np.nanmean(known, 0), "deviation": np.nanstd(known, 0)}
        self.scales |= {"joint_mean": joints.mean(0), "joint_deviation": joints.std(0)}
        inputs = self._inputs(examples.plane, examples.seen)
        wanted = _tensor((joints - self.scales["joint_mean"]) / self.scales["joint_deviation"])
        optimizer = torch.optim.Adam(self.network.parameters(), lr=RATE)
        schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, (LAST_RATE / RATE) ** (1 / steps))
        self.network.train()
        for _ in range(steps):
            rows = torch.randint(len(inputs), (BATCH,))
            loss = (self.network(inputs[rows]) - wanted[rows]).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            self._limit_weights()
        self.network.eval()
        return self

    @torch.no_grad()
    def _limit_weights(self) -> None:
        """The weights into each unit have a norm of at most LARGEST."""
        for layer in (module for module in self.network.modules() if isinstance(module, nn.Linear)):
            layer.weight.copy_(torch.renorm(layer.weight, 2, 0, LARGEST))

    def _inputs(self, plane: Array, seen: Array) -> Tensor:
        plane = self._scaled(plane, seen)[0]
        return _tensor((plane - self.scales["mean"]) / self.scales["deviation"] * seen[..., None])

    def __call__(self, plane: Array, seen: Array) -> Array:
        """As a `Lifter`."""
        return in_blocks(self._lift, plane, seen)

    @torch.no_grad()
    def _lift(self, plane: Array, seen: Array) -> Array:
        raw = self.network(self._inputs(plane, seen)).numpy().astype(np.float64)
        return raw.reshape(-1, self._points, 3) * self.scales["joint_deviation"] + self.scales["joint_mean"]

    def save(self, path: Path) -> None:
        """Write all numbers."""
        state: dict[str, Any] = {name: values.numpy() for name, values in self.network.state_dict().items()}
        np.savez(path, **state, **self.scales)

    @classmethod
    def load(cls, part: str, path: Path) -> "Residual":
        """Read what `save` wrote."""
        arrays = read_arrays(path)
        own = cls(part, len(arrays["mean"]), len(arrays["0.bias"]))
        own.scales = {name: arrays.pop(name) for name in own.scales}
        own.network.load_state_dict({name: torch.as_tensor(values) for name, values in arrays.items()})
        own.network.eval()
        return own


def train_residual(part: str, examples: Examples) -> Residual:
    """The network of a part, always the same."""
    torch.manual_seed(SEED)
    return Residual(part, examples.seen.shape[1]).train(examples)


def _tensor(values: Array) -> Tensor:
    return torch.as_tensor(values.reshape(len(values), -1).astype(np.float32))
