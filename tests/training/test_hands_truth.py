"""Photographed hands against their true shapes: on hands whose errors are known, and as the script of reference."""

import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.keypoints import Side
from engine.motion import save_motion
from engine.options import TrackOptions
from engine.track import motion_from_keypoints
from engine.training.measuring.hands_truth import (
    Answers,
    HandsTruth,
    hands_table,
    judge,
    load_hands_truth,
    mediapipe_answers,
    our_answers,
)
from engine.training.measuring.metrics import ALIGNMENTS, align
from engine.training.photographs import LEARNT, MEASURED, VIEWS, load_photographs, still

SHAPES, BENDS = ("01-01/01-01-001", "01-02/01-02-001", "01-03/01-03-001"), np.radians([10.0, 40.0, 70.0])


def turn_about(axis: int, degrees: float) -> NDArray[np.float64]:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    a, b = (axis + 1) % 3, (axis + 2) % 3
    turn = np.eye(3)
    turn[a, a], turn[a, b], turn[b, a], turn[b, b] = c, -s, s, c
    return turn


def bent_hand(bend: float) -> NDArray[np.float64]:
    """(21,3) cm, in the plane z = 0 but for the bends at the two outer joints of each finger, radians."""
    joints = [np.zeros(3), *(np.array([3.0 + x, 2.0 + x, 0.0]) for x in range(4))]
    for knuckle in ([2.5, 8.5, 0.0], [0.0, 9.0, 0.0], [-2.0, 8.5, 0.0], [-4.0, 8.0, 0.0]):
        joints.append(np.array(knuckle))
        for bends in range(3):
            joints.append(joints[-1] + 3.0 * np.array([0.0, np.cos(bends * bend), -np.sin(bends * bend)]))
    return np.stack(joints)


@pytest.fixture
def truth() -> HandsTruth:
    hands = np.stack([bent_hand(bend) for bend in BENDS])
    camera = np.stack([[turn_about(1, 50.0 * view) for view in range(VIEWS)]] * len(SHAPES))
    blank = np.zeros((len(SHAPES), VIEWS, 21, 3))
    residual = np.zeros((len(SHAPES), VIEWS))
    return HandsTruth(
        np.array(SHAPES), hands, camera, np.ones(len(SHAPES), bool), residual, bent_hand(0.0), blank, blank
    )


def answers(truth: HandsTruth, hands: NDArray[np.float64], turn: NDArray[np.float64] | None = None) -> Answers:
    """The hands (N,21,3) in the views' cameras, turned as well, of another size and place."""
    seen = np.einsum("nvij,nkj->nvki", truth.camera if turn is None else turn @ truth.camera, hands)
    return Answers("own", 0.013 * seen + [0.1, 0.2, 0.5], np.zeros(seen.shape[:2], bool), np.zeros(seen.shape[:3]))


ALL = np.ones(len(SHAPES), bool)


def test_the_true_shape_is_right_at_any_size_and_place(truth: HandsTruth) -> None:
    score = judge(answers(truth, truth.joints_cm), truth, ALL)
    assert max(score.filled, score.turned, score.moved, score.tips, score.palm) < 1e-5
    assert score.slope == pytest.approx(1.0) and score.answered == 1.0 and score.reversed == 0.0


def test_a_turn_is_seen_where_hands_are_only_moved(truth: HandsTruth) -> None:
    for degrees, reversed_share in ((80.0, 0.0), (100.0, 1.0)):
        score = judge(answers(truth, truth.joints_cm, turn_about(1, degrees)), truth, ALL)
        assert score.turned < 1e-5 < 1.0 < score.moved
        assert score.palm == pytest.approx(degrees) and score.reversed == reversed_share


def testbends_that_are_halved_have_half_the_slope(truth: HandsTruth) -> None:
    score = judge(answers(truth, np.stack([bent_hand(0.5 * bend + 0.2) for bend in BENDS])), truth, ALL)
    assert score.slope == pytest.approx(0.5)


def test_errors_are_told_apart_by_the_line_of_sight(truth: HandsTruth) -> None:
    upright = replace(truth, camera=np.broadcast_to(np.eye(3), truth.camera.shape))
    score = judge(answers(upright, truth.joints_cm * [1.0, 1.0, 1.5]), upright, ALL)
    assert score.across < 1e-9 < 0.1 < score.deep == pytest.approx(score.moved)


