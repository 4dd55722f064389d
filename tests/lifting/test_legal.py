"""The nearest legal rotation: no rotation of a fine grid over the box is nearer."""

import numpy as np
import pytest

from engine.geometry.rotations import euler_to_matrix, nearest_rotation
from engine.lifting.legal import nearest_legal, rotation_of
from engine.skeleton import Kind, load_skeleton

FULL = load_skeleton(Kind.FULL_BODY)
BONES = (
    "upper_arm.R",
    "thigh.L",
    "spine",
    "head",
    "chest",
    "forearm.L",
    "hand.R",
    "thumb.01.L",
    "f_index.01.R",
    "shin.R",
)
#: Points of the grid along each axis of boxes of one, two and three angles.
GRID = {1: 2000, 2: 120, 3: 36}


def box(bone: str) -> tuple[tuple[int, ...], np.ndarray, np.ndarray]:
    turns = FULL.turns[FULL.names.index(bone)]
    columns = [angle for angle, _ in turns]
    return tuple(axis for _, axis in turns), FULL.lower[columns], FULL.upper[columns]


def angle_between(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.degrees(
        np.arccos(np.clip((np.trace(np.swapaxes(first, -1, -2) @ second, axis1=-2, axis2=-1) - 1) / 2, -1, 1))
    )


@pytest.mark.parametrize("bone", BONES)
def test_no_legal_rotation_of_a_grid_is_nearer(bone: str) -> None:
    axes, lower, upper = box(bone)
    target = nearest_rotation(np.random.default_rng(0).standard_normal((150, 3, 3)))
    found = nearest_legal(target, axes, lower, upper)
    assert ((found >= lower) & (found <= upper)).all()
    ours = angle_between(rotation_of(found, axes), target)
    steps = [np.linspace(low, high, GRID[len(axes)]) for low, high in zip(lower, upper, strict=True)]
    grid = np.stack(np.meshgrid(*steps, indexing="ij"), -1).reshape(-1, len(axes))
    agreement = target.reshape(-1, 9) @ rotation_of(grid, axes).reshape(-1, 9).T
    nearest = angle_between(rotation_of(grid[agreement.argmax(1)], axes), target)
    assert (ours < nearest + 0.5).mean() > 0.99
    assert ours.max() > 20.0 or len(axes) == 3, "the targets ask for what is far from legal"


@pytest.mark.parametrize("bone", BONES)
def test_a_legal_rotation_comes_back_by_its_own_angles(bone: str) -> None:
    axes, lower, upper = box(bone)
    angles = np.random.default_rng(1).uniform(lower, upper, (300, len(axes)))
    euler = np.zeros((300, 3))
    euler[:, list(axes)] = angles
    order = FULL.bones[FULL.names.index(bone)].order
    np.testing.assert_allclose(nearest_legal(euler_to_matrix(euler, order), axes, lower, upper), angles, atol=1e-6)
