"""What a file says of units, axes, time, names and people, what it does not say, and files of real programs."""

import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError, InputError, PointsError
from engine.geometry.arrays import Array
from engine.keypoints import KEYPOINT_NAMES, Side
from engine.motion import load_motion, notes_on, save_motion
from engine.options import OFFERED, SUFFIXES, TrackOptions
from engine.points import Points3D, is_points, read_points
from engine.points.names import best_map, load_point_maps, read_point_map
from engine.points.read import FORMATS
from engine.points.recording import USUAL_RATE
from engine.skeleton import Kind
from engine.track import track
from tests.points.takes import FULL, UPPER, joints_of, legal_motion
from tests.points.writers import FPS, write_c3d, write_csv, write_json, write_npy, write_trc

OPTIONS = TrackOptions(smoothing=0.0)
NAMES = tuple(name for name in FULL.joints if name in KEYPOINT_NAMES)
DATA = Path(__file__).resolve().parents[1] / "data" / "points"


@pytest.fixture(scope="module")
def take() -> Array:
    """(F,K,3) of NAMES."""
    return joints_of(FULL, legal_motion(FULL, frames=12))[:, [FULL.joints.index(name) for name in NAMES]]


def in_space(path: Path, options: TrackOptions) -> Points3D:
    points = read_points(path, options)
    assert isinstance(points, Points3D)
    return points


def apart(points: Points3D, others: Points3D) -> float:
    """Metres, at most, between the joints of two takes that are each relative to their first root."""
    mine, theirs = (own.joints - own.joints[:1, :1] for own in (points, others))
    return float(np.linalg.norm(mine - theirs, axis=-1)[points.known & others.known].max())


def test_every_format_is_offered_and_those_that_are_nothing_else_count_in_folders() -> None:
    assert {ending for ending in OFFERED if is_points(Path(f"take{ending}"))} == FORMATS.keys()
    assert {ending for ending in SUFFIXES if is_points(Path(f"take{ending}"))} == {".trc", ".c3d", ".pose"}


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("way", [1.0, -1.0])
@pytest.mark.parametrize("turn", [0.3, 2.8])
def test_up_is_recognised_whatever_axis_it_is_and_the_person_faces_the_camera(
    axis: int, way: float, turn: float, take: Array, tmp_path: Path
) -> None:
    up = way * np.eye(3)[axis]
    across = np.cos(turn) * np.roll(up, 1) + np.sin(turn) * np.cross(up, np.roll(up, 1))
    axes = np.stack([across, -up, np.cross(across, -up)], axis=1)  # of the camera, in the file's
    np.save(tmp_path / "take_body_3d_xyz.npy", np.zeros((1, 1)))  # no hands beside it
    turned = write_json_of_openpose(tmp_path, take @ axes.T)
    plain = write_json_of_openpose(tmp_path / "plain", take)
    assert apart(in_space(turned, OPTIONS), in_space(plain, OPTIONS)) < 1e-6
    points = in_space(turned, OPTIONS)
    left, right = (points.joints[0, FULL.joints.index(f"{side}_shoulder")] for side in Side)
    assert left[0] - right[0] > 0.2
    assert abs((left - right)[2]) < 1e-6


def test_left_handed_axes_are_recognised_by_nose_and_toes(take: Array, tmp_path: Path) -> None:
    plain = in_space(write_json_of_openpose(tmp_path / "plain", take), OPTIONS)
    mirrored = in_space(write_json_of_openpose(tmp_path / "mirrored", take * [-1.0, 1.0, 1.0]), OPTIONS)
    assert apart(plain, mirrored) < 1e-6
    assert any("left-handed" in note for note in mirrored.notes)
    assert not any("left-handed" in note for note in plain.notes)


