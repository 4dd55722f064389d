"""The trained networks that lift bodies and hands, and what their outputs mean.

Multi-layer perceptrons as in Ivashechkin, Mendez and Bowden (2023): fully connected layers with
ReLU, and a sigmoid that spreads the output over the joint limits.
"""

from functools import cache
from pathlib import Path

import numpy as np

from ..geometry.arrays import Array
from ..geometry.rotations import matrix_to_euler, unit
from ..network import Network, read_layers
from ..skeleton import Skeleton, body_skeleton, hand_skeleton, legs_skeleton
from .features import BODY_FEATURES, BODY_POINTS, FULL_POINTS, HAND_FEATURES, PRIOR_FEATURES

WEIGHTS = Path(__file__).resolve().parent / "weights"
#: Predicted bone lengths lie between these multiples of the table's.
LENGTH_RANGE = (0.6, 1.6)


@cache
def sizes() -> dict[str, tuple[int, int]]:
    """Of every network: how many features it takes, how many numbers it gives."""
    parts = {
        "body": (body_skeleton(), BODY_FEATURES * len(BODY_POINTS) + 1),
        "hand": (hand_skeleton(), HAND_FEATURES),
        "legs": (legs_skeleton(), BODY_FEATURES * len(FULL_POINTS) + 1),
    }
    angles = {f"{part}_angles": (features, 2 * len(own.freedoms) + 1) for part, (own, features) in parts.items()}
    lengths = {f"{part}_lengths": (features, len(own.bones)) for part, (own, features) in parts.items()}
    return angles | lengths | {"prior_coordinates": (PRIOR_FEATURES, 63), "prior_viewpoint": (PRIOR_FEATURES, 3)}


@cache
def load_network(name: str) -> Network:
    """One of the networks of `sizes`, as `read_network` gives it."""
    return read_network(name, *sizes()[name])


def read_network(name: str, inputs: int, outputs: int) -> Network:
    """Read `weights/<name>.npz`. Raises ModelError where the file is missing, damaged or another network's."""
    return read_layers(WEIGHTS / f"{name}.npz", inputs, outputs)


def check_networks() -> None:
    """Raise ModelError, before anything is tracked, where a network cannot be read."""
    for name in sizes():
        load_network(name)


def _sigmoid(raw: Array) -> Array:
    return 0.5 * (1.0 + np.tanh(0.5 * raw))


def angles_from_raw(skeleton: Skeleton, raw: Array) -> Array:
    """The first 3 + A raw outputs (F, 2 A + 1) -> angles (F, A) within the limits, radians.

    The first six numbers are two columns of the root's rotation, made orthonormal (Zhou et al.,
    "On the Continuity of Rotation Representations", 2019); the rest pass a sigmoid that is
    scaled to the limits.
    """
    raw = raw.astype(np.float64)
    x = unit(raw[:, :3])
    y = unit(raw[:, 3:6] - (raw[:, 3:6] * x).sum(-1, keepdims=True) * x)
    root = np.stack([x, y, np.cross(x, y)], -1)
    angles = np.empty((len(raw), len(skeleton.freedoms)))
    angles[:, skeleton.root_angles] = matrix_to_euler(root, skeleton.bones[0].order)
    lower, upper, bent = skeleton.lower[3:], skeleton.upper[3:], raw[:, 6 : len(skeleton.freedoms) + 3]
    # Where the sigmoid saturates, rounding lands a bit beyond the limit as often as before it.
    angles[:, 3:] = np.clip(lower + (upper - lower) * _sigmoid(bent), lower, upper)
    return angles


def spreads_from_raw(skeleton: Skeleton, raw: Array) -> Array:
    """The last A - 2 raw outputs (F, 2 A + 1) -> mean absolute errors (F, A) to expect of the angles, radians.

    They are logarithms, as Kendall and Gal, "What Uncertainties Do We Need in Bayesian Deep Learning for Computer
    Vision?" (2017), learn them; the root's three angles share one.
    """
    spreads = np.exp(raw[:, len(skeleton.freedoms) + 3 :].astype(np.float64))
    return np.concatenate([spreads[:, [0, 0]], spreads], axis=1)


def lengths_from_raw(skeleton: Skeleton, raw: Array) -> Array:
    """Raw outputs (F, B) -> bone lengths (F, B), metres, for a person of the table's stature."""
    low, high = LENGTH_RANGE
    return skeleton.lengths * (low + (high - low) * _sigmoid(raw.astype(np.float64)))
