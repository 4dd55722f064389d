"""Points from pixels: pictures, score maps and places whose truth is drawn, no renderer."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="NOT TESTED: training needs torch")

import torch

from engine.training.pixels import learn, measure, networks
from engine.training.pixels.windows import SIZE, Windows, cut, join

torch.set_num_threads(1)
POINTS = np.stack([40 + 6 * np.arange(21) % 47, 30 + 3 * np.arange(21)], -1).astype(float)
AWAY = np.full((21, 2), -500.0)


def windows(count: int, *, seed: int = 0) -> Windows:
    """Bright hands on dark ground: one shape at many places, a blot in each point."""
    chance, parts = np.random.default_rng(seed), list[Windows]()
    middle = np.stack(np.meshgrid(*[np.arange(SIZE) + 0.5] * 2), -1)
    for _ in range(count):
        points = POINTS + chance.uniform(-15, 15, 2)
        gaps = np.linalg.norm(middle[:, :, None] - points, axis=-1)
        light = np.exp(-0.5 * (gaps / 2.5) ** 2) @ np.linspace(0.3, 1.0, 21)
        picture = np.repeat(np.clip(255 * light, 0, 255).astype(np.uint8)[..., None], 3, -1)
        parts.append(cut(picture, np.full(2, SIZE / 2), 1.0, points, AWAY, points + 2.0, found=True, mirrored=False))
    return join(parts)


@pytest.mark.parametrize("head", [*measure.HEADS])
def test_a_blob_is_found_where_it_is(head: str) -> None:
    points = torch.as_tensor(np.random.default_rng(0).uniform(12, 52, (3, 21, 2))).float()
    maps = networks.blobs(points)
    assert maps.shape == (3, 21, networks.MAP, networks.MAP)
    sharp = maps if "highest" in head else (maps + 1e-9).log() / networks.SHARP
    assert (measure.HEADS[head](sharp) - points).abs().max() < (2.5 if "highest" in head else 0.3)


def test_crops_show_what_their_points_say() -> None:
    """A bright dot in a window lies in a turned and resized crop where `within` puts it, and `onto` brings it back."""
    picture = np.zeros((1, SIZE, SIZE, 3), np.uint8)
    picture[0, 69:72, 79:82] = 255
    dot = torch.tensor([[[80.5, 70.5]]])
    shown = torch.as_tensor(picture).permute(0, 3, 1, 2).float()
    crop, to_window = learn.crops(shown, torch.tensor([[75.0, 66.0]]), torch.tensor([50.0]), torch.tensor([0.6]))
    inside = learn.within(dot, to_window)
    assert torch.allclose(learn.onto(inside, to_window), dot, atol=1e-4)
    row, column = divmod(int(crop[0, 0].argmax()), networks.PICTURE)
    assert abs(column + 0.5 - inside[0, 0, 0]) < 2 and abs(row + 0.5 - inside[0, 0, 1]) < 2


def test_a_window_shows_its_points_and_mirrors_them_with_the_picture() -> None:
    picture = np.zeros((200, 300, 3), np.uint8)
    picture[89:92, 219:222] = 255
    points = np.full((21, 2), [220.5, 90.5])
    for mirrored in (False, True):
        own = cut(picture, np.array([200.0, 100.0]), 1.0, points, AWAY, points, found=False, mirrored=mirrored)
        row, column = divmod(int(own.pictures[0, :, :, 0].argmax()), SIZE)
        assert np.abs(own.points[0, 0] - [column + 0.5, row + 0.5]).max() < 2
        assert (own.points[0, 0, 0] < SIZE / 2) == mirrored
        assert not own.found[0] and (own.detected == 0).all()


def test_a_mask_covers_the_bones_and_nothing_far_away() -> None:
    mask = networks.hand_mask(torch.as_tensor(POINTS / 2).float()[None], 64)[0].numpy()
    for start, end in ((0, 1), (1, 2), (0, 5), (19, 20)):
        x, y = (POINTS[start] + POINTS[end]) / 4
        assert mask[int(y), int(x)] == 1
    assert mask[2, 2] == mask[60, 60] == 0
    assert networks.hand_mask(torch.full((1, 21, 2), -300.0), 64).sum() == 0


def test_the_square_is_that_of_the_blot_with_the_highest_score() -> None:
    scores = torch.full((1, 64, 64), -1.0)
    scores[0, 10:20, 30:50] = 1.0
    scores[0, 15, 40] = 2.0
    scores[0, 40:60, 5:15] = 1.5
    middles, sides = measure.found_squares(scores)
    assert middles.tolist() == [[80.0, 30.0]]
    assert sides.item() == pytest.approx(learn.AROUND * 38)


@pytest.mark.parametrize("objective", [learn.by_maps, learn.by_places])
def test_points_come_nearer_by_learning(objective: learn.Objective) -> None:
    shown, head = windows(6), "highest" if objective is learn.by_maps else "expected"
    before, after = (learn.learn_points(shown, objective, steps) for steps in (1, 60))
    pictures = learn.to_tensor(shown)
    crop, to_window = learn.crops(pictures, *learn.square_around(torch.as_tensor(shown.points)))
    errors: list[float] = []
    for network in (before, after):
        with torch.no_grad():
            points = learn.onto(getattr(networks, head)(network(crop)[1]), to_window).numpy()
        errors.append(measure.score(points, shown, np.ones(6, bool)).median)
    assert errors[1] < 0.6 * errors[0]


def test_hands_are_told_from_the_ground_by_learning() -> None:
    shown = windows(6)
    masks = networks.hand_mask(torch.as_tensor(shown.points) / 2, networks.PICTURE) > 0
    small = torch.nn.functional.avg_pool2d(learn.to_tensor(shown), 2)
    learnt = [learn.learn_segments(shown, steps) for steps in (1, 120)]
    right = [((network(small) > 0) == masks).float().mean() for network in learnt]
    assert right[1] > 0.9 and right[1] > right[0]


def test_scores_are_of_their_pixels() -> None:
    shown = windows(2)
    own = measure.score(shown.points + np.array([3.0, 4.0]), shown, np.ones(2, bool))
    assert own.median == pytest.approx(5 * 320 / SIZE, abs=1e-4) and own.mean == pytest.approx(own.median, abs=1e-4)
    assert own.area == pytest.approx(1 - own.median / 30, abs=1e-4)
    assert measure.score(shown.detected, shown, shown.found).median == pytest.approx(2 * 2**0.5 * 2.5, abs=1e-3)