def write_json_of_openpose(folder: Path, points: Array) -> Path:
    """BODY_25 and hands, a file a frame, as OpenPose's doc/02_output.md says; other points are not found."""
    folder.mkdir(exist_ok=True)
    body = ["nose", "", *(f"right_{part}" for part in ("shoulder", "elbow", "wrist"))]
    body += [*(f"left_{part}" for part in ("shoulder", "elbow", "wrist")), ""]
    body += [f"{side}_{part}" for side in ("right", "left") for part in ("hip", "knee", "ankle")]
    body += ["right_eye", "left_eye", "right_ear", "left_ear"]
    body += ["left_foot_index", "", "left_heel", "right_foot_index", "", "right_heel"]
    parts = {"pose": body, **{f"hand_{side}": list(side.hand_names) for side in Side}}
    for frame, row in enumerate(points):
        person = {
            f"{part}_keypoints_3d": [x for name in names for x in quadruple(name, row)] for part, names in parts.items()
        }
        file = folder / f"take_{frame:012d}_keypoints.json"
        file.write_text(json.dumps({"version": 1.3, "people": [{"pose_keypoints_2d": [], **person}]}))
    return folder / "take_000000000003_keypoints.json"


def quadruple(name: str, row: Array) -> list[float]:
    return [*row[NAMES.index(name)].tolist(), 1.0] if name in NAMES else [0.0, 0.0, 0.0, 0.0]


def test_openposes_files_are_one_take(take: Array, tmp_path: Path) -> None:
    points = in_space(write_json_of_openpose(tmp_path, take), OPTIONS)
    assert points.kind is Kind.FULL_BODY
    assert len(points.time) == len(take)
    exact = in_space(write_json(tmp_path / "whole.json", NAMES, take), OPTIONS)
    assert apart(points, exact) < 1e-6
    assert points.known[:, [FULL.joints.index(f"{side}_hand_pinky_tip") for side in Side]].all()


def test_alphaposes_people_are_told_apart_by_their_numbers(take: Array, tmp_path: Path) -> None:
    smpl = {4: "left_knee", 5: "right_knee", 7: "left_ankle", 8: "right_ankle", 1: "left_hip", 2: "right_hip"}
    smpl |= {16: "left_shoulder", 17: "right_shoulder", 18: "left_elbow", 19: "right_elbow"}
    smpl |= {22: "left_hand_middle_finger_mcp", 23: "right_hand_middle_finger_mcp", 15: "nose"}
    smpl |= {20: "left_wrist", 21: "right_wrist", 10: "left_foot_index", 11: "right_foot_index"}
    results = []
    for frame in reversed(range(len(take))):
        for person in range(2 if frame < 8 else 1):
            joints = np.full((24, 3), 0.5)
            for place, name in smpl.items():
                joints[place] = take[frame, NAMES.index(name)] * (1.0 - 0.1 * person)
            results.append({"image_id": f"{frame}.jpg", "idx": 7 - person, "pred_xyz_jts": joints.tolist()})
    (tmp_path / "alphapose-results.json").write_text(json.dumps(results))
    first, second = (in_space(tmp_path / "alphapose-results.json", TrackOptions(person=person)) for person in (None, 1))
    knees = [FULL.joints.index(f"{side}_knee") for side in Side]
    wide = [np.linalg.norm(np.subtract(*own.joints[0, knees])) for own in (first, second)]
    assert wide[1] == pytest.approx(0.9 * wide[0])
    assert first.known[:, knees].all(), "pictures are in the order of their numbers"
    assert second.known[:, knees[0]].tolist() == [frame < 8 for frame in range(len(take))]
    with pytest.raises(InputError, match="Person 3 is asked for, and the file has 2"):
        in_space(tmp_path / "alphapose-results.json", TrackOptions(person=2))


def test_a_unit_that_is_not_told_is_recognised_and_one_that_cannot_be_is_not_believed(
    take: Array, tmp_path: Path
) -> None:
    told = in_space(write_trc(tmp_path / "mm.trc", NAMES, take), OPTIONS)
    assert not told.notes
    wrong = (tmp_path / "mm.trc").read_text().replace("\tmm\t", "\tm\t")
    (tmp_path / "wrong.trc").write_text(wrong)
    guessed = in_space(tmp_path / "wrong.trc", OPTIONS)
    assert apart(told, guessed) < 1e-9
    assert guessed.notes == ("The file's unit is taken to be millimetres, by the size of the person.",)
    odd = in_space(write_csv(tmp_path / "odd.csv", NAMES, 7.0 * take), TrackOptions(rate=25.0))
    assert "taken to be 1.7 m tall" in odd.notes[0]
    assert apart(told, odd) < 0.01


