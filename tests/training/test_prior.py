"""Lifting hands as Zimmermann and Brox: the canonical frame, bones in their parents' frames, networks, neighbours."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="NOT TESTED: training needs torch")

import torch
from torch import Tensor, nn

from engine.keypoints import HANDS, Side
from engine.lifting.features import prior_features
from engine.lifting.networks import load_network
from engine.lifting.prior import lifted, two_streams
from engine.lifting.sight import see_hand
from engine.training.clips import DATA, ClipSet, load_clips
from engine.training.measuring.methods import true_keypoints
from engine.training.prior.canonical import (
    ACROSS,
    ALONG,
    REFERENCE,
    REFERENCE_END,
    canonical,
    joints_of,
    relative,
    rotation_from_axis_angle,
)
from engine.training.prior.kinematic import bones_of, points_of
from engine.training.prior.learn import SHIPPED, TRIALS
from engine.training.prior.methods import CELLS, HALF_WIDTH, METHODS, Build, coordinates, score_map_streams, score_maps
from engine.training.prior.nearest import Nearest
from engine.training.prior.samples import Hands
from engine.training.prior.seen import SeenHand, behind, columns, hands_of, outside, with_guesses
from engine.training.prior.tables import area, errors

torch.set_num_threads(1)
RIGHT = torch.zeros(50, dtype=torch.bool)
MIRROR = torch.tensor([-1.0, 1.0, 1.0], dtype=torch.float64)


def rotations(count: int) -> Tensor:
    """(N,3,3) of no particular kind: orthonormal bases out of random matrices, by QR."""
    bases, _ = torch.linalg.qr(torch.randn(count, 3, 3, dtype=torch.float64))
    return bases * torch.linalg.det(bases)[:, None, None]


@pytest.fixture
def joints() -> Tensor:
    torch.manual_seed(0)
    return 0.05 * torch.randn(len(RIGHT), 21, 3, dtype=torch.float64) + torch.tensor([0.1, 0.2, 0.6])


@pytest.fixture(scope="module")
def hands() -> Hands:
    """Fingerspelling hands, their points where their joints project to, before cameras turned to them."""
    parts: list[list[Tensor]] = []
    for hand in hands_of(load_clips(DATA / "asl.npz"), true_keypoints):
        sight = see_hand(hand.keypoints, hand.camera, hand.side)
        mirror = np.array([-1.0 if hand.side is Side.LEFT else 1.0, 1.0, 1.0], np.float32)
        joints = (hand.truth * mirror) @ sight.turn.swapaxes(1, 2)
        parts.append([torch.as_tensor(x[hand.found]) for x in (sight.plane, np.ones_like(sight.plane[..., 0]), joints)])
    return Hands(*(torch.cat(own) for own in zip(*parts, strict=True)))


def test_the_canonical_frame_is_that_of_its_equations(joints: Tensor) -> None:
    own = canonical(joints, RIGHT)
    hand = own.coordinates
    torch.testing.assert_close((hand[:, REFERENCE_END] - hand[:, REFERENCE]).norm(dim=-1), torch.ones_like(own.scale))
    assert hand[:, 0].abs().max() == 0.0
    assert hand[:, ALONG, ::2].abs().max() < 1e-12 < hand[:, ALONG, 1].min()
    assert hand[:, ACROSS, 2].abs().max() < 1e-12 < hand[:, ACROSS, 0].min()
    along, across = (joints[:, point] - joints[:, 0] for point in (ALONG, ACROSS))
    y = nn.functional.normalize(along, dim=-1)  # by Gram and Schmidt, without an angle
    x = nn.functional.normalize(across - (across * y).sum(-1, keepdim=True) * y, dim=-1)
    torch.testing.assert_close(own.rotation, torch.stack([x, y, torch.linalg.cross(x, y)], 1))


def test_place_size_viewpoint_and_side_do_not_matter_and_come_back(joints: Tensor) -> None:
    plain, turn = canonical(joints, RIGHT), rotations(len(RIGHT))
    moved = 1.7 * joints @ turn.mT + torch.tensor([0.0, -0.3, 2.0])
    other = canonical(moved, RIGHT)
    torch.testing.assert_close(other.coordinates, plain.coordinates)
    torch.testing.assert_close(other.rotation, plain.rotation @ turn.mT)
    torch.testing.assert_close(other.scale, 1.7 * plain.scale)
    torch.testing.assert_close(joints_of(other, RIGHT), moved - moved[:, :1])
    left = canonical(moved * MIRROR, ~RIGHT)
    torch.testing.assert_close(left.coordinates, plain.coordinates)
    torch.testing.assert_close(joints_of(left, ~RIGHT), (moved - moved[:, :1]) * MIRROR)


def test_axes_times_angles_are_the_exponentials_of_their_cross_products() -> None:
    torch.manual_seed(1)
    turns = torch.cat([3.0 * torch.randn(50, 3, dtype=torch.float64), torch.zeros(1, 3, dtype=torch.float64)])
    cross = torch.linalg.cross(turns[:, None].expand(-1, 3, 3), -torch.eye(3, dtype=torch.float64).expand(51, 3, 3))
    torch.testing.assert_close(rotation_from_axis_angle(turns), torch.linalg.matrix_exp(cross))
    still = torch.zeros(1, 3, requires_grad=True)
    rotation_from_axis_angle(still)[0, 0, 1].backward()
    assert still.grad is not None and still.grad[0, 2] == pytest.approx(-1.0)


def test_bones_in_their_parents_frames_come_back(joints: Tensor) -> None:
    hand, _ = relative(joints)
    bones = bones_of(hand)
    torch.testing.assert_close(points_of(bones), hand)
    chains = torch.diff(torch.cat([torch.zeros(50, 5, 1, 3), hand[:, 1:].reshape(-1, 5, 4, 3)], 2), dim=2)
    torch.testing.assert_close(bones[..., 0], chains.norm(dim=-1).reshape(50, 20))
    turned = bones_of(hand @ rotations(50).mT).reshape(50, 5, 4, 3)
    mine = bones.reshape(50, 5, 4, 3)
    torch.testing.assert_close(turned[:, :, 1:, 0], mine[:, :, 1:, 0])  # lengths; only the first bone's turns differ...
    bend = torch.acos(torch.cos(mine[..., 1]) * torch.cos(mine[..., 2]))[:, :, 2:]
    same = torch.acos(torch.cos(turned[..., 1]) * torch.cos(turned[..., 2]))[:, :, 2:]
    torch.testing.assert_close(same, bend)  # ...and, of the others, the axis of a bend, but not how far it bends


def test_withheld_points_place_and_size_do_not_reach_the_networks() -> None:
    random = np.random.default_rng(3)
    points, seen = random.normal(size=(40, 21, 2)), (random.random((40, 21)) < 0.5).astype(float)
    seen[:, :2] = 1.0
    plain = prior_features(points, seen)
    other = np.where(seen[..., None] > 0, points, 1e3)
    np.testing.assert_allclose(prior_features(0.3 * other + [5.0, -2.0], seen), plain, atol=1e-9)
    own = plain[:, :42].reshape(40, 21, 2)
    assert (own[seen == 0] == 0).all()
    np.testing.assert_allclose((own**2).sum((1, 2)) / seen.sum(1), 1.0)
    both = [torch.as_tensor(values) for values in (points, seen)]
    np.testing.assert_allclose(prior_features(*both).numpy(), plain, atol=1e-12)


def test_a_score_map_peaks_where_its_point_is() -> None:
    features = torch.zeros(1, 63)
    features[0, :4], features[0, 42:45] = torch.tensor([1.2, -0.4, -2.0, 0.9]), torch.tensor([1.0, 1.0, 0.0])
    maps = score_maps(features)
    assert maps.shape == (1, 21, CELLS, CELLS) and maps[0, 2:].max() == 0.0
    for point in range(2):
        row, column = divmod(int(maps[0, point].argmax()), CELLS)
        where = (torch.tensor([column, row]) + 0.5) / CELLS * 2 * HALF_WIDTH - HALF_WIDTH
        assert (where - features[0, 2 * point : 2 * point + 2]).abs().max() <= HALF_WIDTH / CELLS


@pytest.mark.parametrize("build", [coordinates(64, 2), score_map_streams(8, 128)], ids=["coordinates", "score maps"])
@pytest.mark.parametrize("name", METHODS)
def test_every_method_learns_a_few_hands_by_heart(name: str, build: Build, hands: Hands) -> None:
    torch.manual_seed(2)
    few = Hands(hands.points[::200], hands.seen[::200], hands.joints[::200])
    network, features = METHODS[name](build), prior_features(few.points, few.seen)
    optimiser = torch.optim.Adam(network.parameters(), lr=2e-3)
    losses: list[float] = []
    for _ in range(100):
        loss = network.loss(features, few.joints)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert network(features).shape == (len(few.points), 21, 3)
    assert losses[-1] < 0.5 * losses[0]


def test_a_known_hand_is_its_own_nearest_neighbour_however_the_picture_is_turned(hands: Hands) -> None:
    known, (c, s) = Nearest.of(hands.points, hands.joints), (np.cos(0.7), np.sin(0.7))
    turn = torch.tensor([[c, -s], [s, c]]).float()
    about_z = torch.eye(3)
    about_z[:2, :2] = turn
    found = known.lift(2.0 * hands.points[::50] @ turn.T + 3.0, neighbours=1)
    torch.testing.assert_close(found, relative(hands.joints[::50])[0] @ about_z.T, atol=1e-3, rtol=0.0)


def test_what_networks_see_comes_back_in_the_pictures_axes_on_both_sides() -> None:
    for hand in hands_of(load_clips(DATA / "asl.npz"), with_guesses):
        flat = lifted(hand.lift(), hand.camera, lambda f: np.dstack([f[:, :42].reshape(-1, 21, 2), 0 * f[:, 42:]]))
        seen = hand.keypoints.points[:, HANDS[hand.side]]
        own, pixels = (x[hand.found] - x[hand.found].mean(1, keepdims=True) for x in (flat[..., :2], seen))
        cosine = (own * pixels).sum((1, 2)) / np.linalg.norm(own, axis=(1, 2)) / np.linalg.norm(pixels, axis=(1, 2))
        assert cosine.min() > 0.98


def test_errors_are_of_the_true_size_and_from_the_wrist() -> None:
    hand = next(hands_of(load_clips(DATA / "asl.npz"), ClipSet.keypoints))
    size = np.linalg.norm(hand.truth[:, REFERENCE_END] - hand.truth[:, REFERENCE], axis=-1)[:, None, None]
    own = (hand.truth - hand.truth[:, :1]) / size
    assert errors(lambda _: own, [hand]).shape == (hand.found.sum(), 21)
    assert errors(lambda _: own, [hand]).max() < 1e-3
    off = own + np.array([0.0, 0.5, 0.0])
    np.testing.assert_allclose(errors(lambda _: off, [hand])[:, 3], 500.0 * size[hand.found, 0, 0], rtol=1e-3)
    assert area(np.array([10.0, 35.0, 60.0, 50.0])) == pytest.approx((1.0 + 0.5) / 4)


def test_a_hand_hides_the_one_behind_it() -> None:
    clips = load_clips(DATA / "asl.npz").frames(np.arange(1100) % 100 == 0)
    positions = clips.positions.copy()
    positions[:, columns(clips, Side.LEFT)] = 0.8 * positions[:, columns(clips, Side.RIGHT)]  # nearer, in the same rays
    both = replace(clips, positions=positions)
    assert behind(both, Side.RIGHT).all() and not behind(both, Side.LEFT).any()
    positions = positions.copy()
    positions[:, columns(clips, Side.LEFT), 0] += 0.4
    beside = replace(clips, positions=positions)
    assert not behind(beside, Side.RIGHT).any()
    far = replace(clips, positions=clips.positions + np.array([100.0, 0.0, 0.0], np.float32))
    assert outside(far, Side.RIGHT).all() and not outside(clips, Side.RIGHT).all()


def test_missing_points_are_forgotten_or_completed_and_others_stay() -> None:
    clips = load_clips(DATA / "asl.npz")
    hand = next(hands_of(clips, true_keypoints))
    missing = np.zeros_like(hand.missing)
    missing[:, 9:13] = True
    hand, own = replace(hand, missing=missing), HANDS[hand.side]
    points = hand.keypoints.points.copy()
    points[:, own.start + 9 : own.start + 13] += 300.0
    moved = replace(hand, keypoints=replace(hand.keypoints, points=points))
    gaps: list[float] = []
    for way in (SeenHand.forgotten, SeenHand.completed):
        here, there = (way(x).keypoints.points[hand.found, own] for x in (hand, moved))
        np.testing.assert_allclose(here, there, atol=1e-3)
        true = hand.keypoints.points[hand.found, own]
        np.testing.assert_array_equal(here[:, :9], true[:, :9])
        gaps.append(float(np.linalg.norm(here - true, axis=-1)[:, 9:13].mean()))
    assert gaps[1] < 0.5 * gaps[0]


def test_numpy_evaluates_the_networks_that_torch_trained() -> None:
    network = TRIALS[SHIPPED].method(TRIALS[SHIPPED].build)
    stored = {}
    for stream in ("coordinates", "viewpoint"):
        own = load_network(f"prior_{stream}")
        for layer, (weight, bias) in enumerate(zip(own.weights, own.biases, strict=True)):
            stored |= {f"{stream}.{2 * layer}.weight": weight.T, f"{stream}.{2 * layer}.bias": bias}
    network.load_state_dict({name: torch.as_tensor(values.copy()) for name, values in stored.items()})
    features = prior_features(torch.randn(30, 21, 2), (torch.rand(30, 21) < 0.7).float())
    with torch.no_grad():
        np.testing.assert_allclose(two_streams(features.numpy()), network(features).numpy(), atol=2e-4)


def test_so_many_points_are_withheld_and_those_beyond_an_edge_together(hands: Hands) -> None:
    torch.manual_seed(4)
    missing, beyond = torch.arange(len(hands.points)) % 16, torch.arange(len(hands.points)) % 3 == 0
    fewer = hands.without(missing, beyond)
    assert torch.equal(fewer.seen.sum(1), 21.0 - missing)
    torch.testing.assert_close(fewer.points, hands.points)
    halves = [points[seen > 0] for points, seen in zip(fewer.points[beyond], fewer.seen[beyond], strict=True)]
    gone = [points[seen == 0] for points, seen in zip(fewer.points[beyond], fewer.seen[beyond], strict=True)]
    for kept, lost in zip(halves, gone, strict=True):
        if len(lost):
            both = torch.cat([kept, lost])
            signs = torch.cat([torch.ones(len(kept)), -torch.ones(len(lost))])
            angles = torch.linspace(0, 2 * np.pi, 720)
            across = both @ torch.stack([torch.cos(angles), torch.sin(angles)])
            split = across[signs > 0].min(0).values >= across[signs < 0].max(0).values - 1e-3 * both.std()
            assert split.any()
