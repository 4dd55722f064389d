"""Filtering over time: ramps and ends stay, noise goes, gaps are bridged, rotations stay rotations."""

import numpy as np
import pytest

from engine.geometry.rotations import euler_to_matrix
from engine.lifting.smooth import (
    WALKING,
    bridge,
    filter_distance,
    filter_rotations,
    filter_values,
    local_fit,
    short_gaps,
    smooth_angles,
)

TIME = np.cumsum(np.random.default_rng(0).uniform(0.02, 0.05, 200))


def test_a_ramp_passes_unchanged_even_at_its_ends_and_uneven_times() -> None:
    ramp = np.stack([3.0 * TIME - 1.0, -TIME], axis=1)
    np.testing.assert_allclose(filter_values(ramp, TIME, 1.0), ramp, atol=1e-8)


def test_the_top_of_a_movement_stays_at_its_height() -> None:
    top = 1.0 - 20.0 * (TIME - 3.0) ** 2
    np.testing.assert_allclose(local_fit(top[:, None], TIME, 0.08)[:, 0], top, atol=1e-6)


def test_fast_fingers_keep_four_fifths_of_their_travel_at_any_usual_rate() -> None:
    for rate in (24.0, 25.0, 29.97, 50.0, 60.0):
        time = np.arange(400) / rate
        travel = filter_values(np.sin(2 * np.pi * 2.5 * time)[:, None], time, 1.0)[20:-20]
        assert 0.75 < travel.std() * np.sqrt(2) < 0.9, rate


@pytest.mark.parametrize(("rate", "strays"), [(25.0, 1), (30.0, 1), (60.0, 2)])
def test_what_goes_astray_for_a_moment_leaves_no_trace(rate: float, strays: int) -> None:
    time = np.arange(100) / rate
    ramp = np.stack([time, 2.0 - 3.0 * time], axis=1)
    astray = ramp.copy()
    astray[40 : 40 + strays] += [5.0, -7.0]
    near = filter_values(astray, time, 1.0)
    assert np.abs(near - ramp).max() < 3.0 / rate * strays
    np.testing.assert_allclose(near[:25], ramp[:25], atol=1e-8)


def test_frames_far_apart_stand_alone() -> None:
    """A frame every half second: its neighbours say nothing about it, even where they are missing at the ends."""
    noise = np.random.default_rng(3).standard_normal((9, 2))
    for step in (0.5, 1.5, 60.0):
        np.testing.assert_allclose(filter_values(noise, step * np.arange(9), 1.0), noise, atol=1e-6)


def test_noise_shrinks_and_strength_zero_changes_nothing() -> None:
    noise = np.random.default_rng(1).standard_normal((200, 3))
    assert filter_values(noise, TIME, 1.0).std() < 0.6 * noise.std()
    np.testing.assert_array_equal(filter_values(noise, TIME, 0.0), noise)


def test_gaps_are_bridged_in_time_and_held_at_the_ends() -> None:
    seen = np.ones(200, dtype=bool)
    seen[:5] = seen[50:60] = seen[190:] = False
    ramp = np.where(seen, TIME, 99.0)
    result = bridge(ramp[:, None], seen, TIME)[:, 0]
    np.testing.assert_allclose(result[5:190], TIME[5:190], atol=1e-12)
    assert (result[:5] == TIME[5]).all()
    assert (result[190:] == TIME[189]).all()


def test_filtered_rotations_are_rotations_near_the_clean_ones() -> None:
    angles = np.stack([np.sin(TIME), 3.0 * TIME, 0.2 * TIME], axis=1)
    clean = euler_to_matrix(angles, "ZXY")
    noisy = clean @ euler_to_matrix(0.1 * np.random.default_rng(2).standard_normal((200, 3)), "ZXY")
    result = filter_rotations(noisy, TIME, 1.0)
    np.testing.assert_allclose(result @ np.swapaxes(result, -1, -2), np.broadcast_to(np.eye(3), (200, 3, 3)), atol=1e-9)
    assert np.abs(result - clean).mean() < 0.7 * np.abs(noisy - clean).mean()


