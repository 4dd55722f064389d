"""Metrics on numbers small enough to be worked out by hand; each comment does."""

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.training.measuring.metrics import (
    ALIGNMENTS,
    acceleration_error,
    accelerations,
    align,
    angles_between,
    auc,
    jitter,
    joint_errors,
    mpjae,
    mpjpe,
    n_mpjpe,
    pa_mpjpe,
    pck,
    rotations_apart,
)

Array = NDArray[np.float64]
#: One frame of four joints around their middle, which is the origin.
CROSS: Array = np.array([[[3.0, 0.0, 0.0], [-3.0, 0.0, 0.0], [0.0, 4.0, 0.0], [0.0, -4.0, 0.0]]])
#: The same, its arms exchanged in length.
OTHER: Array = np.array([[[4.0, 0.0, 0.0], [-4.0, 0.0, 0.0], [0.0, 3.0, 0.0], [0.0, -3.0, 0.0]]])
#: The first cross twice as large, a quarter turn about z: x becomes y, y becomes -x.
TURNED: Array = np.array([[[0.0, 6.0, 0.0], [0.0, -6.0, 0.0], [-8.0, 0.0, 0.0], [8.0, 0.0, 0.0]]])
ASIDE: Array = np.array([10.0, -20.0, 30.0])


def about_z(degrees: float) -> Array:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def test_mpjpe_is_the_mean_distance_once_the_middles_coincide() -> None:
    # Each of the four is off by |4 - 3|.
    assert joint_errors(OTHER + ASIDE, CROSS, "t") == pytest.approx(np.ones((1, 4)))
    # The second frame is exact: (1 + 0) / 2.
    assert mpjpe(np.concatenate([OTHER, CROSS]) + ASIDE, np.repeat(CROSS, 2, axis=0)) == pytest.approx(0.5)


def test_n_mpjpe_scales_by_the_least_squares_and_does_not_turn() -> None:
    # s = <own, true> / <own, own> = 2 (12 + 12) / 2 (16 + 9) = 0.96: |3.84 - 3| = 0.84 and |2.88 - 4| = 1.12.
    assert n_mpjpe(OTHER + ASIDE, CROSS) == pytest.approx((0.84 + 1.12) / 2)
    # A quarter turn: <own, true> = 0, so all shrinks to the middle, 3 and 4 away.
    assert n_mpjpe(TURNED + ASIDE, CROSS) == pytest.approx(3.5)


def test_pa_mpjpe_undoes_turn_and_size_but_not_shape() -> None:
    assert pa_mpjpe(TURNED + ASIDE, CROSS) == pytest.approx(0.0, abs=1e-12)
    # No turn brings the crosses nearer: what is left is that of the scale.
    assert pa_mpjpe(OTHER + ASIDE, CROSS) == pytest.approx((0.84 + 1.12) / 2)


def test_turned_without_scale_what_is_left_is_the_size() -> None:
    # 6 - 3 and 8 - 4; without the turn sqrt(3 ^ 2 + 6 ^ 2) and sqrt(4 ^ 2 + 8 ^ 2).
    assert joint_errors(TURNED + ASIDE, CROSS, "R, t")[0] == pytest.approx([3, 3, 4, 4])
    assert joint_errors(TURNED + ASIDE, CROSS, "t")[0] == pytest.approx(np.sqrt([45, 45, 80, 80]))


def test_no_alignment_mirrors() -> None:
    points = np.random.default_rng(0).normal(size=(3, 9, 3))
    # The best scale of the opposite is negative: 0 is taken, and all lies in the middle.
    assert np.allclose(align(-points, points, **ALIGNMENTS["t, s"]), points.mean(1, keepdims=True))
    assert np.abs(align(-points, points, **ALIGNMENTS["R, t, s"]) - points).max() > 0.5


def test_alignment_undoes_any_similarity() -> None:
    random = np.random.default_rng(0)
    points = random.normal(size=(3, 9, 3))
    turn = np.linalg.qr(random.normal(size=(3, 3)))[0]
    turn *= np.sign(np.linalg.det(turn))
    assert joint_errors(1.7 * points @ turn + ASIDE, points, "R, t, s").max() < 1e-12


def test_pck_counts_what_is_below_the_threshold() -> None:
    assert pck(np.array([1.0, 2.0, 4.0, 9.0]), 4.0) == 0.5  # 1 and 2 of four; 4 is not below 4


def test_auc_is_the_area_under_the_curve_of_shares() -> None:
    # The curve is 0 up to 1, 1/4 up to 2, 1/2 up to 4, 3/4 up to 5: (0.25 + 1 + 0.75) / 5.
    assert auc(np.array([1.0, 2.0, 4.0, 9.0]), 5.0) == pytest.approx(0.4)
    assert auc(np.zeros(3), 5.0) == 1.0
    assert auc(np.full(3, 5.0), 5.0) == 0.0


@pytest.mark.parametrize(
    ("other", "degrees"),
    [([2, 0, 0], 0), ([1, 1, 0], 45), ([0, 0, 3], 90), ([-1, 0, 0], 180), ([1, 1e-9, 0], np.degrees(1e-9))],
)
def test_angles_between_directions(other: list[float], degrees: float) -> None:
    assert angles_between(np.array([1.0, 0, 0]), np.array(other)) == pytest.approx(degrees, rel=1e-6, abs=1e-12)


def test_mpjae_is_the_mean_angle_of_the_turns_between() -> None:
    half = np.diag([1.0, -1.0, -1.0])  # half a turn about x
    own = np.stack([about_z(90.0), half, about_z(-170.0), about_z(20.0)])[None]
    true = np.stack([about_z(30.0), np.eye(3), about_z(170.0), about_z(20.0)])[None]
    # From -170 to 170 it is 20 the short way.
    assert rotations_apart(own, true)[0] == pytest.approx([60, 180, 20, 0])
    assert mpjae(own, true) == pytest.approx(65.0)
    # Quarter turns about x and y one after the other are a third of a turn about a diagonal.
    quarter_x: Array = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
    quarter_y: Array = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]])
    assert rotations_apart(quarter_x @ quarter_y, np.eye(3)) == pytest.approx(120.0)


def test_jitter_and_acceleration_error_are_sizes_of_second_differences() -> None:
    time = np.arange(5.0)
    # x = 3 t^2 / 2 and y = 2 t^2: accelerations are (3, 4, 0), of size 5. The other joint goes straight on.
    joints = np.zeros((5, 2, 3))
    joints[:, 0, 0], joints[:, 0, 1] = 1.5 * time**2, 2.0 * time**2
    joints[:, 1, 2] = 7.0 * time + 1.0
    own = accelerations(joints)
    assert own.shape == (3, 2, 3)
    assert own[:, 0] == pytest.approx(np.tile([3.0, 4.0, 0.0], (3, 1)))
    assert jitter(own) == pytest.approx((5 + 0) / 2)
    # The truth of the first accelerates by (3, 0, 0): 4 apart. That of the second by (0, 0, 2): 2 apart.
    truth = np.zeros((3, 2, 3))
    truth[:, 0, 0], truth[:, 1, 2] = 3.0, 2.0
    assert acceleration_error(own, truth) == pytest.approx((4 + 2) / 2)
