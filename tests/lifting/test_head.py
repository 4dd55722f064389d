"""The head looks where its face does, whatever nose and ears of the body say, and stays legal."""

from dataclasses import replace

import numpy as np

from engine.face.landmarks import FACE_POINTS, FaceLandmarks
from engine.face.names import FACE_NAMES
from engine.face.regressor import load_regressor
from engine.geometry.rotations import CAMERA_FROM_BLENDER
from engine.keypoints import HANDS, POSE_NAMES, Keypoints, Side
from engine.lifting.head import turn_head
from engine.skeleton import body_skeleton, camera_positions, forward_kinematics
from tests.projections import CAMERA, keypoints_of

BODY = body_skeleton()
HEAD = [BODY.angle_names.index(f"head.{axis}") for axis in "XYZ"]
PLACE = np.array([0.2, 0.5, 2.0])


def _seen(angles: np.ndarray) -> Keypoints:
    """Exact pictures of a body and of the mean face, carried by its head."""
    keypoints = keypoints_of(BODY, angles, {"nose": "nose"}, PLACE)
    pose = forward_kinematics(BODY, angles, BODY.lengths)
    head = BODY.names.index("head")
    turn = pose.rotations[:, head] @ BODY.rest[head].T
    mean = load_regressor().mean.points
    shape = 9.0 * (mean - mean[[FACE_POINTS.index(ear) for ear in (234, 454)]].mean(0))  # cm
    in_world = CAMERA_FROM_BLENDER @ turn @ CAMERA_FROM_BLENDER.T
    ears = camera_positions(BODY, angles, BODY.lengths)[:, BODY.joints.index("head")] + PLACE
    places = ears[:, None] + shape @ in_world.swapaxes(1, 2) / 100
    pixels = CAMERA.project(places)
    away = np.linalg.norm(places, axis=-1) - np.linalg.norm(ears, axis=-1)[:, None]  # a crop's own camera looks at it
    depth = (away * CAMERA.numbers[0] / ears[:, None, 2])[..., None]
    face = FaceLandmarks(
        np.concatenate([pixels, depth], -1).astype(np.float32), np.zeros((len(angles), len(FACE_NAMES)), np.float32)
    )
    return replace(keypoints, face=face)


def _poses(frames: int) -> np.ndarray:
    angles = np.zeros((frames, len(BODY.freedoms)))
    angles[:, HEAD] = np.random.default_rng(2).uniform(-0.5, 0.5, (frames, 3))
    angles[:, BODY.root_angles] = np.random.default_rng(3).uniform(-0.3, 0.3, (frames, 3))
    return angles


def test_the_head_is_turned_as_its_face() -> None:
    true = _poses(20)
    lost = true.copy()
    lost[:, HEAD] = 0.0
    found = turn_head(BODY, lost, BODY.lengths, _seen(true), CAMERA)
    off = found[:, HEAD] - true[:, HEAD]
    assert abs(off[:, 0] - np.median(off[:, 0])).max() < np.radians(3)  # what a weak perspective leaves at 2 m
    assert abs(off[:, 1:]).max() < np.radians(3)


def test_how_far_the_face_looks_up_in_the_middle_of_the_clip_is_the_bodys() -> None:
    true = _poses(21)
    true[:, HEAD] = 0.0
    told = true.copy()
    told[:, HEAD[0]] = 0.2
    found = turn_head(BODY, told, BODY.lengths, _seen(true), CAMERA)
    np.testing.assert_allclose(found[:, HEAD[0]], 0.2, atol=np.radians(2))
    rest = [column for column in range(true.shape[1]) if column not in HEAD]
    np.testing.assert_array_equal(found[:, rest], true[:, rest])


def test_where_a_hand_hides_the_face_the_head_stays_as_far_off_as_around() -> None:
    true = _poses(1).repeat(9, 0)
    lost = true.copy()
    lost[:, HEAD] += [0.1, -0.05, 0.02]
    keypoints = _seen(true)
    middle = keypoints.points[3:6, POSE_NAMES.index("nose")]
    keypoints.points[3:6, HANDS[Side.RIGHT]] = middle[:, None] + np.random.default_rng(4).uniform(-40, 40, (21, 2))
    keypoints.confidence[3:6, HANDS[Side.RIGHT]] = 1.0
    assert keypoints.face is not None
    keypoints.face.points[3:6] += 30 * np.random.default_rng(5).normal(size=keypoints.face.points[3:6].shape)
    found = turn_head(BODY, lost, BODY.lengths, keypoints, CAMERA)
    assert np.ptp(found[:, HEAD], axis=0).max() < 1e-4


def test_a_head_turned_farther_than_necks_do_is_at_the_limit() -> None:
    true = _poses(2)
    true[:, HEAD] = [0.0, 1.7, 0.0]
    keypoints = _seen(true)
    found = turn_head(BODY, _poses(2), BODY.lengths, keypoints, CAMERA)
    assert (found >= BODY.lower).all() and (found <= BODY.upper).all()


def test_without_a_face_nothing_changes() -> None:
    true = _poses(3)
    found = turn_head(BODY, true, BODY.lengths, replace(_seen(true), face=None), CAMERA)
    np.testing.assert_array_equal(found, true)
