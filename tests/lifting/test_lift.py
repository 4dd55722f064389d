"""Lifting exact projections of known poses: within centimetres, either hand, wherever it is in the picture."""

import numpy as np
import pytest

from engine.keypoints import HAND_NAMES, HANDS, KEYPOINT_NAMES, Keypoints, Side
from engine.lifting.features import BODY_POINTS, FULL_POINTS
from engine.lifting.lift import lift_body, lift_hand, shown_body
from engine.skeleton import Kind, Skeleton, body_skeleton, camera_positions, forward_kinematics, hand_skeleton
from tests.projections import CAMERA, SIZE, keypoints_of

COUNT = 300


def hands(side: Side) -> tuple[Skeleton, np.ndarray, dict[str, str]]:
    """Hands of moderate bend whose palms face the camera, more or less."""
    skeleton, random = hand_skeleton(side), np.random.default_rng(0)
    share = np.clip(0.45 + 0.12 * random.standard_normal((COUNT, 26)), 0.0, 1.0)
    angles = skeleton.lower + (skeleton.upper - skeleton.lower) * share
    angles[:, :3] = random.uniform(-0.6, 0.6, (COUNT, 3))
    names = {f"{side}_hand_{name}": f"{side}_hand_{name}" for name in HAND_NAMES}
    return skeleton, angles, names


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("place", [(0.0, 0.0, 0.9), (0.45, -0.2, 0.9)])
def test_hands_come_back(side: Side, place: tuple[float, float, float]) -> None:
    skeleton, angles, names = hands(side)
    lift = lift_hand(keypoints_of(skeleton, angles, names, np.array(place)), CAMERA, side)
    truth = camera_positions(skeleton, angles, skeleton.lengths)
    found = camera_positions(skeleton, lift.angles, skeleton.lengths)
    assert np.median(np.linalg.norm(found - truth, axis=-1)) < 0.012
    palms = (forward_kinematics(skeleton, a, skeleton.lengths).rotations[:, 0, :, 2] for a in (lift.angles, angles))
    cosine = np.prod(list(palms), axis=0).sum(-1)
    assert np.median(np.degrees(np.arccos(np.clip(cosine, -1, 1)))) < 12.0
    assert (cosine > 0).mean() > 0.98  # palms that face backwards


def test_a_mirrored_hand_gives_the_mirrored_angles() -> None:
    skeleton, angles, names = hands(Side.RIGHT)
    right = keypoints_of(skeleton, angles, names, np.array([0.1, 0.05, 1.0]))
    points = right.points.copy()
    points[:, HANDS[Side.LEFT]] = right.points[:, HANDS[Side.RIGHT]] * [-1, 1] + [SIZE[0], 0]
    confidence = right.confidence.copy()
    confidence[:, HANDS[Side.LEFT]] = 1.0
    both = Keypoints(points, confidence, right.time, 30.0, SIZE)
    own, other = lift_hand(both, CAMERA, Side.RIGHT), lift_hand(both, CAMERA, Side.LEFT)
    signs = np.array([1.0 if axis == 0 else -1.0 for _, axis in skeleton.freedoms])
    np.testing.assert_allclose(other.angles, own.angles * signs, atol=1e-3)
    np.testing.assert_allclose(other.lengths, own.lengths, atol=1e-6)


def test_a_body_comes_back_with_elbows_and_wrists_in_place() -> None:
    skeleton, random = body_skeleton(), np.random.default_rng(1)
    share = np.clip(0.5 + 0.08 * random.standard_normal((COUNT, 19)), 0.0, 1.0)
    angles = skeleton.lower + (skeleton.upper - skeleton.lower) * share
    angles[:, :3] = 0.1 * random.standard_normal((COUNT, 3))
    names = {name: name for name in BODY_POINTS}
    lift = lift_body(keypoints_of(skeleton, angles, names, np.array([0.0, 0.0, 2.0])), CAMERA, Kind.UPPER_BODY)
    truth = camera_positions(skeleton, angles, skeleton.lengths)
    found = camera_positions(skeleton, lift.angles, skeleton.lengths)
    neck = skeleton.joints.index("neck")
    error = np.linalg.norm((found - found[:, neck, None]) - (truth - truth[:, neck, None]), axis=-1)
    joints = [skeleton.joints.index(f"{side}_{joint}") for side in Side for joint in ("elbow", "wrist")]
    assert np.median(error[:, joints]) < 0.08  # an elbow that bends the wrong way is off by 20 cm
    assert np.median(error) < 0.03


def whole_bodies() -> tuple[Skeleton, np.ndarray]:
    """Standing, stepping and sitting people."""
    skeleton, random = body_skeleton(Kind.FULL_BODY), np.random.default_rng(2)
    middle = np.clip(np.zeros(29), skeleton.lower, skeleton.upper)
    angles = middle + 0.1 * random.standard_normal((COUNT, 29))
    for side in "LR":
        thigh, shin = (skeleton.angle_names.index(f"{bone}.{side}.X") for bone in ("thigh", "shin"))
        angles[:, thigh] = random.uniform(0.0, 1.2, COUNT)
        angles[:, shin] = angles[:, thigh] * random.uniform(0.6, 1.1, COUNT)
    return skeleton, skeleton.clamp(angles)


def test_legs_come_back_with_knees_and_feet_in_place() -> None:
    skeleton, angles = whole_bodies()
    keypoints = keypoints_of(skeleton, angles, {name: name for name in FULL_POINTS}, np.array([0.0, 0.0, 3.5]))
    assert shown_body(keypoints) == Kind.FULL_BODY
    lift = lift_body(keypoints, CAMERA, Kind.FULL_BODY)
    assert lift.skeleton == skeleton
    assert (lift.angles[:, 3:] >= skeleton.lower[3:]).all() and (lift.angles[:, 3:] <= skeleton.upper[3:]).all()
    truth = camera_positions(skeleton, angles, skeleton.lengths)
    found = camera_positions(skeleton, lift.angles, skeleton.lengths)
    knees, ankles = (
        np.linalg.norm(found - truth, axis=-1)[:, [skeleton.joints.index(f"{side}_{joint}") for side in Side]]
        for joint in ("knee", "ankle")
    )
    assert np.median(knees) < 0.1 and np.median(ankles) < 0.14
    assert np.quantile(ankles, 0.9) < 0.3  # a knee that bends the wrong way puts the ankle half a metre off


def test_the_upper_body_does_not_depend_on_whether_legs_are_lifted() -> None:
    skeleton, angles = whole_bodies()
    keypoints = keypoints_of(skeleton, angles, {name: name for name in FULL_POINTS}, np.array([0.0, 0.0, 3.5]))
    upper, full = (lift_body(keypoints, CAMERA, name) for name in (Kind.UPPER_BODY, Kind.FULL_BODY))
    columns = [full.skeleton.angle_names.index(name) for name in upper.skeleton.angle_names]
    np.testing.assert_allclose(full.angles[:, columns], upper.angles, atol=1e-5)


@pytest.mark.parametrize(("share", "table"), [(0.4, Kind.UPPER_BODY), (0.6, Kind.FULL_BODY)])
def test_legs_are_lifted_where_a_foot_is_seen_in_half_of_the_frames(share: float, table: str) -> None:
    skeleton, angles = whole_bodies()
    keypoints = keypoints_of(skeleton, angles, {name: name for name in FULL_POINTS}, np.array([0.0, 0.0, 3.5]))
    hidden = np.arange(COUNT) >= share * COUNT
    for side in Side:
        keypoints.confidence[hidden, KEYPOINT_NAMES.index(f"{side}_ankle")] = 0.1
    assert shown_body(keypoints) == table
