"""A face over time: what is hidden is bridged, noise goes, and blinks stay."""

from dataclasses import replace

import numpy as np

from engine.face.face import GAZE_LIMITS, Face
from engine.face.landmarks import FACE_POINTS, FaceLandmarks
from engine.face.names import FACE_NAMES
from engine.keypoints import HANDS, KEYPOINT_NAMES, POSE_NAMES, Keypoints, Side
from engine.lifting.covered import FacePart, hidden_parts
from engine.lifting.face import calmed, lift_face

RATE = 25.0
MIDDLE = np.array([300.0, 200.0])
#: Points of the mesh where this test looks: chin, mouth, lids, brows (MediaPipe's canonical face, cm, y down).
LIPS, LEFT_EYE, RIGHT_EYE = (61, 291, 0, 17), (362, 263), (133, 33)


def _face(frames: int) -> FaceLandmarks:
    """A flat mask that looks into the camera, 8 pixels a centimetre: eyes above, mouth below the middle."""
    points = np.random.default_rng(0).normal(0, 3.0, (len(FACE_POINTS), 3))
    places = {
        part: np.array(middle)
        for part, middle in (
            (FacePart.BROWS, (0.0, -4.5)),
            (FacePart.LEFT_EYE, (3.0, -3.0)),
            (FacePart.RIGHT_EYE, (-3.0, -3.0)),
            (FacePart.MOUTH, (0.0, 4.0)),
        )
    }
    for part, middle in places.items():
        own = [FACE_POINTS.index(point) for point in part.points]
        points[own, :2] = middle + np.random.default_rng(1).uniform(-1, 1, (len(own), 2)) * (1.0, 0.4)
    for corner, x in ((362, 1.5), (263, 4.5), (133, -1.5), (33, -4.5)):
        points[FACE_POINTS.index(corner), :2] = x, -3.0
    pixels = 8.0 * points + [*MIDDLE, 0.0]
    return FaceLandmarks(
        np.repeat(pixels[None], frames, 0).astype(np.float32), np.zeros((frames, len(FACE_NAMES)), np.float32)
    )


def _keypoints(face: FaceLandmarks) -> Keypoints:
    """The face of a person whose hands are low."""
    frames = len(face.points)
    points = np.zeros((frames, len(KEYPOINT_NAMES), 2), np.float32)
    points[:, POSE_NAMES.index("nose")] = MIDDLE
    confidence = np.zeros(points.shape[:2], np.float32)
    confidence[:, POSE_NAMES.index("nose")] = 1.0
    return Keypoints(points, confidence, np.arange(frames) / RATE, RATE, (640, 480), face=face)


def _with_hand(keypoints: Keypoints, frames: slice, x: float, y: float) -> Keypoints:
    """The left hand, 8 cm by 8 cm, about a place in the face (cm, as in `_face`)."""
    points, confidence = keypoints.points.copy(), keypoints.confidence.copy()
    spread = np.random.default_rng(2).uniform(-4, 4, (21, 2))
    points[frames, HANDS[Side.LEFT]] = MIDDLE + 8.0 * (spread + np.array([x, y]))
    confidence[frames, HANDS[Side.LEFT]] = 1.0
    return replace(keypoints, points=points, confidence=confidence)


def test_a_hand_hides_what_is_behind_it_and_nothing_else() -> None:
    face = _face(4)
    keypoints = _with_hand(_keypoints(face), slice(2, 4), 0.0, 6.0)
    hidden = hidden_parts(face, keypoints)
    np.testing.assert_array_equal(hidden[FacePart.MOUTH], [False, False, True, True])
    for part in (FacePart.BROWS, FacePart.LEFT_EYE, FacePart.RIGHT_EYE):
        assert not hidden[part].any()
    before_an_eye = hidden_parts(face, _with_hand(_keypoints(face), slice(2, 4), 6.0, -2.0))
    assert before_an_eye[FacePart.LEFT_EYE][2:].all()
    assert not before_an_eye[FacePart.RIGHT_EYE].any()


