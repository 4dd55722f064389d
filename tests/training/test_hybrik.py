"""HybrIK on torch tensors is the one on NumPy arrays, and can be differentiated."""

import numpy as np
import pytest

from engine.keypoints import Side
from engine.lifting.hybrik import solve_angles, solve_pose
from engine.skeleton import Skeleton, body_skeleton, forward_kinematics, hand_skeleton, joint_positions

pytest.importorskip("torch", reason="NOT TESTED: training needs torch")

import torch
from torch import Tensor

torch.set_num_threads(1)

SKELETONS = (body_skeleton(), hand_skeleton(Side.LEFT))


def noisy(skeleton: Skeleton) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Joints that no legal pose has, which are known, and where to start."""
    random = np.random.default_rng(0)
    angles = random.uniform(skeleton.lower, skeleton.upper, (20, len(skeleton.lower)))
    joints = joint_positions(skeleton, forward_kinematics(skeleton, angles, skeleton.lengths))
    joints = joints + random.uniform(-0.01, 0.01, joints.shape)
    return joints, random.random(joints.shape[:2]) > 0.1, skeleton.clamp(0.0 * angles)


@pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda own: own.kind.value)
def test_both_kinds_of_arrays_give_the_same(skeleton: Skeleton) -> None:
    joints, known, start = noisy(skeleton)
    tensors = [torch.as_tensor(array) for array in (joints, known, skeleton.lengths, start)]
    own = solve_angles(skeleton, joints, known, skeleton.lengths, start)
    np.testing.assert_allclose(solve_angles(skeleton, *tensors).numpy(), own, atol=1e-9)
    free = solve_pose(skeleton, joints, known, skeleton.lengths, start)
    np.testing.assert_allclose(solve_pose(skeleton, *tensors).tails.numpy(), free.tails, atol=1e-9)


@pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda own: own.kind.value)
def test_slopes_are_those_of_small_steps(skeleton: Skeleton) -> None:
    joints, known, start = (torch.as_tensor(array[:4]) for array in noisy(skeleton))
    lengths, random = torch.as_tensor(skeleton.lengths), np.random.default_rng(1)
    weights = torch.as_tensor(random.standard_normal(start.shape))

    def value(given: Tensor) -> Tensor:
        return (solve_angles(skeleton, given, known, lengths, start) * weights).sum()

    joints.requires_grad_()
    value(joints).backward()
    assert joints.grad is not None and bool(torch.isfinite(joints.grad).all())
    for _ in range(5):
        way = 1e-6 * torch.as_tensor(random.standard_normal(joints.shape))
        with torch.no_grad():
            step = (value(joints + way) - value(joints - way)).item()
        assert step == pytest.approx(2.0 * (joints.grad * way).sum().item(), rel=1e-3)
