"""The residual perceptron: it learns, keeps the paper's bound on weights, and is the same once read back."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.training.baselines.lifting import HAND, Examples
from engine.training.measuring.metrics import mpjpe

pytest.importorskip("torch", reason="NOT TESTED: training needs torch")

import torch
from torch import nn

from engine.training.baselines.residual import LARGEST, Residual

COUNT, POINTS = 600, 21
torch.set_num_threads(1)


@pytest.fixture(scope="module")
def bent() -> Examples:
    """Chains that bend in depth as far as they are short in the picture."""
    bend = np.random.default_rng(0).uniform(0.0, 1.4, COUNT)
    along = np.linspace(0.0, 0.2, POINTS)[None]
    joints = np.stack([along * np.cos(bend)[:, None], np.sin(40 * along) * 0.02 + 0 * bend[:, None]], -1)
    joints = np.concatenate([joints, (along * np.sin(bend)[:, None])[..., None] + 1.0], -1)
    return Examples(joints[..., :2] / joints[..., 2:], np.ones((COUNT, POINTS)), joints)


@pytest.fixture(scope="module")
def trained(bent: Examples) -> Residual:
    torch.manual_seed(0)
    return Residual(HAND, POINTS, width=64).train(bent, steps=150)


def test_it_tells_depth_by_the_picture(bent: Examples, trained: Residual) -> None:
    still = np.repeat(bent.joints.mean(0, keepdims=True), COUNT, axis=0)
    assert mpjpe(trained(bent.plane, bent.seen), bent.joints) < 0.5 * mpjpe(still, bent.joints)


def test_weights_into_a_unit_are_bounded(trained: Residual) -> None:
    layers: list[NDArray[np.float32]] = [
        layer.weight.detach().numpy() for layer in trained.network.modules() if isinstance(layer, nn.Linear)
    ]
    assert len(layers) == 6  # to the width, two blocks of two, to the joints
    assert max(float(np.linalg.norm(weights, axis=1).max()) for weights in layers) <= LARGEST + 1e-5


def test_size_and_place_in_the_picture_do_not_matter(bent: Examples, trained: Residual) -> None:
    moved = 3.0 * bent.plane + [0.2, -0.1]
    assert np.allclose(trained(moved, bent.seen), trained(bent.plane, bent.seen), atol=1e-5)


def test_it_is_the_same_once_read_back(bent: Examples, trained: Residual, tmp_path: Path) -> None:
    trained.save(tmp_path / "hand.npz")
    again = Residual.load(HAND, tmp_path / "hand.npz")
    assert np.array_equal(again(bent.plane, bent.seen), trained(bent.plane, bent.seen))
