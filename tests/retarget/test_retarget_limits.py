"""Limits on other rigs: ours where quarter turns lead from axes to axes, elsewhere bounds around every legal pose."""

from dataclasses import replace

import numpy as np
import pytest

from engine.geometry.rotations import equivalent_euler, euler_to_matrix, matrix_to_euler
from engine.retarget.rig import Rig
from engine.retarget.transfer.mirrored_limits import MirroredLimit, mirrored_limits
from engine.retarget.transfer.transfer import transfer
from engine.skeleton import AXES, forward_kinematics, load_skeleton
from tests.rigs import LIMBS, OURS, found, other_rig

BEND = 0.4
POSES = 5000
FINGERS = [name for name in LIMBS if name.startswith(("f_", "thumb"))]


def quarter_turned(seed: int) -> tuple[Rig, np.ndarray]:
    """Our skeleton at rest, its elbows bent so that their hinge shows; rolls (B,3,3) of multiples of 90 degrees."""
    angles = np.zeros(len(OURS.freedoms))
    for side in "LR":
        angles[OURS.angle_names.index(f"forearm.{side}.X")] = BEND
    pose = forward_kinematics(OURS, angles, OURS.lengths)
    turns = np.zeros((len(OURS.bones), 3))
    turns[:, 1] = np.random.default_rng(seed).integers(0, 4, len(turns)) * np.pi / 2
    rolls = euler_to_matrix(turns, "XYZ")
    return replace(other_rig(seed), rest=pose.rotations @ rolls, heads=pose.heads, tails=pose.tails), rolls


def legal_angles(poses: int) -> np.ndarray:
    """(F,A) inside the limits, from no angle to all of them at a bound, the root's 0."""
    chance = np.random.default_rng(99)
    share = chance.random((poses, len(OURS.freedoms)))
    share = np.where(chance.random(share.shape) < chance.random((poses, 1)), np.rint(share), share)
    angles = OURS.lower + share * (OURS.upper - OURS.lower)
    angles[:, OURS.root_angles] = 0.0
    return angles


def blenders_euler(turns: np.ndarray, order: str) -> np.ndarray:
    """(F,3) of the two triples of each turn (F,3,3) the one of the smaller sum, as Limit Rotation takes it."""
    first = matrix_to_euler(turns, order)
    other = np.angle(np.exp(1j * equivalent_euler(first, order)))
    return np.where(np.abs(first).sum(-1, keepdims=True) <= np.abs(other).sum(-1, keepdims=True), first, other)


def expected(name: str, roll: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The table's limits (3,) and (3,) in the axes of a bone that is rolled (3,3)."""
    bone = OURS.bones[OURS.names.index(name)]
    bounds = np.array([bone.limits.get(axis, (0.0, 0.0)) for axis in AXES])
    bounds[0] -= BEND if name.startswith("forearm") else 0.0
    turned = np.rint(roll.T) @ bounds
    return turned.min(1), turned.max(1)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_rolls_of_quarter_turns_permute_and_negate_our_limits(seed: int) -> None:
    rig, rolls = quarter_turned(seed)
    limits = {rig.names[limit.bone]: limit for limit in mirrored_limits(rig, found(rig), OURS)}
    assert set(limits) >= {*LIMBS, "spine", "chest", "head"} and "pelvis" not in limits
    for name, limit in limits.items():
        assert limit.exact and all(limit.limited), name
        lower, upper = expected(name, rolls[limit.bone])
        np.testing.assert_allclose(limit.lower, lower, atol=1e-5, err_msg=name)
        np.testing.assert_allclose(limit.upper, upper, atol=1e-5, err_msg=name)


def enclosed(seed: int) -> list[tuple[str, MirroredLimit, np.ndarray]]:
    """Name, limit and Euler angles (F,3) of legal poses of every limited bone of a rig with other rolls."""
    rig = other_rig(seed)
    turns = rig.local(transfer(rig, found(rig), OURS, legal_angles(POSES)))
    limits = mirrored_limits(rig, found(rig), OURS)
    return [(rig.names[one.bone], one, blenders_euler(turns[:, one.bone], one.order)) for one in limits]


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_other_rolls_are_enclosed_and_every_legal_pose_lies_inside(seed: int) -> None:
    bones = enclosed(seed)
    # A shoulder's reach is singular in most axes that are not its own, and then cannot be limited.
    assert {name for name, _, _ in bones} >= set(FINGERS) | {"hand.L", "hand.R"}
    for name, limit, euler in bones:
        assert not limit.exact, name
        outside = np.maximum(limit.lower - euler, euler - limit.upper).max(0)
        assert (outside[list(limit.limited)] <= 0.0).all(), f"{name} leaves {limit} by {np.degrees(outside)}"


def test_enclosing_bounds_lie_close_around_the_legal_poses() -> None:
    for name, limit, euler in enclosed(1):
        if name in FINGERS:
            slack = np.degrees([euler.min(0) - limit.lower, limit.upper - euler.max(0)])
            assert slack.max() < 2.0, f"{name}: {slack}"


def test_what_follows_the_root_or_never_turns_gets_no_limits() -> None:
    rig = other_rig(5)
    waist_up = {rig.names[limit.bone] for limit in mirrored_limits(rig, found(rig), load_skeleton())}
    assert not waist_up & {"pelvis", "spine", "thigh.L", "shin.R", "foot.L"}
    assert waist_up >= {"hand.L", "f_index.02.R"}
    whole = {rig.names[limit.bone] for limit in mirrored_limits(rig, found(rig), OURS)}
    assert whole >= {"spine", "chest", "shin.R"} and not whole & {"pelvis", "nose", "heel.L"}
