"""The errors to expect are those that happen: of angles, of joints, through the wrist, and where nothing was seen."""

import numpy as np
import pytest

from engine.geometry.camera import Camera
from engine.geometry.rotations import matrix_to_euler
from engine.keypoints import Evidence, Side
from engine.lifting import expected, refine
from engine.lifting.assemble import assemble_angles
from engine.lifting.expected import expect, guessed_where_unseen, join_expected
from engine.lifting.observations import Picture
from engine.skeleton import (
    Kind,
    Skeleton,
    body_skeleton,
    camera_positions,
    forward_kinematics,
    hand_skeleton,
    load_skeleton,
)

CAMERA = np.array([1000.0, 1000.0, 500.0, 500.0])
PIXEL, DISTANCE, SPREAD = 3.0, 1.5, 0.1


def calm(skeleton: Skeleton, frames: int, seed: int) -> np.ndarray:
    """(F,A) radians, well inside the limits, and facing the camera."""
    random = np.random.default_rng(seed)
    middle, range_ = (skeleton.upper + skeleton.lower) / 2, skeleton.upper - skeleton.lower
    angles = middle + 0.2 * range_ * random.uniform(-1, 1, (frames, len(range_)))
    angles[:, :3] = random.uniform(-0.3, 0.3, (frames, 3))
    return angles


