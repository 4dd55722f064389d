"""HybrIK: joints of legal poses come back, and so do the angles that joints determine; nothing leaves its limits."""

import numpy as np
import pytest

from engine.keypoints import Side
from engine.lifting.hybrik import solve_angles, solve_pose
from engine.skeleton import (
    Kind,
    Skeleton,
    body_skeleton,
    forward_kinematics,
    hand_skeleton,
    joint_positions,
    load_skeleton,
)

COUNT = 200
SKELETONS = (
    load_skeleton(Kind.UPPER_BODY),
    load_skeleton(Kind.FULL_BODY),
    body_skeleton(Kind.FULL_BODY),
    hand_skeleton(Side.LEFT),
    hand_skeleton(Side.RIGHT),
)
#: Of the trunk, joints tell how spine and chest are turned together, not how they share it.
SHARED = ("spine", "chest")
#: Straighter hinges tell nothing, or either of two turns, about the bone before them.
BENT = np.radians(8.0)


def poses(skeleton: Skeleton) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Legal angles, bone lengths, joints."""
    random = np.random.default_rng(0)
    angles = random.uniform(skeleton.lower, skeleton.upper, (COUNT, len(skeleton.lower)))
    angles[:, :3] = random.uniform(-1.0, 1.0, (COUNT, 3))
    for name in ("spine", "chest"):
        angles[:, [i for i, own in enumerate(skeleton.angle_names) if own.startswith(f"{name}.")]] *= 0.8
    for hinge in (f"{part}.{side.letter}.X" for part in ("forearm", "shin") for side in Side):
        if hinge in skeleton.angle_names:
            column = skeleton.angle_names.index(hinge)
            angles[:, column] = np.maximum(angles[:, column], BENT)
    lengths = skeleton.lengths * np.exp(0.1 * random.standard_normal(len(skeleton.bones)))
    return angles, lengths, joints_of(skeleton, angles, lengths)


def joints_of(skeleton: Skeleton, angles: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    return joint_positions(skeleton, forward_kinematics(skeleton, angles, lengths))


def everywhere(joints: np.ndarray) -> np.ndarray:
    return np.ones(joints.shape[:2], bool)


def legal(skeleton: Skeleton, angles: np.ndarray) -> bool:
    return bool(((angles >= skeleton.lower - 1e-12) & (angles <= skeleton.upper + 1e-12))[:, 3:].all())


@pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda own: f"{own.kind.value}, {len(own.freedoms)}")
@pytest.mark.parametrize("adaptive", [True, False])
def test_joints_and_the_angles_that_they_determine_come_back(skeleton: Skeleton, adaptive: bool) -> None:
    angles, lengths, joints = poses(skeleton)
    start = np.zeros_like(angles)
    found = solve_angles(skeleton, joints, everywhere(joints), lengths, start, adaptive=adaptive)
    assert legal(skeleton, found)
    assert np.linalg.norm(joints_of(skeleton, found, lengths) - joints, axis=-1).max() < 1e-4
    told = [column for column, name in enumerate(skeleton.angle_names) if not name.startswith(SHARED)]
    turned = np.degrees(np.abs((found - angles + np.pi) % (2 * np.pi) - np.pi))
    assert turned[:, told].max() < 0.5


@pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda own: f"{own.kind.value}, {len(own.freedoms)}")
@pytest.mark.parametrize("adaptive", [True, False])
def test_the_papers_form_gives_back_all_joints_by_true_twists(skeleton: Skeleton, adaptive: bool) -> None:
    angles, lengths, joints = poses(skeleton)
    pose = solve_pose(skeleton, joints, everywhere(joints), lengths, angles, adaptive=adaptive)
    np.testing.assert_allclose(joint_positions(skeleton, pose), joints, atol=1e-7)


@pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda own: f"{own.kind.value}, {len(own.freedoms)}")
def test_noise_leaves_angles_legal_and_the_adaptive_form_nearer(skeleton: Skeleton) -> None:
    angles, lengths, joints = poses(skeleton)
    size = 0.03 if skeleton.kind.has_body else 0.005
    noisy = joints + np.random.default_rng(1).uniform(-size, size, joints.shape)
    noisy[:, 0] = 0.0
    errors: list[float] = []
    for adaptive in (True, False):
        found = solve_angles(skeleton, noisy, everywhere(joints), lengths, 0.0 * angles, adaptive=adaptive)
        assert legal(skeleton, found)
        errors.append(float(np.linalg.norm(joints_of(skeleton, found, lengths) - joints, axis=-1).mean()))
    assert errors[0] < 0.95 * errors[1]


def test_a_forearm_points_from_where_its_elbow_really_is() -> None:
    """An elbow is asked for where no legal arm has it; the wrist is not."""
    skeleton = body_skeleton()
    angles, lengths, joints = poses(skeleton)
    elbow, wrist = (skeleton.joints.index(f"left_{name}") for name in ("elbow", "wrist"))
    joints[:, elbow] += np.random.default_rng(4).uniform(-0.08, 0.08, (COUNT, 3))
    off: list[float] = []
    for adaptive in (True, False):
        found = solve_angles(skeleton, joints, everywhere(joints), lengths, 0.0 * angles, adaptive=adaptive)
        pose = forward_kinematics(skeleton, found, lengths)
        bone = skeleton.names.index("forearm.L")
        wanted = joints[:, wrist] - pose.heads[:, bone]
        cosine = (wanted * pose.rotations[:, bone, :, 1]).sum(-1) / np.linalg.norm(wanted, axis=-1)
        off.append(float(np.degrees(np.median(np.arccos(np.clip(cosine, -1.0, 1.0))))))
    assert off[0] < 1.0
    assert off[1] > 5.0


def test_what_no_joint_tells_stays_as_it_was() -> None:
    skeleton = load_skeleton()
    angles, lengths, joints = poses(skeleton)
    random = np.random.default_rng(2)
    start = np.where(skeleton.trunk, 0.0, random.uniform(skeleton.lower, skeleton.upper, angles.shape))
    known = everywhere(joints)
    lost = [joint for joint, name in enumerate(skeleton.joints) if name.startswith("left_hand") or name == "left_wrist"]
    known[:, lost] = False
    joints[:, lost] = np.nan
    found = solve_angles(skeleton, joints, known, lengths, start)
    kept = [i for i, name in enumerate(skeleton.angle_names) if ".L" in name and not name.startswith("upper_arm")]
    np.testing.assert_array_equal(found[:, kept], start[:, kept])
    assert (
        np.linalg.norm(joints_of(skeleton, found, lengths) - joints, axis=-1)[:, ~np.isin(range(66), lost)].max() < 1e-4
    )
    nothing = solve_angles(skeleton, joints, np.zeros_like(known), lengths, start)
    np.testing.assert_array_equal(nothing[:, 3:], start[:, 3:])


def test_shoulders_and_hips_alone_place_a_trunk() -> None:
    """As single cameras and OpenPose see it: no joint of the trunk's own, a trunk bent as at the start."""
    skeleton = body_skeleton()
    angles, lengths, joints = poses(skeleton)
    trunk = [i for i, name in enumerate(skeleton.angle_names) if name.startswith(SHARED)]
    known = everywhere(joints)
    known[:, [skeleton.joints.index(name) for name in ("pelvis", "torso", "neck", "head")]] = False
    start = np.zeros_like(angles)
    start[:, trunk] = angles[:, trunk]
    found = solve_angles(skeleton, joints, known, lengths, start)
    assert np.linalg.norm(joints_of(skeleton, found, lengths) - joints, axis=-1).max() < 1e-3
    np.testing.assert_allclose(found[:, trunk], start[:, trunk], atol=np.radians(0.5))


