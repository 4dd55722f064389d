"""Euler angles against SciPy-free first principles: one turn about one axis, composed by hand."""

from itertools import permutations

import numpy as np
import pytest

from engine.geometry.rotations import (
    CAMERA_FROM_BLENDER,
    continuous_euler,
    equivalent_euler,
    euler_to_matrix,
    matrix_to_euler,
    nearest_rotation,
    rotation_about,
    slerp,
    unit,
)

ORDERS = ["".join(order) for order in permutations("XYZ")]


def turn(axis: str, angle: float) -> np.ndarray:
    """A rotation by the exponential map of the axis' cross-product matrix."""
    cross = np.zeros((3, 3))
    i = "XYZ".index(axis)
    cross[(i + 2) % 3, (i + 1) % 3], cross[(i + 1) % 3, (i + 2) % 3] = 1.0, -1.0
    result, term = np.eye(3), np.eye(3)
    for n in range(1, 30):
        term = term @ cross * angle / n
        result = result + term
    return result


@pytest.mark.parametrize("order", ORDERS)
def test_first_letter_is_applied_first(order: str) -> None:
    angles = np.array([0.3, -0.7, 1.1])
    first, second, third = (turn(axis, angles["XYZ".index(axis)]) for axis in order)
    np.testing.assert_allclose(euler_to_matrix(angles, order), third @ second @ first, atol=1e-12)


@pytest.mark.parametrize("order", ORDERS)
def test_angles_come_back_from_the_matrix(order: str) -> None:
    random = np.random.default_rng(1)
    angles = random.uniform(-np.pi, np.pi, (500, 3))
    angles[:, "XYZ".index(order[1])] /= 2.01
    np.testing.assert_allclose(matrix_to_euler(euler_to_matrix(angles, order), order), angles, atol=1e-9)


@pytest.mark.parametrize("order", ORDERS)
def test_the_equivalent_triple_is_the_same_rotation(order: str) -> None:
    angles = np.random.default_rng(2).uniform(-1.5, 1.5, (50, 3))
    other = equivalent_euler(angles, order)
    assert np.abs(other - angles).max() > 1.0
    np.testing.assert_allclose(euler_to_matrix(other, order), euler_to_matrix(angles, order), atol=1e-12)


def test_the_change_of_frames_is_a_rotation_that_turns_up_to_minus_y() -> None:
    np.testing.assert_allclose(CAMERA_FROM_BLENDER @ CAMERA_FROM_BLENDER.T, np.eye(3))
    assert np.linalg.det(CAMERA_FROM_BLENDER) == pytest.approx(1.0)
    np.testing.assert_allclose(CAMERA_FROM_BLENDER @ [0, 0, 1], [0, -1, 0])  # up
    np.testing.assert_allclose(CAMERA_FROM_BLENDER @ [0, -1, 0], [0, 0, -1])  # towards the camera


def test_nearest_rotation_never_mirrors() -> None:
    matrices = np.random.default_rng(3).standard_normal((200, 3, 3))
    rotations = nearest_rotation(matrices)
    np.testing.assert_allclose(np.linalg.det(rotations), 1.0, atol=1e-9)
    np.testing.assert_allclose(
        rotations @ np.swapaxes(rotations, -1, -2), np.broadcast_to(np.eye(3), (200, 3, 3)), atol=1e-9
    )


def test_a_turn_through_the_middle_axis_stays_continuous() -> None:
    """Falling over forwards: the pitch passes 90 degrees, where the plain triple jumps by half turns."""
    path = np.zeros((100, 3))
    path[:, 0], path[:, 1], path[:, 2] = np.linspace(1.2, 2.0, 100), 0.3, np.linspace(-4.0, 4.0, 100)
    rotations = euler_to_matrix(path, "ZXY")
    plain = matrix_to_euler(rotations, "ZXY")
    assert np.abs(np.diff(np.unwrap(plain, axis=0), axis=0)).max() > 1.0
    found = continuous_euler(plain, "ZXY")
    np.testing.assert_allclose(euler_to_matrix(found, "ZXY"), rotations, atol=1e-9)
    assert np.abs(np.diff(found, axis=0)).max() < 0.1


def test_a_rotation_about_an_axis_of_a_bone_is_an_euler_angle() -> None:
    angles = np.linspace(-3.0, 3.0, 7)
    for axis in range(3):
        euler = np.zeros((7, 3))
        euler[:, axis] = angles
        np.testing.assert_allclose(rotation_about(np.eye(3)[axis], angles), euler_to_matrix(euler, "XYZ"), atol=1e-15)


def test_slerp_goes_evenly_from_one_rotation_to_another() -> None:
    axis = unit(np.array([[1.0, 2.0, -0.5]]))
    start = euler_to_matrix(np.array([[0.3, -0.8, 1.1]]), "XYZ")
    end = start @ rotation_about(axis, np.array([2.5]))
    for share in (0.0, 0.3, 1.0):
        np.testing.assert_allclose(slerp(start, end, share), start @ rotation_about(axis, np.array([2.5 * share])))
    np.testing.assert_array_equal(slerp(start, start, 0.5), start)
