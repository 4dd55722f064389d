"""The weights that ship, read by NumPy: they are what PyTorch trained, and never leave the limits."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import ModelError
from engine.lifting import networks
from engine.lifting.features import body_features, hand_features
from engine.lifting.networks import angles_from_raw, lengths_from_raw, load_network, sizes, spreads_from_raw
from engine.skeleton import body_skeleton, forward_kinematics, hand_skeleton


@pytest.mark.parametrize("name", sizes())
def test_numpy_computes_what_pytorch_computes(name: str) -> None:
    torch = pytest.importorskip("torch")
    network = load_network(name)
    layers = []
    for weight, bias in zip(network.weights, network.biases, strict=True):
        linear = torch.nn.Linear(*weight.shape)
        linear.weight.data, linear.bias.data = torch.as_tensor(weight.T.copy()), torch.as_tensor(bias)
        layers += [linear, torch.nn.ReLU()]
    features = np.random.default_rng(0).standard_normal((700, len(network.weights[0]))).astype(np.float32)
    with torch.no_grad():
        expected = torch.nn.Sequential(*layers[:-1])(torch.as_tensor(features)).numpy()
    np.testing.assert_allclose(network(features), expected, atol=1e-4)


@pytest.mark.parametrize("part", ["body", "hand"])
def test_outputs_are_spread_as_in_training(part: str) -> None:
    torch = pytest.importorskip("torch")
    from engine.training.learning import network as trained

    skeleton = body_skeleton() if part == "body" else hand_skeleton()
    raw = np.random.default_rng(1).standard_normal((50, 1 + 2 * len(skeleton.angle_names))) * 3.0
    angles = angles_from_raw(skeleton, raw)
    turn, bent, spreads = (x.numpy() for x in trained.pose_from_raw(skeleton, torch.as_tensor(raw)))
    np.testing.assert_allclose(angles[:, 3:], bent, atol=1e-9)
    root = forward_kinematics(skeleton, angles, skeleton.lengths).rotations[:, 0]
    np.testing.assert_allclose(skeleton.rest[0].T @ root, turn, atol=1e-9)
    np.testing.assert_allclose(spreads_from_raw(skeleton, raw)[:, 2:], np.exp(spreads), atol=1e-9)
    np.testing.assert_allclose(spreads_from_raw(skeleton, raw)[:, :2], np.exp(spreads[:, [0, 0]]), atol=1e-9)
    lengths = np.random.default_rng(2).standard_normal((50, len(skeleton.bones)))
    np.testing.assert_allclose(
        lengths_from_raw(skeleton, lengths),
        trained.lengths_from_raw(skeleton, torch.as_tensor(lengths)).numpy(),
        atol=1e-9,
    )


def test_features_are_the_same_for_torch_and_do_not_change_with_place_and_size() -> None:
    torch = pytest.importorskip("torch")
    random = np.random.default_rng(3)
    hand, body = random.standard_normal((20, 21, 2)), random.standard_normal((20, 19, 2))
    depth, known = random.standard_normal((20, 21)), (random.random((20, 1)) > 0.3).astype(np.float64)
    seen, away = (random.random((20, 19)) > 0.3).astype(np.float64), depth[:, :19]
    features = hand_features(hand, depth, known)
    tensors = (torch.as_tensor(array) for array in (hand, depth, known))
    np.testing.assert_allclose(features, hand_features(*tensors).numpy(), atol=1e-12)
    tensors = (torch.as_tensor(array) for array in (body, away, known, seen))
    features_of_body = body_features(body, away, known, seen)
    np.testing.assert_allclose(features_of_body, body_features(*tensors).numpy(), atol=1e-12)
    moved = hand_features(3.0 * hand + [0.4, -2.0], 3.0 * depth + 0.7, known)
    np.testing.assert_allclose(moved, features, atol=1e-12)
    moved = body_features(3.0 * body + [0.4, -2.0], 3.0 * away + 0.7, known, seen)
    np.testing.assert_allclose(moved, features_of_body, atol=1e-12)


def test_no_input_leads_beyond_the_limits() -> None:
    for part, skeleton in (("body", body_skeleton()), ("hand", hand_skeleton())):
        network = load_network(f"{part}_angles")
        wild = 100.0 * np.random.default_rng(4).standard_normal((500, len(network.weights[0])))
        angles = angles_from_raw(skeleton, network(wild))
        assert ((angles >= skeleton.lower) & (angles <= skeleton.upper))[:, 3:].all()


def test_a_missing_network_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(networks, "WEIGHTS", tmp_path)
    load_network.cache_clear()
    with pytest.raises(ModelError, match=r"hand_angles\.npz"):
        load_network("hand_angles")
    (tmp_path / "hand_angles.npz").write_bytes(b"not an archive")
    with pytest.raises(ModelError, match=r"hand_angles\.npz"):
        load_network("hand_angles")
    load_network.cache_clear()
