"""Nearest-neighbour lifting on a library of known poses, and what all baselines share."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.geometry.camera import Camera
from engine.keypoints import Side
from engine.training.baselines.lifting import BODY, HAND, NAMES, examples, lift, views
from engine.training.baselines.nearest import Library
from engine.training.clips import DATA, PER_CLIP, ClipSet, load_clips
from engine.training.measuring.joints import Joints
from engine.training.measuring.methods import true_joints
from engine.training.measuring.metrics import joint_errors

Array = NDArray[np.float64]
EXEMPLARS, POINTS, CHOSEN = 40, 21, 17


@pytest.fixture(scope="module")
def library() -> Library:
    random = np.random.default_rng(0)
    return Library(random.normal([0.0, 0.0, 2.0], 0.1, (EXEMPLARS, POINTS, 3)))


@pytest.fixture(scope="module")
def clips() -> ClipSet:
    """The first two clips of dev."""
    dev = load_clips(DATA / "dev.npz")
    return replace(dev.frames(dev.clip < 2), **{name: getattr(dev, name)[:2] for name in PER_CLIP})


def plane_of(joints: Array) -> Array:
    return joints[..., :2] / joints[..., 2:]


def test_an_exemplar_comes_back_as_it_is(library: Library) -> None:
    joints = library.joints[[CHOSEN, 3]]
    assert np.abs(library(plane_of(joints), np.ones((2, POINTS))) - joints).max() < 1e-12


def test_what_is_seen_larger_and_rolled_is_nearer_and_rolled(library: Library) -> None:
    turn = np.radians(30.0)
    roll = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    exemplar = library.joints[CHOSEN]
    plane = 2.0 * plane_of(exemplar) @ roll.T + [0.03, -0.02]
    (lifted,) = library(plane[None], np.ones((1, POINTS)))
    assert np.allclose(plane_of(lifted), plane)
    middle = exemplar[:, 2].mean()
    assert np.allclose(lifted[:, 2], exemplar[:, 2] - middle + middle / 2.0)


def test_the_points_keep_their_rays_and_take_the_exemplars_depth(library: Library) -> None:
    exemplar = library.joints[CHOSEN]
    plane = plane_of(exemplar) + np.random.default_rng(1).normal(scale=0.003, size=(POINTS, 2))
    (lifted,) = library(plane[None], np.ones((1, POINTS)))
    assert np.allclose(plane_of(lifted), plane)
    assert np.allclose(np.diff(lifted[:, 2]), np.diff(exemplar[:, 2]))


def test_a_point_that_is_not_seen_counts_for_nothing_and_is_the_exemplars(library: Library) -> None:
    plane, seen = plane_of(library.joints[CHOSEN])[None].copy(), np.ones((1, POINTS))
    plane[0, :4], seen[0, :4] = 50.0, 0.0
    assert np.allclose(library(plane, seen)[0], library.joints[CHOSEN])


def test_the_camera_of_the_nearest_is_that_of_least_squares(library: Library) -> None:
    random = np.random.default_rng(2)
    points = random.normal(scale=0.1, size=(3, POINTS)) + 1j * random.normal(scale=0.1, size=(3, POINTS))
    seen = (random.uniform(size=(3, POINTS)) > 0.3).astype(np.float64)
    nearest, zoom, shift = library.match(points, seen)
    for row in range(3):
        kept, residuals = seen[row] > 0, list[float]()
        for exemplar in library.projected:
            system = np.stack([exemplar, np.ones(POINTS)], 1)[kept]
            solution, residual = np.linalg.lstsq(system, points[row, kept], rcond=None)[:2]
            if len(residuals) == nearest[row]:
                assert np.allclose(solution, [zoom[row], shift[row]])
            residuals.append(float(residual[0].real))
        assert np.argmin(residuals) == nearest[row]


def test_examples_are_what_was_detected_and_what_was_there(clips: ClipSet) -> None:
    found = examples([clips])
    assert found[BODY].joints.shape[1:] == (19, 3) and found[HAND].joints.shape[1:] == (21, 3)
    hands = sum(int(clips.keypoints(clip).seen[:, side.column].sum()) for clip in range(2) for side in Side)
    assert len(found[HAND].joints) == hands
    for own in found.values():
        # Of a part's own size in the picture, the detector's errors are a small share; the assumed camera zooms.
        apart = joint_errors(plane_of(own.joints), own.plane.astype(np.float64), "t, s")
        assert np.median(apart[own.seen > 0]) < 0.1 * np.median(np.ptp(own.plane, axis=1))


def test_a_lifter_that_knows_the_truth_gives_the_truth(clips: ClipSet) -> None:
    keypoints, truth = clips.keypoints(0), true_joints(clips)
    rows = clips.clip == 0
    answers: dict[str, list[Array]] = {BODY: [], HAND: []}
    for view in views(keypoints, Camera.assumed(keypoints.size, None)):
        exact = truth.of(view.names)[rows]
        assert np.allclose(view.back(view.towards(exact)), exact, atol=1e-6)
        answers[view.part].append(view.towards(exact))
    told: dict[str, Iterator[Array]] = {part: iter(own) for part, own in answers.items()}
    lifters = {part: lambda _plane, _seen, own=own: next(own) for part, own in told.items()}
    joints = lift(keypoints, lifters)
    assert isinstance(joints, Joints) and joints.names == NAMES
    assert np.array_equal(joints.found, keypoints.seen)
    for column, names in ((0, NAMES[:19]), (1, Side.LEFT.hand_names), (2, Side.RIGHT.hand_names)):
        seen = joints.found[:, column]
        # What is left is the filter's.
        assert np.median(joint_errors(joints.of(names)[seen], truth.of(names)[rows][seen], "t")) < 0.002