def test_a_height_scales_and_is_kept(take: Array, tmp_path: Path) -> None:
    file = write_trc(tmp_path / "take.trc", NAMES, take)
    usual, tall = (track(file, TrackOptions(height=height)) for height in (None, 1.9))
    np.testing.assert_allclose(tall.bone_lengths, usual.bone_lengths * 1.9 / FULL.stature, rtol=1e-4)


def test_a_person_file_keeps_the_bones_of_a_take(take: Array, tmp_path: Path) -> None:
    person = tmp_path / "person.json"
    first = track(write_trc(tmp_path / "first.trc", NAMES, 1.05 * take), TrackOptions(person_file=person))
    second = track(write_trc(tmp_path / "second.trc", NAMES, take), TrackOptions(person_file=person))
    np.testing.assert_allclose(second.bone_lengths, first.bone_lengths, atol=2e-5)
    np.testing.assert_allclose(first.lengths_of_bones(), 1.05 * FULL.lengths, rtol=0.01)


def test_time_is_the_files_a_rate_overrides_it_and_without_either_it_is_assumed(take: Array, tmp_path: Path) -> None:
    file = write_trc(tmp_path / "take.trc", NAMES, take)
    assert in_space(file, OPTIONS).fps == FPS
    assert in_space(file, TrackOptions(rate=10.0)).time[-1] == pytest.approx((len(take) - 1) / 10.0)
    untold = in_space(write_npy(tmp_path / "take.npy", NAMES, take), OPTIONS)
    assert untold.fps == USUAL_RATE
    assert any("no frame rate" in note for note in untold.notes)
    part = in_space(file, TrackOptions(start=0.05, end=0.1))
    np.testing.assert_allclose(part.time, [0.06, 0.08, 0.1])
    table = write_csv(tmp_path / "take.csv", NAMES, take)
    head, *rows = table.read_text().splitlines()
    timed = [f"timestamp,{head}", *(f"{1000 * 0.04 * frame + 5e9},{row}" for frame, row in enumerate(rows))]
    table.write_text("\n".join(timed))
    assert in_space(table, OPTIONS).fps == pytest.approx(25.0)


def test_a_tidy_table_is_read_as_the_wide_one(take: Array, tmp_path: Path) -> None:
    wide = in_space(write_csv(tmp_path / "wide.csv", NAMES, take), OPTIONS)
    lines = ["frame,keypoint,x,y,z,model"]
    for frame, row in enumerate(take):
        for name, (x, y, z) in zip(NAMES, (row * 1000.0).tolist(), strict=True):
            lines.append(f"{frame},{name},{x!r},{z!r},{-y!r},mediapipe.body")
    (tmp_path / "tidy.csv").write_text("\n".join(lines))
    assert apart(wide, in_space(tmp_path / "tidy.csv", OPTIONS)) < 1e-6


def test_freemocaps_hands_are_read_with_the_body_they_lie_beside(take: Array, tmp_path: Path) -> None:
    body = [name for name in NAMES if "_hand_" not in name]
    parts = {"body": body, **{f"{side}_hand": list(side.hand_names) for side in Side}}
    for part, names in parts.items():
        own = take[:, [NAMES.index(name) for name in names]]
        write_csv(tmp_path / f"mediapipe_{part}_3d_xyz.csv", tuple(names), own)
    alone = in_space(tmp_path / "mediapipe_right_hand_3d_xyz.csv", OPTIONS)
    assert alone.kind is Kind.RIGHT_HAND
    whole = in_space(tmp_path / "mediapipe_body_3d_xyz.csv", OPTIONS)
    assert whole.known[:, FULL.joints.index("left_hand_thumb_tip")].all()


