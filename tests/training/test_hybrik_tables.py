"""What the tables of docs/hybrik.md are made from: bodies of 24 joints, their noise, twists and surface."""

from dataclasses import replace

import numpy as np
import pytest

from engine.skeleton import Kind, camera_positions, forward_kinematics, joint_positions, load_skeleton
from engine.training.clips import DATA, ClipSet, load_clips
from engine.training.poses.whole_bodies import body_of_24, noisy, whole_bodies

pytest.importorskip("torch", reason="NOT TESTED: training needs torch")

import torch

from engine.training.learning.twist import train, true_twists, twisted_bones
from engine.training.measuring.error_correction import SOURCES, correct
from engine.training.measuring.joint_noise import Poses, noise_errors
from engine.training.measuring.skin import load_skin

torch.set_num_threads(1)
FULL, BODY = load_skeleton(Kind.FULL_BODY), body_of_24()


@pytest.fixture(scope="module")
def clips() -> ClipSet:
    whole = load_clips(DATA / "whole.npz")
    return whole.frames(whole.clip < 4)


@pytest.fixture(scope="module")
def poses(clips: ClipSet) -> Poses:
    return Poses(BODY, whole_bodies(clips)[:, BODY.angles_in(FULL)])


def test_whole_bodies_lie_where_the_true_joints_are(clips: ClipSet) -> None:
    names = [name for name in FULL.joints if name.startswith(("left_", "right_")) and name in clips.joints]
    angles = whole_bodies(clips)
    assert ((angles >= FULL.lower) & (angles <= FULL.upper))[:, 3:].all()
    found = camera_positions(FULL, angles, FULL.lengths)[:, [FULL.joints.index(name) for name in names]]
    true = clips.positions[:, [clips.joints.tolist().index(name) for name in names]]
    centred = [joints - joints.mean(1, keepdims=True) for joints in (found, true)]
    assert np.median(np.linalg.norm(centred[0] - centred[1], axis=-1)) < 0.06, "of the table's bones, not the signer's"


def test_the_body_has_24_places(poses: Poses) -> None:
    assert len(poses.distinct) == 24
    apart = np.linalg.norm(poses.joints[0][:, None] - poses.joints[0][None], axis=-1)
    same = {
        frozenset(BODY.joints[i] for i in pair) for pair in np.argwhere(apart < 1e-9).tolist() if pair[0] != pair[1]
    }
    assert same == {frozenset({f"{side}_wrist", f"{side}_hand_wrist"}) for side in ("left", "right")}


def test_noise_is_bounded_and_the_same_where_joints_coincide(poses: Poses) -> None:
    off = noisy(BODY, poses.joints, 0.02, np.random.default_rng(0)) - poses.joints
    assert 0.019 < np.abs(off).max() <= 0.02
    wrist, hand = (BODY.joints.index(name) for name in ("left_wrist", "left_hand_wrist"))
    np.testing.assert_allclose(off[:, wrist], off[:, hand], atol=1e-12)


def test_the_adaptive_form_errs_less_with_and_without_limits(poses: Poses) -> None:
    for errors in noise_errors(poses, 0):
        assert errors.max() < 0.1
    naive, adaptive, naive_limited, adaptive_limited = (errors.mean() for errors in noise_errors(poses, 30))
    assert adaptive < 0.9 * naive
    assert adaptive_limited < 0.9 * naive_limited
    given = np.linalg.norm(np.random.default_rng(0).uniform(-30, 30, (10_000, 3)), axis=-1).mean()
    assert adaptive == pytest.approx(given, rel=0.1), "no error adds up"


def test_a_wrong_twist_moves_the_skin_about_the_bone_and_no_joint() -> None:
    skin, still, wrist = load_skin(), np.zeros((1, len(BODY.freedoms))), BODY.joints.index("left_wrist")
    turned = still.copy()
    turned[:, BODY.angle_names.index("forearm.L.Y")] = 1.0
    poses = [forward_kinematics(BODY, angles, BODY.lengths) for angles in (still, turned)]
    first, second = (joint_positions(BODY, pose)[:, wrist] for pose in poses)
    np.testing.assert_allclose(first, second)
    bound, forearm, hand = skin.bind(BODY), BODY.names.index("forearm.L"), BODY.names.index("hand.L")
    before, after = (skin.posed(bound, pose)[0] for pose in poses)
    moved = np.linalg.norm(after - before, axis=-1)
    assert moved[skin.weights[:, [forearm, hand]].sum(1) == 0.0].max() < 1e-9
    whole = skin.weights[:, forearm] == 1.0
    assert whole.sum() > 10
    radius = np.linalg.norm(bound[whole, forearm][:, [0, 2]], axis=-1)
    np.testing.assert_allclose(moved[whole], 2.0 * np.sin(0.5) * radius, atol=1e-6)


def test_the_skin_stands_where_the_body_does() -> None:
    """At rest, of the table's size: no taller, as wide as its arms reach, and spread over all of it."""
    skin = load_skin()
    np.testing.assert_allclose(skin.weights.sum(1), 1.0, atol=1e-5)
    pose = forward_kinematics(BODY, np.zeros((1, len(BODY.freedoms))), BODY.lengths)
    height = np.ptp(skin.posed(skin.bind(BODY), pose)[0][:, 2])
    assert 0.93 < height / BODY.stature < 1.07


def test_the_network_learns_what_joints_tell_of_twists(poses: Poses) -> None:
    network = train(poses.angles[::2], steps=150)
    joints, exact = poses.joints[1::2], true_twists(BODY, poses.angles[1::2])
    told = network(joints)
    bones = twisted_bones(BODY)
    np.testing.assert_allclose(np.linalg.norm(told[:, bones], axis=-1), 1.0, atol=1e-6)
    arms = [BODY.names.index(f"upper_arm.{side}") for side in "LR"]
    off, at_rest = (
        np.arccos(np.clip((own * exact).sum(-1), -1, 1))[:, arms].mean() for own in (told, np.array([1.0, 0.0]))
    )
    assert off < 0.6 * at_rest


def test_joints_that_pass_through_have_the_bones_of_a_body(clips: ClipSet) -> None:
    first = clips.frames(clips.clip == 0)
    one = replace(
        first, **{name: getattr(first, name)[:1] for name in ("camera", "size", "character", "motion", "lengths")}
    )
    corrected = correct(one)
    points = corrected.after[SOURCES[1]]
    shoulder, elbow, wrist = (points[:, index] for index in (11, 13, 15))
    for start, end in ((shoulder, elbow), (elbow, wrist)):
        length = np.linalg.norm(end - start, axis=-1)[one.confidence[:, :33].any(1)]
        assert np.ptp(length) < 1e-6
    before = corrected.before[SOURCES[1]]
    assert np.ptp(np.linalg.norm(before[:, 13] - before[:, 11], axis=-1)[one.confidence[:, :33].any(1)]) > 1e-3
