"""Keypoints of the sample video against its ground truth, and everything that can go wrong around them."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.detection.detect import detect
from engine.detection.hand_search import same_hand, settle_sides
from engine.detection.holistic import Holistic
from engine.detection.landmarkers import HANDS as HAND_TASK
from engine.detection.landmarkers import HOLISTIC, MODELS_DIR, Landmarker
from engine.detection.video import open_video
from engine.errors import DetectionError, InputError, ModelError
from engine.face.landmarks import FACE_POINTS
from engine.keypoints import BODY, HANDS, KEYPOINT_NAMES, Keypoints, Row, Side
from engine.options import TrackOptions
from engine.process import import_mediapipe
from tests.clips import Picture, write_clip

DATA = Path(__file__).resolve().parents[1] / "data"
LOSSLESS = {"codec": "ffv1", "pixels": "bgr0", "rate": 30}
SENTENCE = r"^[^\n]+\.$"
UPPER = [KEYPOINT_NAMES.index(name) for name in ("nose", "left_shoulder", "right_shoulder", "left_elbow")]


@pytest.fixture(scope="module", autouse=True)
def mediapipe() -> None:
    """Import MediaPipe as a process that detects does."""
    if not (MODELS_DIR / HOLISTIC.bundle).is_file():
        pytest.fail("the models are not built: python -m engine.packaging.models")
    import_mediapipe()


@pytest.fixture(scope="module")
def pictures() -> list[Picture]:
    """Twelve frames of the sample, a fifteenth of a second apart; the right hand moves fast in the later ones."""
    return [frame.image for frame in open_video(DATA / "sample.mp4").frames(56 / 30 - 0.01)][:24:2]


@pytest.fixture(scope="module")
def clip(pictures: list[Picture], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("detect") / "clip.mkv", pictures[:4], **LOSSLESS)


@pytest.fixture(scope="module")
def plain(clip: Path) -> Keypoints:
    return _detect(clip)


def _detect(path: Path, **options: object) -> Keypoints:
    return detect(open_video(path), TrackOptions(**options))  # pyright: ignore[reportArgumentType]


def _truth(frames: NDArray[np.int64]) -> tuple[list[int], NDArray[np.float32], float]:
    """Rows of Keypoints that the sample's ground truth has, their pixels (F,J,2), and a shoulder width, pixels."""
    with np.load(DATA / "sample.npz", allow_pickle=False) as truth:
        names, pixels = list(truth["joints"]), truth["keypoints"][frames]
    shoulders = pixels[:, names.index("left_shoulder")] - pixels[:, names.index("right_shoulder")]
    return [KEYPOINT_NAMES.index(name) for name in names], pixels, float(np.linalg.norm(shoulders, axis=1).mean())


def _hand_errors(found: Keypoints, frames: NDArray[np.int64], side: Side) -> NDArray[np.float64]:
    """(F,) mean distance of a hand's points from the truth, in shoulder widths."""
    rows, pixels, width = _truth(frames)
    hand = [i for i, row in enumerate(rows) if HANDS[side].start <= row < HANDS[side].stop]
    points = found.points[:, [rows[i] for i in hand]]
    return np.linalg.norm(points - pixels[:, hand], axis=2).mean(axis=1) / width


def test_sample_agrees_with_its_ground_truth() -> None:
    done: list[float] = []
    found = detect(open_video(DATA / "sample.mp4"), TrackOptions(start=0.5, end=1.0), done.append)
    frames = np.arange(15, 30)
    assert found.time == pytest.approx(frames / 30, abs=1e-3)
    assert (found.fps, found.size) == (30.0, (720, 720))
    assert found.seen.mean() > 0.9
    rows, pixels, width = _truth(frames)
    body = [i for i, row in enumerate(rows) if row < BODY.stop and "hip" not in KEYPOINT_NAMES[row]]
    errors = np.linalg.norm(found.points[:, [rows[i] for i in body]] - pixels[:, body], axis=2) / width
    assert np.median(errors) < 0.05
    for side in HANDS:
        assert np.median(_hand_errors(found, frames, side)) < 0.05
    assert done == sorted(done)
    assert 0 < done[0] < 0.2
    assert done[-1] == 1.0