def test_markers_on_the_skin_are_joints_by_their_map(tmp_path: Path) -> None:
    """Plug-in Gait: wrists lie between two markers, and its hips are the table's upper edge of the pelvis."""
    paired = ("SHO", "ELB", "WRA", "WRB", "ASI", "PSI")
    names = (*(f"{side.letter}{part}" for part in paired for side in Side), "C7", "CLAV")
    at = {"SHO": (0.16, 1.45, 0), "ELB": (0.2, 1.17, 0), "WRA": (0.2, 0.92, 0.03), "WRB": (0.2, 0.92, -0.03)}
    at |= {"ASI": (0.11, 0.98, 0.1), "PSI": (0.05, 1.0, -0.08), "7": (0, 1.5, -0.05), "LAV": (0, 1.4, 0.06)}
    ways = [[at[name[1:]], [1.0 if name[0] == "L" else -1.0, 1.0, 1.0]] for name in names]
    points: Array = np.repeat(np.prod(ways, axis=1)[None], 3, axis=0)
    in_camera = points @ np.diag([1.0, -1.0, -1.0])
    found = in_space(write_c3d(tmp_path / "take.c3d", names, in_camera), OPTIONS)
    assert found.kind is Kind.UPPER_BODY
    wrist, elbow = (found.joints[0, UPPER.joints.index(f"left_{joint}")] for joint in ("wrist", "elbow"))
    np.testing.assert_allclose(wrist - elbow, [0.0, 0.25, 0.0], atol=1e-5)


def test_every_map_recognises_its_own_names_best() -> None:
    maps = load_point_maps()
    assert {own.name for own in maps} >= {"MediaPipe", "MediaPipe Pose", "OpenPose, HALPE and COCO WholeBody", "SMPL"}
    for own in maps:
        names = tuple(dict.fromkeys(name for several in own.joints.values() for name in several))
        assert best_map(names, maps) is own
        assert best_map(tuple(name.upper().replace("_", " ") for name in names), maps) is own