def test_a_wrist_is_known_where_its_hands_is() -> None:
    skeleton = load_skeleton()
    angles, lengths, joints = poses(skeleton)
    known = everywhere(joints)
    known[:, skeleton.joints.index("left_wrist")] = known[:, skeleton.joints.index("right_hand_wrist")] = False
    found = solve_angles(skeleton, joints, known, lengths, 0.0 * angles)
    every = solve_angles(skeleton, joints, everywhere(joints), lengths, 0.0 * angles)
    np.testing.assert_allclose(found, every, atol=1e-9)


def test_a_straight_arm_keeps_its_turn_or_takes_the_given_one() -> None:
    skeleton = body_skeleton()
    angles = np.zeros((1, 19))
    turn = skeleton.angle_names.index("upper_arm.R.Y")
    joints = joints_of(skeleton, angles, skeleton.lengths)
    start = angles.copy()
    start[:, turn] = 0.6
    found = solve_angles(skeleton, joints, everywhere(joints), skeleton.lengths, start)
    assert found[0, turn] == pytest.approx(0.6, abs=1e-3)
    twists = np.zeros((1, len(skeleton.bones), 2))
    twists[:, skeleton.names.index("upper_arm.R")] = np.cos(-0.4), np.sin(-0.4)
    found = solve_angles(skeleton, joints, everywhere(joints), skeleton.lengths, start, twists)
    assert found[0, turn] == pytest.approx(-0.4, abs=1e-3)


def test_mirrored_joints_give_mirrored_angles() -> None:
    left, right = hand_skeleton(Side.LEFT), hand_skeleton(Side.RIGHT)
    _, lengths, joints = poses(right)
    noisy = joints + np.random.default_rng(3).uniform(-0.01, 0.01, joints.shape)
    own = solve_angles(right, noisy, everywhere(joints), lengths, np.zeros((COUNT, 26)))
    other = solve_angles(left, noisy * [-1.0, 1.0, 1.0], everywhere(joints), lengths, np.zeros((COUNT, 26)))
    np.testing.assert_allclose(other[:, 3:], (own * right.mirror_signs)[:, 3:], atol=1e-6)