def test_second_look_finds_missed_hands_where_they_are(pictures: list[Picture], tmp_path: Path) -> None:
    """Motion blur of nine pixels makes Holistic lose the right hand."""
    blurred = [
        np.mean([np.roll(picture, (i, i), (0, 1)) for i in range(-4, 5)], axis=0).astype(np.uint8)
        for picture in pictures
    ]
    path = write_clip(tmp_path / "blurred.mkv", blurred, **LOSSLESS)
    first, second = _detect(path, second_look=False), _detect(path)
    gained = second.seen & ~first.seen
    assert gained.sum() >= 3
    assert not (first.seen & ~second.seen).any()
    kept = (first.confidence > 0) & (second.confidence > 0)
    assert (first.points[kept] == second.points[kept]).all()
    for side in Side:
        errors = _hand_errors(second, 56 + 2 * np.arange(len(pictures)), side)[gained[:, side.column]]
        assert (errors < 0.25).all()


def test_mirrored_video_gives_the_keypoints_of_the_true_picture(
    pictures: list[Picture], plain: Keypoints, tmp_path: Path
) -> None:
    path = write_clip(tmp_path / "selfie.mkv", [picture[:, ::-1] for picture in pictures[:4]], **LOSSLESS)
    assert np.abs(_detect(path, mirrored=True).points - plain.points).max() == 0