@pytest.mark.parametrize("skeleton", [body_skeleton(), body_skeleton(Kind.FULL_BODY), hand_skeleton(Side.LEFT)])
def test_errors_to_expect_are_those_that_happen(skeleton: Skeleton, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prior and points are as far off, independently, as refinement is told that they are."""
    monkeypatch.setattr(refine, "SHARED", 1.0)
    monkeypatch.setattr(refine, "HUBER", 100.0)
    monkeypatch.setattr(expected, "FACTOR", 1.0)
    frames, random = 400, np.random.default_rng(7)
    truth = calm(skeleton, 1, 3).repeat(frames, 0)
    joints = camera_positions(skeleton, truth, skeleton.lengths)
    placed = joints + np.array([0.0, 0.0, DISTANCE])
    pixels = placed[..., :2] / placed[..., 2:] * CAMERA[:2] + CAMERA[2:]
    pixels += PIXEL * random.standard_normal(pixels.shape)
    trust = PIXEL * DISTANCE / CAMERA[0]
    evidence = Evidence(list(range(len(skeleton.joints))), pixels, np.ones(pixels.shape[:2]), trust)
    start = truth + SPREAD * random.standard_normal(truth.shape)
    found, told = refine.refine(
        skeleton, start, np.full(start.shape, SPREAD), skeleton.lengths, Picture(Camera.of(CAMERA), evidence)
    )
    happened = np.sqrt(((found - truth) ** 2).mean(0))
    np.testing.assert_allclose(np.median(told.spreads, 0), happened, rtol=0.35)
    own = camera_positions(skeleton, found.astype(np.float64), skeleton.lengths)
    apart = np.linalg.norm((own - own[:, skeleton.anchors]) - (joints - joints[:, skeleton.anchors]), axis=-1)
    reach = skeleton.reach(skeleton.lengths)
    np.testing.assert_allclose(np.median(told.errors, 0) * reach, np.sqrt((apart**2).mean(0)), rtol=0.35, atol=1e-6)


def test_what_no_point_shows_keeps_the_networks_spread() -> None:
    skeleton = body_skeleton()
    angles = calm(skeleton, 5, 0)
    points = camera_positions(skeleton, angles, skeleton.lengths) + np.array([0.0, 0.0, DISTANCE])
    pixels = points[..., :2] / points[..., 2:] * CAMERA[:2] + CAMERA[2:]
    weights = np.ones(pixels.shape[:2])
    weights[:, [skeleton.joints.index(f"left_{joint}") for joint in ("elbow", "wrist")]] = 0.0
    spreads = np.full(angles.shape, SPREAD)
    evidence = Evidence(list(range(len(skeleton.joints))), pixels, weights, 0.005)
    _, told = refine.refine(skeleton, angles, spreads, skeleton.lengths, Picture(Camera.of(CAMERA), evidence))
    left, right = (skeleton.angle_names.index(f"forearm.{side}.X") for side in "LR")
    assert told.spreads[:, left] == pytest.approx(expected.FACTOR * SPREAD, rel=1e-3)
    assert (told.spreads[:, right] < 0.95 * told.spreads[:, left]).all()
    left, right = (skeleton.joints.index(f"{side}_wrist") for side in Side)
    assert (told.errors[:, left] > 1.2 * told.errors[:, right]).all()


def test_an_arm_is_judged_by_itself() -> None:
    """However far the trunk may lean, its shoulder is where the arm begins."""
    skeleton = body_skeleton()
    angles, covariance = calm(skeleton, 1, 1), np.zeros((1, 19, 19))
    lean = skeleton.angles_of("spine")
    covariance[:, lean, lean] = 0.2**2
    told = expect(skeleton, angles, skeleton.lengths, covariance)
    reach = skeleton.reach(skeleton.lengths)
    nose, wrist = skeleton.joints.index("nose"), skeleton.joints.index("left_wrist")
    assert reach[wrist] == pytest.approx(
        skeleton.lengths[[skeleton.names.index(f"{b}.L") for b in ("upper_arm", "forearm")]].sum()
    )
    assert told.errors[0, nose] * reach[nose] > 0.05
    turned = expected.FACTOR * 0.2 * 2**0.5 * reach[wrist]  # about two axes: the arm turns with the trunk
    assert told.errors[0, wrist] * reach[wrist] < turned


def test_wrists_are_as_doubtful_as_forearm_and_hand_together() -> None:
    random, frames, full, body = np.random.default_rng(5), 300, load_skeleton(), body_skeleton()
    trunk = calm(body, 1, 2).repeat(frames, 0)
    hand = hand_skeleton(Side.RIGHT)
    own = calm(hand, 1, 4).repeat(frames, 0)
    straight = np.zeros((frames, len(full.freedoms)))
    straight[:, body.angles_in(full)] = trunk
    held = forward_kinematics(full, straight, full.lengths).rotations[:, full.names.index("hand.R")]
    own[:, :3] = matrix_to_euler(hand.rest[0].T @ held, hand.bones[0].order)
    elbow = full.lengths[body.bones_in(full)]
    exact = assemble_angles(Kind.UPPER_BODY, trunk, {Side.RIGHT: own}, elbow)
    covariances = [np.eye(len(part.freedoms))[None].repeat(frames, 0) * 0.02**2 for part in (body, hand)]
    told = [
        expect(part, a, part.lengths, c) for part, a, c in zip((body, hand), (trunk, own), covariances, strict=True)
    ]
    spreads, errors = join_expected(full, exact, body, told[0], {Side.RIGHT: (hand, told[1])})
    noisy = [part + 0.02 * expected.FACTOR * random.standard_normal(part.shape) for part in (trunk, own)]
    found = assemble_angles(Kind.UPPER_BODY, noisy[0], {Side.RIGHT: noisy[1]}, elbow)
    columns = [full.angle_names.index(name) for name in ("forearm.R.Y", "hand.R.X", "hand.R.Z")]
    happened = np.sqrt(((found - exact)[:, columns] ** 2).mean(0))
    np.testing.assert_allclose(spreads[0, columns], happened, rtol=0.2)
    assert (errors[:, full.joints.index("left_hand_pinky_tip")] == 0).all()
    wrist, same = (full.joints.index(name) for name in ("right_wrist", "right_hand_wrist"))
    assert (errors[:, wrist] == errors[:, same]).all() and (errors[:, wrist] > 0).all()


def test_of_what_is_not_seen_a_guess_is_told() -> None:
    full = load_skeleton()
    seen = np.ones((2, len(full.freedoms)), dtype=bool)
    fingers = [angle for angle, name in enumerate(full.angle_names) if name.startswith("f_") and ".L" in name]
    seen[1, fingers] = False
    spreads, errors = guessed_where_unseen(full, np.full(seen.shape, 9.0), np.full((2, len(full.joints)), 0.1), seen)
    assert (spreads > 0).all() and spreads[0, 0] == pytest.approx(np.pi / 3**0.5)
    assert np.allclose(spreads, (full.upper - full.lower) / 12**0.5)
    tips = [joint for joint, name in enumerate(full.joints) if name.startswith("left_hand") and name.endswith("tip")]
    fingertips = [joint for joint in tips if "thumb" not in full.joints[joint]]
    assert (errors[0] == 0.1).all() and (errors[1, fingertips] == 1.0).all()
    assert errors[1, full.joints.index("left_wrist")] == errors[1, full.joints.index("right_hand_pinky_tip")] == 0.1
