"""Trained networks: their `.npz` files, read and evaluated with NumPy alone."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .digests import check_sum
from .errors import ModelError
from .files import read_arrays
from .geometry.arrays import Array, in_blocks


@dataclass(frozen=True)
class Network:
    """Layers of one perceptron: weights (in, out) and biases (out,), float32."""

    weights: tuple[NDArray[np.float32], ...]
    biases: tuple[NDArray[np.float32], ...]

    def __post_init__(self) -> None:
        sizes = [(*weight.shape, *bias.shape) for weight, bias in zip(self.weights, self.biases, strict=True)]
        if any(len(own) != 3 or own[1] != own[2] for own in sizes):
            raise ValueError(f"Network has layers of shapes {sizes}, expected weights (in, out) and biases (out,)")

    def __call__(self, features: Array) -> NDArray[np.float32]:
        """Features (F, in) -> raw outputs (F, out)."""
        return in_blocks(self._evaluate, features)

    def _evaluate(self, features: Array) -> NDArray[np.float32]:
        values = features.astype(np.float32)
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            values = np.maximum(values @ weight + bias, 0.0)
        return values @ self.weights[-1] + self.biases[-1]


def read_layers(path: Path, inputs: int, outputs: int) -> Network:
    """Read weight0, bias0, weight1, ... Raises ModelError where the file is missing, damaged or another network's."""
    try:
        check_sum(path)
        arrays = read_arrays(path)
        layers = range(len(arrays) // 2)
        network = Network(
            tuple(arrays[f"weight{i}"].astype(np.float32) for i in layers),
            tuple(arrays[f"bias{i}"].astype(np.float32) for i in layers),
        )
        if (len(network.weights[0]), len(network.biases[-1])) != (inputs, outputs):
            raise ValueError(f"{path} is another network's")
    except (ValueError, KeyError, IndexError) as error:
        raise ModelError(f"The network file {path} is missing or damaged; install Sign Mocap again.") from error
    return network
