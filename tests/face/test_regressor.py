"""Told faces against rendered ones, of characters that nothing was learnt from, and what must hold for any face."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from engine.errors import ModelError
from engine.face import regressor
from engine.face.face import GAZE_LIMITS
from engine.face.frontal import frontal
from engine.face.landmarks import FACE_POINTS, MIRRORED_POINTS, FaceLandmarks
from engine.face.looks import IS_LOOK, LOOKS, look_coefficients
from engine.face.names import FACE_NAMES, mirrored_coefficient
from engine.face.regressor import load_regressor, told_by
from engine.geometry.rotations import euler_to_matrix

DATA = Path(__file__).parents[1] / "data" / "rendered_faces.npz"
ROW = {name: row for row, name in enumerate(FACE_NAMES)}


@cache
def rendered() -> dict[str, np.ndarray]:
    """Detected faces of four people, 1/16 pixels, and what they truly do."""
    with np.load(DATA, allow_pickle=False) as stored:
        arrays = {name: values.astype(np.float32) for name, values in stored.items()}
    return arrays | {"points": arrays["points"] / 16, "person": arrays["person"].astype(int)}


def people() -> list[np.ndarray]:
    person = rendered()["person"]
    return [person == number for number in np.unique(person)]


def landmarks(own: np.ndarray) -> FaceLandmarks:
    return FaceLandmarks(rendered()["points"][own], rendered()["scores"][own])


def told_of_all() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    told = [told_by(landmarks(own)) for own in people()]
    truth = [(rendered()["coefficients"][own], rendered()["gaze"][own]) for own in people()]
    return (
        np.concatenate([one.coefficients for one in told]),
        np.concatenate([values for values, _ in truth]),
        np.concatenate([one.gaze for one in told]),
        np.concatenate([gaze for _, gaze in truth]),
    )


def test_what_faces_do_is_told_better_than_by_mediapipes_network() -> None:
    told, truth, _, _ = told_of_all()
    scores = np.concatenate(
        [np.maximum(landmarks(own).scores - np.percentile(landmarks(own).scores, 20, axis=0), 0) for own in people()]
    )
    spoken = ~IS_LOOK
    assert np.abs(told - truth)[:, spoken].mean() < 0.85 * np.abs(scores - truth)[:, spoken].mean()


@pytest.mark.parametrize(("name", "least"), [("jawOpen", 0.7), ("mouthPucker", 0.5), ("eyeBlinkLeft", 0.6)])
def test_what_matters_most_follows_the_truth(name: str, least: float) -> None:
    told, truth, _, _ = told_of_all()
    assert np.corrcoef(told[:, ROW[name]], truth[:, ROW[name]])[0, 1] > least


def test_eyes_look_nearer_to_where_they_do_than_straight_ahead() -> None:
    _, coefficients, told, truth = told_of_all()
    open_ = (coefficients[:, [ROW["eyeBlinkLeft"], ROW["eyeBlinkRight"]]] < 0.5).all(1)
    assert np.abs(told - truth)[open_].mean() < 0.9 * np.abs(truth)[open_].mean()


def test_all_is_within_its_limits_and_what_is_not_told_stays_0() -> None:
    for own in people():
        told = told_by(landmarks(own))
        assert told.coefficients.min() >= 0
        assert told.coefficients.max() <= 1
        assert (told.gaze >= GAZE_LIMITS[:, 0]).all()
        assert (told.gaze <= GAZE_LIMITS[:, 1]).all()
        silent = ~load_regressor().heard & ~load_regressor().lent
        assert silent.any() and not told.coefficients[:, silent].any()


def test_a_head_that_is_turned_moved_and_farther_off_is_laid_onto_the_same_face() -> None:
    points = rendered()["points"][people()[0]].astype(float)
    mean = load_regressor().mean.points
    turn = euler_to_matrix(np.array([0.3, -0.5, 0.2]), "XYZ")
    first, second = frontal(points, mean), frontal(0.4 * points @ turn.T + [30.0, -20.0, 5.0], mean)
    np.testing.assert_allclose(second.points, first.points, atol=1e-6)
    np.testing.assert_allclose(second.rotations, turn @ first.rotations, atol=1e-6)
    np.testing.assert_allclose(second.sizes, 0.4 * first.sizes)


def test_faces_that_are_moved_and_farther_off_do_the_same() -> None:
    own = people()[0]
    face = landmarks(own)
    moved = FaceLandmarks((0.5 * face.points + [100.0, 50.0, 0.0]).astype(np.float32), face.scores)
    np.testing.assert_allclose(told_by(moved).coefficients, told_by(face).coefficients, atol=1e-3)


def test_heads_are_turned_as_they_truly_are() -> None:
    own = rendered()
    found = frontal(own["points"], load_regressor().mean.points).rotations
    off = np.trace(found @ own["turns"].swapaxes(1, 2), axis1=1, axis2=2)
    assert np.median(np.degrees(np.arccos(np.clip((off - 1) / 2, -1, 1)))) < 8


def test_a_mirrored_face_does_the_mirrored_thing() -> None:
    face = landmarks(people()[0])
    swapped = [ROW[mirrored_coefficient(name)] for name in FACE_NAMES]
    points = face.points[:, list(MIRRORED_POINTS)] * [-1.0, 1.0, 1.0] + [900.0, 0.0, 0.0]
    other, told = told_by(FaceLandmarks(points.astype(np.float32), face.scores[:, swapped])), told_by(face)
    np.testing.assert_allclose(other.coefficients, told.coefficients[:, swapped], atol=2e-3)
    np.testing.assert_allclose(other.gaze, told.gaze[:, ::-1] * [-1.0, 1.0], atol=2e-3)


def test_mirror_images_are_pairs_of_points() -> None:
    pairs = {FACE_POINTS[a]: FACE_POINTS[b] for a, b in enumerate(MIRRORED_POINTS)}
    assert all(pairs[other] == point for point, other in pairs.items())
    for right, left in ((33, 263), (133, 362), (61, 291), (468, 473), (159, 386), (105, 334)):
        assert pairs[right] == left


def test_the_same_picture_again_and_again_is_a_face_at_rest() -> None:
    face = landmarks(people()[0])
    again = FaceLandmarks(np.repeat(face.points[:1], 30, 0), np.repeat(face.scores[:1], 30, 0))
    told = told_by(again)
    assert told.coefficients[:, ~IS_LOOK].mean() < 0.1
    assert told.neutral.shape == (52,)


def test_one_picture_alone_is_told_beside_the_mean_face() -> None:
    face = landmarks(people()[0])
    told = told_by(FaceLandmarks(face.points[:1], face.scores[:1]))
    assert told.coefficients.shape == (1, 52)
    assert np.isfinite(told.gaze).all()


def test_looks_become_the_coefficients_of_both_eyes() -> None:
    left = look_coefficients(np.array([[[LOOKS["Out"], 0.0], [LOOKS["Out"], 0.0]]]))[0]
    assert {name for name in FACE_NAMES if left[ROW[name]] > 0} == {"eyeLookOutLeft", "eyeLookInRight"}
    up = look_coefficients(np.array([[[0.0, LOOKS["Up"] / 2]] * 2]))[0]
    assert up[ROW["eyeLookUpLeft"]] == up[ROW["eyeLookUpRight"]] == pytest.approx(0.5)


def test_missing_weights_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regressor, "WEIGHTS", tmp_path)
    load_regressor.cache_clear()
    with pytest.raises(ModelError, match="missing or damaged"):
        load_regressor()
    monkeypatch.undo()
    load_regressor.cache_clear()
