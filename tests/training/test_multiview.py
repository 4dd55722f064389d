"""Fits of several views, and the disagreement of views, on hands that are known."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.geometry.rotations import euler_to_matrix
from engine.keypoints import HAND_NAMES, Side
from engine.skeleton import forward_kinematics, hand_skeleton, joint_positions
from engine.training import photographs
from engine.training.measuring import photographs as photos

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


def test_a_known_hand_comes_back_from_six_views(hands: NDArray[np.float64]) -> None:
    pytest.importorskip("torch")
    import torch

    from engine.training.fitting import multiview

    torch.set_num_threads(1)
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
    distances = photos.disagreement(pairs, np.ones((len(hands), 2), bool))[0, 1]
    assert distances.mean() < 0.4  # centimetres
    skeleton = hand_skeleton()
    assert (fitted.angles >= skeleton.lower[3:] - 1e-6).all() and (fitted.angles <= skeleton.upper[3:] + 1e-6).all()


def test_views_of_one_rigid_hand_agree_at_any_size_and_a_changed_one_does_not(hands: NDArray[np.float64]) -> None:
    seen = in_views(hands) * np.linspace(0.5, 2.0, VIEWS)[:, None, None]
    found = np.ones(seen.shape[:2], bool)
    found[2, 3] = False
    distances = photos.disagreement(seen, found)
    assert len(distances) == 15 and len(distances[2, 3]) == 3
    assert max(pair.max() for pair in distances.values()) < 1e-9
    seen[:, 5, 8] *= 1.5
    assert photos.disagreement(seen, found)[0, 5].mean() > 0.1


def test_most_photographs_are_answered_and_views_agree_better_than_mediapipes(shared_data: Path) -> None:
    folder = shared_data / "hands_photos"
    if not folder.is_dir():
        pytest.skip(f"NOT TESTED: {folder} does not exist")
    from engine.process import import_mediapipe

    import_mediapipe()
    some = photographs.detect_photographs(folder, names=("01-01-001-01", "01-04-001-01"))
    assert some.found.mean() >= 0.9
    lifted = photos.lift_photographs(some)
    assert np.median(lifted.reprojection[some.found]) < 0.05

    def median(joints: NDArray[np.float64]) -> float:
        return float(np.median(np.concatenate(list(photos.disagreement(joints, some.found).values()))))

    assert median(lifted.joints) < min(median(x) for x in (some.image, some.mixed, some.world))


def test_the_kept_keypoints_are_what_the_detector_finds(shared_data: Path) -> None:
    folder = shared_data / "hands_photos"
    if not folder.is_dir():
        pytest.skip(f"NOT TESTED: {folder} does not exist")
    kept = photographs.load_photographs()
    some = photographs.detect_photographs(folder, names=("01-02-003-01",))
    same = kept.rows(kept.names == "01-02-003-01")
    assert len(kept.names) == 76
    assert np.array_equal(same.found, some.found)
    assert np.array_equal(same.size, some.size)
    assert np.abs(same.image - some.image).max() < 0.5  # pixels; processors differ
    assert np.abs(same.world - some.world).max() < 1e-3


def test_keypoints_come_back_as_they_were_kept(tmp_path: Path) -> None:
    kept = photographs.load_photographs()
    photographs.save_photographs(kept.rows(kept.found.all(1)), tmp_path / "photos.npz")
    again = photographs.load_photographs(tmp_path / "photos.npz")
    assert 0 < len(again.names) < len(kept.names)
    assert again.found.all()
    for name in ("points", "depth", "world", "size"):
        assert getattr(again, name).dtype == getattr(kept, name).dtype
        assert np.array_equal(getattr(again, name), getattr(kept, name)[kept.found.all(1)])


def test_no_group_of_handshapes_is_both_measured_and_learnt_from() -> None:
    pytest.importorskip("torch")
    from engine.training.fitting.fitted_handshapes import HANDSHAPES, load_handshapes

    parts = photographs.split(photographs.load_photographs())
    measured, learnt = ({name[:5] for name in parts[key].names} for key in (photographs.MEASURED, photographs.LEARNT))
    assert measured | learnt == {"01-01", "01-02", "01-03", "01-04"}
    assert not measured & learnt
    with np.load(HANDSHAPES) as stored:
        assert {name[:5] for name in stored["names"]} <= learnt
        assert len(set(stored["names"])) == len(load_handshapes()[0])


def test_a_kept_handshape_explains_its_photographs_better_than_the_others_do() -> None:
    pytest.importorskip("torch")
    from engine.training.fitting.fitted_handshapes import HANDSHAPES, USABLE, load_handshapes

    skeleton, kept = hand_skeleton(), photographs.load_photographs()
    angles, lengths = load_handshapes()
    assert ((angles >= skeleton.lower[3:] - 1e-6) & (angles <= skeleton.upper[3:] + 1e-6)).all()
    with np.load(HANDSHAPES) as stored:
        names = stored["names"].tolist()
        assert (np.nanmean(stored["residual"], axis=1) < USABLE).all()
    order = [skeleton.joints.index(f"right_hand_{name}") for name in HAND_NAMES]
    still = np.concatenate([np.zeros((len(angles), 3)), angles], 1)
    joints = joint_positions(skeleton, forward_kinematics(skeleton, still, lengths.astype(np.float64)))[:, order]
    photographed = kept.rows(np.isin(kept.names, names))
    assert photographed.names.tolist() == names

    def misfit(hand: int, shape: int) -> float:
        """Mean distance, of the box, after the best affine camera for each view, by linear least squares."""
        known = np.column_stack([joints[hand], np.ones(21)])
        views = photographed.found[shape]
        seen = photographed.points[shape, views]
        gaps = [known @ np.linalg.lstsq(known, points, rcond=None)[0] - points for points in seen]
        return float(np.mean(np.linalg.norm(gaps, axis=-1) / photographed.box[shape, views][:, None]))

    table = np.array([[misfit(hand, shape) for hand in range(len(names))] for shape in range(len(names))])
    own = np.diag(table)
    assert np.median(own) < 0.05
    assert (own < np.median(table, axis=1)).mean() > 0.9


def test_a_handshape_that_was_seen_badly_is_not_kept(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from engine.training.fitting.fitted_handshapes import FittedViews, load_handshapes, save_handshapes

    some = photographs.load_photographs().rows(np.arange(76) < 3)
    some.found[:, -1] = False
    residual = np.zeros((3, VIEWS, 21), np.float32)
    residual[0, :-1], residual[1, :-1], residual[2, 0] = 0.055, 0.065, 0.2  # the last view is not found
    angles = np.arange(3 * 23, dtype=np.float32).reshape(3, 23)
    turns = np.zeros((3, VIEWS, 3, 3), np.float32)
    fitted = FittedViews(angles, np.ones(20, np.float32), turns, np.zeros((3, 21, 3), np.float32), residual)
    save_handshapes(some, fitted, tmp_path / "handshapes.npz")
    kept, lengths = load_handshapes(tmp_path / "handshapes.npz")
    assert np.array_equal(kept, angles[[0, 2]])
    assert lengths.shape == (2, 20)


def test_photographed_hands_look_to_the_networks_as_the_detector_saw_them() -> None:
    pytest.importorskip("torch")
    import torch

    from engine.geometry.camera import Camera
    from engine.lifting.sight import see_hand
    from engine.training.fitting import fitted_handshapes as handshapes
    from engine.training.learning.batches import observed_hands
    from engine.training.learning.photographed import photographed_hands

    with np.load(handshapes.HANDSHAPES) as stored:
        residual, names = stored["residual"], stored["names"]
    kept = photographs.load_photographs()
    kept = kept.rows(np.isin(kept.names, names))
    hands = photographed_hands()
    assert len(hands.root) == (residual < handshapes.OUTLIER).sum()
    torch.manual_seed(0)
    batch = observed_hands(hands, None)
    places = list(zip(*np.nonzero(residual < handshapes.OUTLIER), strict=True))
    for row in (0, len(places) // 2, len(places) - 1):
        keypoints = photographs.still(kept, places[row])
        sight = see_hand(keypoints, Camera.assumed(keypoints.size, None), Side.RIGHT)
        centred = sight.plane[0] - sight.plane[0].mean(0)
        shown = batch.features[row, :42].numpy().reshape(21, 2)
        assert np.allclose(shown, centred / np.sqrt((centred**2).sum(-1).mean()), atol=1e-4)
    # What is left is the detector's error, of a view that the fit explains: far below a hand's radius.
    assert hands.plane.norm(dim=-1).mean() < 0.3
