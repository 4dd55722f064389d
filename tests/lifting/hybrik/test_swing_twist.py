"""Swing and twist: the paper's closed forms against turns about an axis, written out."""

import numpy as np

from engine.geometry.rotations import nearest_rotation, rotation_about, unit
from engine.lifting.hybrik.swing_twist import rotation_to, swing, twist_of, twist_turn

RANDOM = np.random.default_rng(0)
POINTED = RANDOM.standard_normal((200, 3))
ANGLE = RANDOM.uniform(-np.pi, np.pi, 200)
TWIST = np.stack([np.cos(ANGLE), np.sin(ANGLE)], -1)
Y = np.array([0.0, 1.0, 0.0])


def test_the_swing_is_the_shortest_turn_to_where_a_bone_points() -> None:
    axis, angle = np.cross(Y, unit(POINTED)), np.arccos(unit(POINTED)[:, 1])
    np.testing.assert_allclose(swing(POINTED), rotation_about(unit(axis), angle), atol=1e-9)


def test_the_twist_is_a_turn_about_the_bone() -> None:
    np.testing.assert_allclose(twist_turn(TWIST), rotation_about(np.broadcast_to(Y, (200, 3)), ANGLE), atol=1e-12)


def test_a_bone_points_where_it_should_whatever_its_twist() -> None:
    np.testing.assert_allclose(rotation_to(POINTED, TWIST) @ Y, unit(POINTED), atol=1e-12)


def test_any_rotation_is_a_swing_and_a_twist() -> None:
    rotation = nearest_rotation(RANDOM.standard_normal((200, 3, 3)))
    np.testing.assert_allclose(rotation_to(rotation[..., 1], twist_of(rotation)), rotation, atol=1e-9)
    np.testing.assert_allclose(twist_of(rotation_to(POINTED, TWIST)), TWIST, atol=1e-9)


def test_bones_that_point_nowhere_or_backwards_stay_finite() -> None:
    assert np.isfinite(swing(np.array([[0.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 1.0, 0.0]]))).all()
