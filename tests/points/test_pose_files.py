"""`.pose` files: what pose-format reads of them, and what a picture of a person becomes, in every layout it knows."""

from pathlib import Path

import numpy as np
import pytest
from pose_format import Pose
from pose_format.numpy import NumPyPoseBody
from pose_format.pose_header import PoseHeader, PoseHeaderComponent, PoseHeaderDimensions

from engine.errors import InputError
from engine.geometry.arrays import Array
from engine.keypoints import HAND_NAMES, KEYPOINT_NAMES, POSE_NAMES, Keypoints, Side
from engine.options import TrackOptions
from engine.points import read_points
from engine.points.pose_format import load_pose
from engine.track import track
from tests.points.layouts import LAYOUTS, TRUTH, joints_apart, write_layout

OPTIONS = TrackOptions()
#: Points of the head, which are put where a layout leaves them out.
HEAD = ("nose", *(name for name in KEYPOINT_NAMES if name.split("_")[1:2] in (["eye"], ["ear"]) or "mouth" in name))
BODY_25 = ("nose", *(f"{side}_{part}" for side in Side for part in ("eye", "ear")))
SHOULDERS = [KEYPOINT_NAMES.index(f"{side}_shoulder") for side in Side]
PUT = np.isin(KEYPOINT_NAMES, HEAD)
POSES = Path(__file__).resolve().parents[3] / "shared" / "data" / "poses"
needs_poses = pytest.mark.skipif(not POSES.is_dir(), reason="NOT TESTED: .pose files are in shared/data")


def pictured(path: Path, options: TrackOptions = OPTIONS) -> Keypoints:
    keypoints = read_points(path, options)
    assert isinstance(keypoints, Keypoints)
    return keypoints


@needs_poses
@pytest.mark.parametrize("path", sorted(POSES.glob("*/*.pose")), ids=lambda path: path.stem)
def test_a_file_holds_what_pose_format_reads_of_it(path: Path) -> None:
    ours, theirs = load_pose(path), Pose.read(path.read_bytes())
    sure = np.asarray(theirs.body.confidence)
    np.testing.assert_array_equal(ours.confidence, sure)
    np.testing.assert_array_equal(ours.data[sure > 0], np.asarray(theirs.body.data.data)[sure > 0])
    assert ours.fps == pytest.approx(theirs.body.fps)
    assert [own.name for own in ours.components] == [own.name for own in theirs.header.components]
    assert [own.points for own in ours.components] == [tuple(own.points) for own in theirs.header.components]
    assert ours.size == (theirs.header.dimensions.width, theirs.header.dimensions.height)


@needs_poses
@pytest.mark.parametrize("path", sorted(POSES.glob("*/*.pose")), ids=lambda path: path.stem)
def test_a_file_becomes_a_motion(path: Path) -> None:
    keypoints = pictured(path)
    first = float(keypoints.time[keypoints.confidence.any(1).argmax()])
    motion = track(path, TrackOptions(start=first, end=first + 0.2))
    assert np.isfinite(motion.angles).all()
    assert motion.kind.has_body == ("hand_normalized" not in path.stem)
    assert motion.seen[:, 0 if motion.kind.has_body else Side.RIGHT.column].all()
    assert (motion.face is not None) == (motion.kind.has_body and path.stem not in ("openpose", "js_example"))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_a_layout_has_is_where_it_is_and_the_rest_is_not_seen(layout: str, tmp_path: Path) -> None:
    path, there = write_layout(tmp_path / "take.pose", layout)
    keypoints = pictured(path)
    has = np.array([name in there for name in KEYPOINT_NAMES])
    assert (keypoints.confidence[:, has] > 0).all()
    assert not keypoints.confidence[:, ~(has | PUT)].any()
    np.testing.assert_allclose(keypoints.points[:, has], TRUTH.pixels[:, has], atol=0.01)
    assert keypoints.size == TRUTH.size
    assert keypoints.fps == TRUTH.fps


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layouts_joints_are_near_the_true_ones(layout: str, tmp_path: Path) -> None:
    path, _ = write_layout(tmp_path / "take.pose", layout)
    motion = track(path, OPTIONS)
    wrists, fingers = joints_apart(motion)
    assert wrists < 0.1
    assert fingers < 0.03


