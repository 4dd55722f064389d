"""Turned photographs: their pictures show what their cameras say, and what is kept is what is read."""

from pathlib import Path

import numpy as np
import pytest

from engine.training import turned
from engine.training.turned import Turned, load_turned, save_turned


def middle(where: np.ndarray) -> np.ndarray:
    """(2,) x, y of a mask's middle."""
    return np.argwhere(where).mean(0)[::-1]


def test_a_copy_is_turned_and_mirrored_as_its_camera_says(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = np.full((120, 90, 3), 255, np.uint8)
    photo[50:70, 35:55], photo[20:40, 60:80] = (20, 20, 200), (200, 20, 20)  # blue in the middle, red right above it
    offset = np.array([25.0, -30.0])
    monkeypatch.setattr(turned, "_ground", lambda side, _random: np.full((side, side, 3), 255.0))
    mirrored: list[bool] = []
    for image, turn, mirror in turned._copies(photo, np.random.default_rng(1)):
        red, blue = (image[..., own].astype(int) - image[..., other] > 60 for own, other in ((0, 2), (2, 0)))
        seen = middle(red) - middle(blue)
        if mirror:
            seen[0] *= -1.0
        expected = turn[:2, :2] @ offset
        cosine = seen @ expected / np.linalg.norm(seen) / np.linalg.norm(expected)
        assert cosine > 0.995
        np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)
        mirrored.append(mirror)
    assert len(mirrored) == turned.COPIES and 0 < sum(mirrored) < turned.COPIES


def test_what_is_kept_is_what_is_read(tmp_path: Path) -> None:
    known = load_turned()
    assert len(known.joints) == 15 and len(known.shape) > 1000
    save_turned(known, tmp_path / "turned.npz")
    again = load_turned(tmp_path / "turned.npz")
    for name in Turned.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(again, name), getattr(known, name))


def test_the_known_shapes_explain_what_is_seen_of_them() -> None:
    """Shapes and cameras come from other runs of the detector, so a wrong turn or mirror would show."""
    pytest.importorskip("torch")
    from engine.training.learning.photographed import photographed_hands

    hands = photographed_hands()
    assert len(hands.row) > 0.9 * len(load_turned().shape)
    assert hands.plane.norm(dim=-1).mean(1).median() < 0.15  # of the hand's radius
