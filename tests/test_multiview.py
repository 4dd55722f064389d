"""Fits of several views, and the disagreement of views, on hands that are known."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.keypoints import HAND_NAMES
from engine.kinematics import forward_kinematics, joint_positions
from engine.rotations import euler_to_matrix
from engine.skeleton import hand_skeleton

VIEWS = 6


@pytest.fixture(scope="module")
def hands() -> NDArray[np.float64]:
    """Four hands (4,21,3), metres, with bones 5 % off the table's."""
    skeleton, chance = hand_skeleton(), np.random.default_rng(3)
    share = chance.uniform(0.2, 0.8, (4, len(skeleton.freedoms)))
    angles = skeleton.lower + (skeleton.upper - skeleton.lower) * share
    angles[:, skeleton.root_angles] = 0.0
    lengths = skeleton.lengths * chance.normal(1.0, 0.05, len(skeleton.bones))
    order = [skeleton.joints.index(f"right_hand_{name}") for name in HAND_NAMES]
    return joint_positions(skeleton, forward_kinematics(skeleton, angles, lengths))[:, order]


def in_views(hands: NDArray[np.float64]) -> NDArray[np.float64]:
    """(4,V,21,3) the hands in the cameras of random views, metres from the wrist."""
    turns = euler_to_matrix(np.random.default_rng(4).uniform(-np.pi, np.pi, (len(hands), VIEWS, 3)), "XYZ")
    return hands[:, None] @ np.swapaxes(turns, -1, -2)


def test_a_known_hand_comes_back_from_six_views(hands: NDArray[np.float64], monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    import torch

    from engine.training import multiview
    from engine.training.photos import disagreement

    torch.set_num_threads(1)
    monkeypatch.setattr(multiview, "SEARCH_STEPS", 80)
    monkeypatch.setattr(multiview, "STEPS", 250)
    seen, chance = in_views(hands), np.random.default_rng(5)
    points = 1000.0 * seen[..., :2] / (0.4 + seen[..., 2:]) + chance.normal(0.0, 1.5, (*seen.shape[:3], 2))
    found = np.ones(seen.shape[:2], bool)
    found[0, 1] = False
    guess = seen + chance.normal(0.0, 0.01, seen.shape)
    guess[1, 2, :, 2] *= -1.0  # the guess takes near for far
    points[~found], guess[~found] = 0.0, 0.0

    fitted = multiview.fit_views(points, found, guess, distance=0.4)

    assert np.isfinite(fitted.rotations).all()
    assert 100 * np.median(fitted.residual[found]) < 1.5
    pairs = np.stack([fitted.joints.astype(np.float64), hands], 1)
    distances = disagreement(pairs, np.ones((len(hands), 2), bool))[0, 1]
    assert distances.mean() < 0.4  # centimetres
    skeleton = hand_skeleton()
    assert (fitted.angles >= skeleton.lower[3:] - 1e-6).all() and (fitted.angles <= skeleton.upper[3:] + 1e-6).all()


def test_views_of_one_rigid_hand_agree_at_any_size_and_a_changed_one_does_not(hands: NDArray[np.float64]) -> None:
    from engine.training.photos import disagreement

    seen = in_views(hands) * np.linspace(0.5, 2.0, VIEWS)[:, None, None]
    found = np.ones(seen.shape[:2], bool)
    found[2, 3] = False
    distances = disagreement(seen, found)
    assert len(distances) == 15 and len(distances[2, 3]) == 3
    assert max(pair.max() for pair in distances.values()) < 1e-9
    seen[:, 5, 8] *= 1.5
    assert disagreement(seen, found)[0, 5].mean() > 0.1


def test_most_photographs_are_answered_and_views_agree_better_than_mediapipes(shared_data: Path) -> None:
    folder = shared_data / "hands_photos"
    if not folder.is_dir():
        pytest.skip(f"NOT TESTED: {folder} does not exist")
    from engine.process import import_mediapipe
    from engine.training import photos

    import_mediapipe()
    some = photos.detect_photographs(folder, names=("01-01-001-01", "01-04-001-01"))
    assert some.found.mean() >= 0.9
    lifted = photos.lift_photographs(some)
    assert np.median(lifted.reprojection[some.found]) < 0.05

    def median(joints: NDArray[np.float64]) -> float:
        return float(np.median(np.concatenate(list(photos.disagreement(joints, some.found).values()))))

    assert median(lifted.joints) < min(median(x) for x in (some.image, some.mixed, some.world))