def test_a_map_of_ones_own_names_what_nobody_knows(take: Array, tmp_path: Path) -> None:
    names = tuple(f"Marker {number}" for number in range(len(NAMES)))
    file = write_trc(tmp_path / "take.trc", names, take)
    with pytest.raises(PointsError, match=r"Marker 0, Marker 1, .* none are known"):
        in_space(file, OPTIONS)
    lines = [f'{ours} = "{theirs}"' for ours, theirs in zip(NAMES, names, strict=True)]
    (tmp_path / "mine.toml").write_text("\n".join(lines))
    known = in_space(file, TrackOptions(points_map=tmp_path / "mine.toml"))
    assert apart(known, in_space(write_trc(tmp_path / "plain.trc", NAMES, take), OPTIONS)) < 1e-9


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('left_foot = "LFoot"', "'left_foot' is no joint of ours"),
        ('"{side}_knee" = 3', "has to be the name of a point"),
        ('"{side}_knee" = []', "has to be the name of a point"),
        ("name = 3", "have to be texts"),
        ('prefix = "("', "is no points map"),
        ("left_knee", "is no points map"),
    ],
)
def test_a_map_that_is_none_is_refused_in_a_sentence(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(InputError, match=reason):
        read_point_map(tmp_path / "bad.toml")


def test_notes_go_with_the_motion_and_its_file(take: Array, tmp_path: Path) -> None:
    motion = track(write_npy(tmp_path / "take.npy", NAMES, take), OPTIONS)
    save_motion(motion, tmp_path / "take.npz")
    assert notes_on(load_motion(tmp_path / "take.npz")) == list(motion.notes) != []


def test_progress_is_told_until_the_end(take: Array, tmp_path: Path) -> None:
    told: list[float] = []
    track(write_trc(tmp_path / "take.trc", NAMES, np.tile(take, (50, 1, 1))), OPTIONS, told.append)
    assert told == [512 / 600, 1.0]


def test_one_frame_is_a_still(take: Array, tmp_path: Path) -> None:
    motion = track(write_trc(tmp_path / "take.trc", NAMES, take[:1]), OPTIONS)
    assert motion.fps == 0
    assert len(motion.time) == 1


def test_the_whole_take_is_in_the_picture(take: Array, tmp_path: Path) -> None:
    motion = track(write_trc(tmp_path / "take.trc", NAMES, take), OPTIONS)
    shown = motion.keypoints[motion.confidence > 0]
    assert (shown > 0).all()
    assert (shown < motion.size).all()
    assert np.ptp(shown, axis=0).max() > 0.5 * min(motion.size)


def test_a_file_of_pose2sim_stands_as_the_man_stood() -> None:
    """The static trial of its demonstration: arms hang away from the body, 21 points of HALPE_26."""
    motion = track(DATA / "pose2sim_static.trc", OPTIONS)
    assert (motion.kind, motion.fps, len(motion.time), motion.notes) == (Kind.FULL_BODY, 60.0, 12, ())
    at = {name: motion.positions[0, motion.joints.index(name)] for name in motion.joints}
    assert at["left_wrist"][0] > 0.3 > -0.3 > at["right_wrist"][0]
    assert at["nose"][1] < at["left_shoulder"][1] < -0.4 < 0.7 < at["left_ankle"][1]
    assert at["nose"][2] < at["head"][2], "he faces the camera"
    angles = dict(zip(motion.skeleton.angle_names, np.degrees(motion.angles[0]), strict=True))
    assert all(abs(angles[f"shin.{side.letter}.X"]) < 10 for side in Side)
    assert all(angles[f"forearm.{side.letter}.X"] == pytest.approx(-5) for side in Side), "the elbows are overstretched"
    assert all(abs(angles[f"upper_arm.{side.letter}.Y"]) < 5 for side in Side), "which is no reason to turn the arms"


BAD = {
    "empty.trc": (b"", "does not begin with the five lines"),
    "header.trc": (b"PathFileType\t4\nDataRate\n", "does not begin with the five lines"),
    "text.trc": (b"PathFileType\na\nb\nc\nd\ne\n", "tells no DataRate"),
    "empty.c3d": (b"", "is no C3D file, or it is cut"),
    "text.c3d": (b"hello, this is no marker data" * 40, "is no C3D file, or it is cut"),
    "empty.csv": (b"", "holds no frames"),
    "names.csv": (b"a,b\n1,2\n", "none of its columns are called NAME_x"),
    "cut.csv": (b"a_x,a_y,a_z\n1,2,3\n1,2\n", "is cut"),
    "words.csv": (b"a_x,a_y,a_z\n1,2,red\n", "'red' is no number"),
    "empty.npy": (b"", "is no array of NumPy's, or it is cut"),
    "text.npy": (b"nothing of NumPy's", "is no array of NumPy's, or it is cut"),
    "empty.pose": (b"", "is no .pose file, or it is cut"),
    "text.pose": (b"hello, this is no pose", "is of version"),
    "empty.json": (b"", "is cut, or no JSON"),
    "other.json": (b'{"frames": [{"a": 1}]}', "has none of pose_keypoints_3d"),
    "number.json": (b"3", "not those of a program that is known"),
    "flat.json": (b'{"people": [{"pose_keypoints_2d": [1, 2, 1]}]}', "OpenPose writes them with --3d"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_named_with_the_reason(name: str, tmp_path: Path) -> None:
    content, reason = BAD[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PointsError, match=reason) as told:
        in_space(tmp_path / name, OPTIONS)
    assert str(tmp_path / name) in str(told.value)
    assert str(told.value).count("\n") == 0


@pytest.mark.parametrize("ending", [".trc", ".c3d", ".npy", ".json"])
def test_a_cut_file_is_named_with_the_reason(ending: str, take: Array, tmp_path: Path) -> None:
    write = {".trc": write_trc, ".c3d": write_c3d, ".npy": write_npy, ".json": write_json}[ending]
    file = write(tmp_path / f"take{ending}", NAMES, take)
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 2 // 3])
    with pytest.raises(PointsError, match="cut"):
        in_space(file, OPTIONS)


def test_points_that_tell_nothing_are_refused(take: Array, tmp_path: Path) -> None:
    with pytest.raises(PointsError, match="no point is known in any frame"):
        in_space(write_trc(tmp_path / "lost.trc", NAMES, np.full_like(take, np.nan)), OPTIONS)
    with pytest.raises(PointsError, match="all in one place"):
        in_space(write_json(tmp_path / "one.json", NAMES, np.full_like(take, 0.1)), OPTIONS)
    legs = tuple(name for name in NAMES if "knee" in name or "ankle" in name)
    with pytest.raises(PointsError, match="both shoulders"):
        in_space(write_trc(tmp_path / "legs.trc", legs, take[:, : len(legs)]), OPTIONS)
    with pytest.raises(PointsError, match="Cannot read"):
        in_space(tmp_path / "absent.trc", OPTIONS)
    with pytest.raises(EngineError, match="no frame from 9"):
        in_space(write_trc(tmp_path / "take.trc", NAMES, take), TrackOptions(start=9.0))
