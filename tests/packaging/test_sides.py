"""A hand's side is learnt from what is seen; squares are cut out around hands, upright."""

import numpy as np
import pytest

from engine.geometry.arrays import Array
from engine.geometry.picture import sampled, shrunk
from engine.keypoints import HAND_NAMES
from engine.packaging import sides
from engine.packaging.sides import Hands, Weights, cut_out, learn

START: Weights = (np.array([[1.0, 0.0, 0.0]], np.float16), np.array([0.0], np.float16))


def hands(random: np.random.Generator, count: int) -> Hands:
    """Right hands are told by the second of three numbers; the first, by which it is told to begin with, misleads."""
    right = random.random(count) < 0.5
    seen = random.normal(0, 1, (count, 3))
    seen[:, 1] += np.where(right, 2.5, -2.5)
    return Hands(np.arange(count), seen.astype(np.float32), right)


def test_weights_are_learnt_that_tell_unseen_hands() -> None:
    random = np.random.default_rng(3)
    trained, fresh = hands(random, 400), hands(random, 400)
    learnt = learn([trained.rows(~trained.held), trained.rows(trained.held)], START)
    assert learnt[0].shape == (1, 3) and learnt[1].shape == (1,)
    assert fresh.wrong(START) > 0.4
    assert fresh.wrong(learnt) < 0.03


def test_weights_are_held_to_those_to_start_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sides, "HELD", 1e4)
    weights, _ = learn([hands(np.random.default_rng(3), 400)], START)
    np.testing.assert_allclose(weights, START[0], atol=1e-3)


@pytest.mark.parametrize("angle", [0.0, 1.2, -2.5])
def test_a_hand_is_cut_out_upright(angle: float, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TURNED", "MOVED"):
        monkeypatch.setattr(sides, name, 0.0)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    upright = np.tile([0.0, -60.0], (len(HAND_NAMES), 1))
    upright[0] = 0.0
    points: Array = upright @ turn.T + 150.0
    picture = np.zeros((300, 300, 3), np.uint8)
    grid = np.stack(np.meshgrid(np.arange(300), np.arange(300)), -1) + 0.5
    for colour, point in ((0, points[0]), (1, points[1])):
        picture[np.linalg.norm(grid - point, axis=-1) < 8, colour] = 200
    square = cut_out(picture, points, np.random.default_rng(0))
    assert square.shape == (sides.INPUT, sides.INPUT, 3)
    wrist, knuckles = (np.argwhere(square[..., colour] > 100).mean(0) for colour in (0, 1))
    assert abs(wrist[1] - knuckles[1]) < 2
    assert wrist[0] - knuckles[0] > 40


def test_pictures_are_shrunk_by_means_and_sampled_between_pixels() -> None:
    picture = np.arange(5 * 6 * 1, dtype=np.uint8).reshape(5, 6, 1)
    np.testing.assert_allclose(shrunk(picture, 2)[:, :, 0], [[3.5, 5.5, 7.5], [15.5, 17.5, 19.5]])
    points = np.array([[0.5, 0.5], [1.0, 0.5], [2.5, 2.0], [-1.0, 3.0]])
    np.testing.assert_allclose(sampled(picture, points)[:, 0], [0.0, 0.5, 11.0, 0.0])