@pytest.fixture(scope="module")
def two_people(pictures: list[Picture], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The signer on the left in full size, on the right in half size."""
    canvases: list[Picture] = []
    for picture in pictures[:4]:
        canvas = np.full((720, 1200, 3), 200, np.uint8)
        canvas[:, 20:740] = picture
        canvas[200:560, 800:1160] = picture[::2, ::2]
        canvases.append(canvas)
    return write_clip(tmp_path_factory.mktemp("people") / "two.mkv", canvases, **LOSSLESS)


@pytest.mark.parametrize(
    ("options", "scale", "origin"),
    [
        ({}, 1.0, (20, 0)),
        ({"person": 0}, 1.0, (20, 0)),
        ({"person": 1}, 0.5, (800, 200)),
        ({"crop": (790, 190, 390, 390)}, 0.5, (800, 200)),
        ({"crop": (0, 0, 760, 4000)}, 1.0, (20, 0)),
    ],
)
def test_right_one_of_two_people_is_followed(
    two_people: Path, plain: Keypoints, options: dict[str, object], scale: float, origin: tuple[int, int]
) -> None:
    found = _detect(two_people, **options)
    assert found.size == (1200, 720)
    expected = plain.points[:, UPPER] * scale + np.array(origin)
    assert np.abs(found.points[:, UPPER] - expected).max() < 25 * scale


def test_crop_of_a_mirrored_video_is_given_as_it_is_shown(pictures: list[Picture], tmp_path: Path) -> None:
    canvas = np.full((720, 1400, 3), 200, np.uint8)
    canvas[:, :720] = pictures[0][:, ::-1]
    path = write_clip(tmp_path / "selfie.mkv", [canvas], **LOSSLESS)
    found = _detect(path, mirrored=True, crop=(0, 0, 720, 720))
    nose = found.points[0, KEYPOINT_NAMES.index("nose")]
    assert 680 < nose[0] < 1400


def test_person_that_is_not_there_is_a_sentence(two_people: Path, clip: Path) -> None:
    for path in (two_people, clip):
        with pytest.raises(InputError, match=SENTENCE):
            _detect(path, person=4)


@pytest.mark.parametrize("options", [{"side": "both"}, {"person": -1}, {"person": 0, "crop": (0, 0, 9, 9)}])
def test_impossible_option_is_a_sentence(options: dict[str, object]) -> None:
    with pytest.raises(InputError, match=SENTENCE):
        TrackOptions(**options)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("crop", [(720, 0, 10, 10), (0, 0, 0, 10), (-20, 0, 10, 10), (5, 5, -2, 10)])
def test_crop_outside_the_picture_is_a_sentence(clip: Path, crop: tuple[int, int, int, int]) -> None:
    with pytest.raises(InputError, match=SENTENCE):
        _detect(clip, crop=crop)


@pytest.mark.parametrize("hands_only", [False, True])
@pytest.mark.parametrize("size", [(1, 1), (1, 400), (120, 160)])
def test_nobody_in_the_picture_is_a_sentence(tmp_path: Path, size: tuple[int, int], hands_only: bool) -> None:
    path = write_clip(tmp_path / "empty.mkv", [np.full((*size, 3), 120, np.uint8)] * 2, **LOSSLESS)
    with pytest.raises(DetectionError, match=SENTENCE):
        _detect(path, hands_only=hands_only)


def test_still_picture_is_one_frame(pictures: list[Picture], plain: Keypoints, tmp_path: Path) -> None:
    path = write_clip(
        tmp_path / "still.png", pictures[:1], codec="png", pixels="rgb24", container_options={"update": "1"}
    )
    found = _detect(path)
    assert (found.time.tolist(), found.fps) == ([0.0], 0.0)
    assert found.seen.all()
    assert np.abs(found.points[0, UPPER] - plain.points[0, UPPER]).max() < 15


@pytest.mark.parametrize("side", Side)
def test_single_hand_is_told_left_from_right(
    pictures: list[Picture], plain: Keypoints, side: Side, tmp_path: Path
) -> None:
    hand = plain.points[:, HANDS[side]].reshape(-1, 2)
    left, top = np.maximum(hand.min(axis=0).astype(int) - 40, 0)
    right, bottom = hand.max(axis=0).astype(int) + 40
    path = write_clip(tmp_path / "hand.mkv", [p[top:bottom, left:right] for p in pictures[:4]], **LOSSLESS)
    found = _detect(path, hands_only=True)
    assert found.seen.tolist() == [[False, side == "left", side == "right"]] * 4
    expected = plain.points[:, HANDS[side]] - np.array([left, top])
    assert np.median(np.linalg.norm(found.points[:, HANDS[side]] - expected, axis=2)) < 12
    other = side.other
    forced = _detect(path, hands_only=True, side=other)
    assert (forced.points[:, HANDS[other]] == found.points[:, HANDS[side]]).all()
    assert not forced.seen[:, 1 if side == "left" else 2].any()


def test_photographed_right_hands_are_answered(shared_data: Path) -> None:
    photos = sorted((shared_data / "hands_photos").glob("01-0[1-4]/*/*-01-0[1-6].png"))[::19]
    answers: list[bool] = []
    for photo in photos:
        try:
            answers.append(bool(_detect(photo, hands_only=True).seen[0, 2]))
        except DetectionError:
            answers.append(False)
    assert len(photos) == 24
    assert np.mean(answers) > 0.8


@pytest.mark.parametrize("content", [None, b"", b"no model", HAND_TASK.bundle])
def test_bad_model_is_a_sentence_that_names_it(clip: Path, tmp_path: Path, content: bytes | str | None) -> None:
    path = tmp_path / HOLISTIC.bundle
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else (MODELS_DIR / content).read_bytes())
    with pytest.raises(ModelError, match=SENTENCE) as error:
        _detect(clip, models=tmp_path, crop=(0, 0, 720, 720))
    assert str(path) in str(error.value)
    assert "engine.packaging.models" in str(error.value)


def test_landmarker_survives_one_error_of_its_graph(pictures: list[Picture]) -> None:
    with Landmarker(HOLISTIC, MODELS_DIR, video=True) as landmarker:
        assert landmarker(pictures[0], 5.0).pose_landmarks
        landmarker._milliseconds = -1  # pyright: ignore[reportPrivateUsage]  # time runs back, the graph dies
        assert landmarker(pictures[0], 1.0).pose_landmarks
        assert landmarker(pictures[1], 1.1).pose_landmarks


def test_eyes_of_the_face_hold_their_irises(pictures: list[Picture]) -> None:
    with Holistic(MODELS_DIR, video=False, second_look=False, face=True) as detector:
        face = detector(pictures[0], 0.0).face
    assert 0 < face.scores.max() <= 1
    for inner, outer, iris in ((133, 33, 468), (362, 263, 473)):  # the person's right eye, and left
        low, middle, high = np.sort(face.points[[FACE_POINTS.index(p) for p in (inner, outer, iris)], 0])
        assert middle == face.points[FACE_POINTS.index(iris), 0]
        assert low + 3 < middle < high - 3


def test_without_the_face_the_rest_is_the_same(clip: Path) -> None:
    looked, left_out = (_detect(clip, face=face) for face in (True, False))
    assert left_out.face is None
    assert looked.face is not None and looked.face.seen.all()
    np.testing.assert_array_equal(looked.points, left_out.points)


def _arms() -> Row:
    """Wrists at x = 300 (left) and x = 100 (right), a hand of palm length 40 above each."""
    row = Row()
    points = row.points
    hand = np.stack([np.arange(21) % 5 * 8.0, -np.arange(21) * 40 / 9], axis=1).astype(np.float32)
    for side, x in ((Side.LEFT, 300), (Side.RIGHT, 100)):
        points[KEYPOINT_NAMES.index(f"{side}_wrist")] = (x, 200)
        points[HANDS[side]] = hand + np.array([x, 200])
    row.confidence[:] = 1
    return row


def test_hands_on_each_others_wrists_are_exchanged() -> None:
    row = _arms()
    points = row.points
    expected = points.copy()
    points[HANDS[Side.LEFT]], points[HANDS[Side.RIGHT]] = expected[HANDS[Side.RIGHT]], expected[HANDS[Side.LEFT]]
    settle_sides(row)
    assert (points == expected).all()


def test_one_hand_found_twice_is_kept_where_its_arm_is() -> None:
    row = _arms()
    points, confidence = row.points, row.confidence
    points[HANDS[Side.LEFT]] = points[HANDS[Side.RIGHT]] + 2
    settle_sides(row)
    assert not confidence[HANDS[Side.LEFT]].any()
    assert confidence[HANDS[Side.RIGHT]].all()


def test_hands_that_touch_are_both_kept() -> None:
    row = _arms()
    points, confidence = row.points, row.confidence
    for name in ("left_wrist", "right_wrist"):
        points[KEYPOINT_NAMES.index(name)] = (200, 200)
    points[HANDS[Side.LEFT]] = points[HANDS[Side.RIGHT]] = points[HANDS[Side.RIGHT]] + np.array([100, 0], np.float32)
    assert same_hand(points[HANDS[Side.LEFT]], points[HANDS[Side.RIGHT]])
    settle_sides(row)
    assert confidence.all()


def _python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)


def test_process_detects_without_drawing_libraries_and_without_chatter() -> None:
    run = _python(
        "import os, sys\n"
        "from engine.process import prepare_process\n"
        "prepare_process()\n"
        "print({'cv2', 'matplotlib'} & set(sys.modules))\n"
        "from engine.detection.detect import detect\n"
        "from engine.options import TrackOptions\n"
        "from engine.detection.video import open_video\n"
        f"print(detect(open_video({str(DATA / 'sample.mp4')!r}), TrackOptions(end=0.1)).seen.all())\n"
        "print('said by Python', file=sys.stderr)\n"
        "os.write(2, b'E0000 said by native code\\n')\n"
    )
    assert run.stdout.split() == ["set()", "True"]
    assert sorted(run.stderr.splitlines()) == ["E0000 said by native code", "said by Python"]


def test_rows_of_a_repeated_run_are_the_same(clip: Path, plain: Keypoints) -> None:
    again = _detect(clip)
    assert (again.points == plain.points).all()
    assert (again.confidence == plain.confidence).all()