def test_a_mean_hand_stands_in_where_there_is_no_answer(truth: HandsTruth) -> None:
    own = answers(truth, truth.joints_cm)
    own.joints[2, 1:] = np.nan
    score = judge(own, truth, np.arange(3) > 0)
    moved = align(truth.mean_hand_cm[None], truth.joints_cm[2:], **ALIGNMENTS["R, t"])
    gaps = np.linalg.norm(moved - truth.joints_cm[2:], axis=-1)[0]
    assert score.answered == pytest.approx((VIEWS + 1) / (2 * VIEWS))
    assert score.turned < 1e-5
    assert score.filled == pytest.approx(np.median([*np.zeros((VIEWS + 1) * 21), *np.tile(gaps, VIEWS - 1)]), abs=1e-5)
    own.joints[1, 1:] = np.nan
    assert judge(own, truth, np.arange(3) > 0).filled > 0.5


def test_shapes_and_views_that_are_not_sure_do_not_count(truth: HandsTruth) -> None:
    wrong = truth.joints_cm.copy()
    wrong[0, 8] += 20.0
    own = answers(truth, wrong)
    own.joints[1, 3] *= [1.0, 1.0, 5.0]
    assert judge(own, truth, ALL).slope != pytest.approx(1.0)
    unsure = replace(truth, trusted=np.array([False, True, True]), view_residual=truth.view_residual.copy())
    unsure.view_residual[1, 3] = 9.0
    score = judge(own, unsure, ALL)
    assert score.slope == pytest.approx(1.0) and score.answered == 1.0
    unsure.view_residual[1, 3] = 0.05  # shows the shape, but its camera is not sure
    assert judge(own, unsure, ALL).moved < 1e-9


def test_the_kept_truth_goes_with_the_kept_photographs() -> None:
    truth = load_hands_truth()
    assert [f"{shape.split('/')[1]}-01" for shape in truth.shapes.tolist()] == load_photographs().names.tolist()
    groups = {name: {shape[:5] for shape in truth.shapes[rows].tolist()} for name, rows in truth.groups.items()}
    assert groups == {MEASURED: {"01-01", "01-02", "01-04"}, LEARNT: {"01-03"}}
    lengths = np.linalg.norm(truth.joints_cm[:, 9] - truth.joints_cm[:, 0], axis=-1)
    assert np.allclose(lengths, 9.0, atol=1e-4)


def test_an_image_landmark_is_its_own_point_and_a_world_landmark_is_not(truth: HandsTruth) -> None:
    seen = np.einsum("nvij,nkj->nvki", truth.camera, truth.joints_cm)
    image, world = mediapipe_answers(replace(truth, mediapipe_image=30.0 * seen + 200.0, mediapipe_world=0.01 * seen))
    assert image.apart.max() == 0.0 and world.apart.max() < 1e-9
    bent = seen.copy()
    bent[..., 8, 0] += 1.0
    _, world = mediapipe_answers(replace(truth, mediapipe_image=30.0 * bent, mediapipe_world=0.01 * seen))
    assert (world.apart.max(-1) == world.apart[..., 8]).all() and world.apart.min() > 0.0


@pytest.mark.slow
def test_the_table_is_that_of_the_script_of_reference(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script, source = shared_data.parent / "tools" / "hands_real.py", shared_data / "hands_truth" / "hands_truth.npz"
    if not script.is_file() or not source.is_file():
        pytest.skip(f"NOT TESTED: {script} or {source} does not exist")
    photographs = load_photographs()
    photographs.found[np.arange(len(photographs.names)) % 8 > 0] = False  # an eighth is enough, and leaves gaps
    for shape, view in zip(*np.nonzero(photographs.found), strict=True):
        side = Side.LEFT if photographs.left[shape, view] else Side.RIGHT
        motion = motion_from_keypoints(still(photographs, (shape, view), side), TrackOptions(hands_only=True))
        save_motion(motion, tmp_path / f"{photographs.names[shape]}-{view + 1:02d}.npz")
    monkeypatch.setattr("sys.argv", [script.name, "--truth", str(source), "--results", str(tmp_path)])
    runpy.run_path(str(script), run_name="__main__")
    expected = [line.removesuffix(" |").split(" | ")[2:] for line in capsys.readouterr().out.splitlines()[2:]]
    truth = load_hands_truth()
    lines = list(hands_table((*mediapipe_answers(truth), our_answers(photographs)), truth))[3:-1]
    assert [line.split(" | ")[2:-1] for line in lines] == expected
    with np.load(source) as arrays:
        assert all(np.array_equal(arrays[name], getattr(truth, name), equal_nan=True) for name in ("camera", "trusted"))