def test_a_hand_that_is_lost_before_the_face_is_told_by_the_arm() -> None:
    face = _face(1)
    keypoints = _keypoints(face)
    for name, place in {"wrist": (0, 14), "pinky": (-2, 9), "index": (2, 9), "thumb": (3, 10)}.items():
        row = POSE_NAMES.index(f"left_{name}")
        keypoints.points[:, row] = MIDDLE + 8.0 * np.array(place)
        keypoints.confidence[:, row] = 0.9
    hidden = hidden_parts(face, keypoints)
    assert hidden[FacePart.MOUTH].all()
    assert not hidden[FacePart.BROWS].any()


def test_an_eye_that_is_turned_away_is_hidden() -> None:
    face = _face(1)
    for corner, x in ((362, 1.5), (263, 2.0)):
        face.points[:, FACE_POINTS.index(corner), 0] = MIDDLE[0] + 8.0 * x
    hidden = hidden_parts(face, _keypoints(face))
    assert hidden[FacePart.LEFT_EYE].all()
    assert not hidden[FacePart.RIGHT_EYE].any()


def test_a_hidden_mouth_is_bridged_and_marked_while_the_brows_go_on() -> None:
    face = _face(30)
    warped = face.points.copy()
    lips = [FACE_POINTS.index(point) for point in FacePart.MOUTH.points]
    warped[10:20, lips, 1] += 12.0  # the hand drags the mouth along
    warped[10:20, [FACE_POINTS.index(point) for point in FacePart.BROWS.points], 1] -= 6.0
    scores = face.scores.copy()
    scores[10:20, [FACE_NAMES.index("jawOpen"), FACE_NAMES.index("browInnerUp")]] = 0.8
    dragged = FaceLandmarks(warped, scores)
    open_mouth, up = (FACE_NAMES.index(name) for name in ("jawOpen", "browInnerUp"))
    seen = lift_face(_keypoints(dragged), 0.0)
    behind = lift_face(_with_hand(_keypoints(dragged), slice(10, 20), 0.0, 6.5), 0.0)
    assert seen is not None and behind is not None
    assert np.ptp(behind.coefficients[:, open_mouth]) < 1e-6  # what is bridged is as what is seen before and after
    np.testing.assert_array_equal(behind.covered[:, 2], np.arange(30) // 10 == 1)
    np.testing.assert_allclose(behind.coefficients[:, up], seen.coefficients[:, up], atol=1e-6)
    assert not behind.covered[:, 0].any() and not seen.covered.any()


def test_a_face_that_is_not_at_the_persons_nose_is_not_theirs() -> None:
    face = _face(3)
    keypoints = _keypoints(face)
    assert lift_face(keypoints, 1.0) is not None
    keypoints.points[:, POSE_NAMES.index("nose"), 0] += 200.0
    assert lift_face(keypoints, 1.0) is None
    assert lift_face(replace(keypoints, face=None), 1.0) is None


def test_unseen_frames_are_bridged_and_everything_keeps_its_limits() -> None:
    face = _face(20)
    face.scores[:] = np.random.default_rng(3).uniform(0, 1, face.scores.shape)
    face.points[5:9] = 0.0
    found = lift_face(_keypoints(face), 1.0)
    assert isinstance(found, Face)
    np.testing.assert_array_equal(found.seen, (np.arange(20) < 5) | (np.arange(20) >= 9))
    assert found.coefficients.min() >= 0 and found.coefficients.max() <= 1
    assert (found.gaze >= GAZE_LIMITS[:, 0]).all() and (found.gaze <= GAZE_LIMITS[:, 1]).all()


def test_a_blink_of_two_pictures_stays_and_noise_goes() -> None:
    time = np.arange(100) / RATE
    true = np.zeros(100)
    true[[30, 31]] = 0.9
    noisy = true + np.random.default_rng(4).normal(0, 0.03, 100)
    found = calmed(noisy[:, None], 0.06, time, 1.0)[:, 0]
    assert found[[30, 31]].min() > 0.8
    away = np.abs(np.arange(100) - 30.5) > 8
    assert found[away].std() < 0.6 * noisy[away].std()


def test_what_is_beyond_the_pictures_edge_is_hidden() -> None:
    face = _face(2)
    face.points[1, :, 1] += 480 - MIDDLE[1] - 8.0
    hidden = hidden_parts(face, _keypoints(face))
    np.testing.assert_array_equal(hidden[FacePart.MOUTH], [False, True])
    np.testing.assert_array_equal(hidden[FacePart.BROWS], [False, False])