@pytest.mark.parametrize(
    ("kept", "off", "apart"),
    [(BODY_25, 0.01, 0.052), (("left_eye", "right_eye"), 0.04, 0.06), (HEAD[:1], 0.06, 0.075), ((), 0.16, 0.07)],
    ids=["BODY_25", "eyes", "nose", "nothing"],
)
def test_a_head_is_put_where_it_is_by_what_a_file_has_of_it(
    kept: tuple[str, ...], off: float, apart: float, tmp_path: Path
) -> None:
    """Its points are off by so many widths of the shoulders, wrists by so many metres: 0.047 with a whole head."""
    path, _ = write_layout(tmp_path / "take.pose", "MediaPipe", without={*HEAD} - {*kept})
    keypoints = pictured(path)
    width = np.linalg.norm(np.subtract(*(TRUTH.pixels[:, own] for own in SHOULDERS)), axis=-1)
    missed = np.linalg.norm(keypoints.points[:, PUT] - TRUTH.pixels[:, PUT], axis=-1) / width[:, None]
    assert missed.mean() < off
    motion = track(path, OPTIONS)
    assert joints_apart(motion)[0] < apart
    assert any("nothing of the head" in note for note in motion.notes) == (not kept)


def several(path: Path, people: list[Array], size: tuple[int, int] = TRUTH.size) -> Path:
    """A file of people (F,75,2), NaN where not known; in every frame they stand in another order."""
    parts = {"POSE_LANDMARKS": POSE_NAMES, **{f"{side.upper()}_HAND_LANDMARKS": HAND_NAMES for side in Side}}
    components = [PoseHeaderComponent(name, list(points), [], [], "XYC") for name, points in parts.items()]
    data, rng = np.stack(people, 1), np.random.default_rng(0)
    for frame in data:
        frame[:] = frame[rng.permutation(len(frame))]
    sure = np.isfinite(data).all(-1).astype(float)
    with path.open("wb") as file:
        header = PoseHeader(0.2, PoseHeaderDimensions(*size), components)
        Pose(header, NumPyPoseBody(TRUTH.fps, np.nan_to_num(data), sure)).write(file)
    return path


def test_a_person_is_one_human_being_through_the_whole_file(tmp_path: Path) -> None:
    """Three stand side by side; the second is lost for a while, the third comes late, all their hands come and go."""
    width = np.linalg.norm(np.subtract(*(TRUTH.pixels[:, own] for own in SHOULDERS)), axis=-1).mean()
    people = [TRUTH.pixels + np.array([place * 1.6 * width, 0.0]) for place in range(3)]
    people[1][20:35] = np.nan
    people[2][:25] = np.nan
    for place, person in enumerate(people):
        person[10 * place : 10 * place + 8, 33:] = np.nan
    path = several(tmp_path / "three.pose", people)
    for number, person in enumerate(people):
        keypoints = pictured(path, TrackOptions(person=number))
        there = np.isfinite(person[:, SHOULDERS]).all((1, 2))
        np.testing.assert_array_equal(keypoints.seen[:, 0], there)
        np.testing.assert_allclose(keypoints.points[there][:, SHOULDERS], person[there][:, SHOULDERS], atol=0.01)
    with pytest.raises(InputError, match="Person 4 is asked for, and the file has 3"):
        pictured(path, TrackOptions(person=3))


def test_one_of_whom_no_frame_shows_two_is_one_wherever_she_is(tmp_path: Path) -> None:
    """A hand far from where it was, in another of the file's places."""
    hand = np.full_like(TRUTH.pixels, np.nan)
    hand[:, 33:54] = TRUTH.pixels[:, 33:54]
    hand[30:] += 400.0
    nobody = np.full_like(hand, np.nan)
    keypoints = pictured(several(tmp_path / "hand.pose", [hand, nobody]))
    assert keypoints.seen[:, Side.LEFT.column].all()