def test_a_root_that_turns_through_half_a_circle_does_not_swing_back() -> None:
    """Angles jump from +180 to -180 degrees; the rotation does not."""
    angles = np.zeros((200, 5))
    angles[:, 1] = np.linspace(2.8, 3.6, 200)
    angles[angles > np.pi] -= 2 * np.pi
    result = smooth_angles(angles, "ZXY", np.ones((200, 5), dtype=bool), TIME, 1.0)
    np.testing.assert_allclose(np.unwrap(result[:, 1]), np.linspace(2.8, 3.6, 200), atol=0.02)


def test_a_hand_that_is_lost_holds_its_angles_while_the_body_moves_on() -> None:
    angles = np.stack([0 * TIME, 0 * TIME, 0 * TIME, TIME, np.where(TIME < 4, 0.5, 9.0)], axis=1)
    seen = np.ones(angles.shape, dtype=bool)
    seen[TIME >= 4, 4] = False
    result = smooth_angles(angles, "ZXY", seen, TIME, 1.0)
    np.testing.assert_allclose(result[:, 3], TIME, atol=1e-6)
    np.testing.assert_allclose(result[:, 4], 0.5, atol=1e-6)


def test_short_gaps_lie_between_seen_frames_that_are_near() -> None:
    time = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 1.0, 1.1, 1.2])
    seen = np.array([False, True, False, False, True, True, False, True, False])
    assert short_gaps(seen, time, 0.35).tolist() == [False, False, True, True, False, False, False, False, False]
    assert short_gaps(seen, time, 0.7).tolist() == [False, False, True, True, False, False, True, False, False]
    assert not short_gaps(np.zeros(9, bool), time, 1.0).any()


def travel(values: np.ndarray) -> float:
    return float(np.abs(np.diff(values)).sum())


def test_slow_motion_spliced_in_keeps_the_travel_of_each_part() -> None:
    """30 frames a second, then the same movement at 240; and bursts: each second frame a millisecond after another."""
    time = np.concatenate([np.arange(112) / 30, 112 / 30 + np.arange(448) / 240])
    movement = np.sin(2 * np.pi * 0.8 * time)
    result = filter_values(movement[:, None], time, 1.0)[:, 0]
    for part in (slice(0, 112), slice(112, None)):
        assert travel(result[part]) == pytest.approx(travel(movement[part]), rel=0.02)
    bursts = np.arange(180) / 30
    bursts[1::2] = bursts[::2] + 0.001
    movement = np.sin(2 * np.pi * 0.8 * bursts)
    assert travel(filter_values(movement[:, None], bursts, 1.0)[:, 0]) == pytest.approx(travel(movement), rel=0.02)


def test_a_trunk_is_calmed_more_than_what_moves_fast() -> None:
    noisy = 0.05 * np.random.default_rng(7).standard_normal((200, 6))
    trunk = np.array([True, True, True, True, False, False])
    result = smooth_angles(noisy, "ZXY", np.ones((200, 6), dtype=bool), TIME, 1.0, trunk=trunk)
    calm = smooth_angles(noisy, "ZXY", np.ones((200, 6), dtype=bool), TIME, 1.0)
    assert (result[:, :4].std(0) < 0.7 * calm[:, :4].std(0)).all()
    np.testing.assert_array_equal(result[:, 4:], calm[:, 4:])


def test_who_stands_is_held_still_and_who_walks_is_not() -> None:
    time = np.arange(900) / 30
    noise = np.convolve(np.random.default_rng(8).standard_normal(900), np.ones(30) / 30**0.5, "same")[:, None]
    standing = 2.0 * (1.0 + 0.005 * noise)
    walking = np.interp(time, [0, 14, 16, 30], [4, 4, 2, 2])[:, None] * (1.0 + 0.005 * noise)
    assert np.ptp(filter_distance(standing, time, 1.0)) < 0.6 * np.ptp(filter_values(standing, time, WALKING))
    np.testing.assert_allclose(
        filter_distance(walking, time, 1.0)[300:600], filter_values(walking, time, WALKING)[300:600], atol=0.03
    )
    np.testing.assert_array_equal(filter_distance(standing, time, 0.0), standing)
