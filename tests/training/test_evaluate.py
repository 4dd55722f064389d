"""The evaluation's numbers, on arrays whose answers are known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.keypoints import HANDS, KEYPOINT_NAMES, Side
from engine.lifting.features import BODY_POINTS, FULL_POINTS
from engine.skeleton import body_skeleton, camera_positions, load_skeleton
from engine.training.clips import ClipSet, save_clips
from engine.training.measuring import scores
from engine.training.measuring.breakdowns import angles_beyond, detector_errors, length_variation, palm_sizes
from engine.training.measuring.comparisons import fails, goals, letters, paper_table, ratios
from engine.training.measuring.contest import Contest, bounds, hold_contest, scaled_lengths, strongest
from engine.training.measuring.evaluate import main
from engine.training.measuring.hands_truth import HANDS_TRUTH, hands_table, load_hands_truth, our_answers
from engine.training.measuring.joints import Joints
from engine.training.measuring.methods import (
    BODY_DEPTH,
    OURS,
    OVER_TIME,
    PARTS,
    Given,
    Method,
    columns,
    mediapipe_methods,
    motion_joints,
    project,
    track_clips,
    true_joints,
    true_keypoints,
)
from engine.training.measuring.metrics import jitter
from engine.training.measuring.multiview import clip_table, shots
from engine.training.measuring.real_pictures import FILES
from engine.training.measuring.recordings import (
    MULTIVIEW,
    SAMPLE_KEYPOINTS,
    Recording,
    load_recordings,
    save_recordings,
)
from engine.training.photographs import PHOTOS, load_photographs, save_photographs

FRAMES, CLIPS, FOCAL, DEPTH = 12, 2, 1000.0, 2.0
NAMES = tuple(dict.fromkeys(name for part in PARTS.values() for names in part.values() for name in names))


def a_turn(degrees: float) -> NDArray[np.float64]:
    """About the optical axis."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


@pytest.fixture
def clips() -> ClipSet:
    """Two clips of still joints near the optical axis, detected exactly, MediaPipe's world half as large."""
    random = np.random.default_rng(0)
    rows = FRAMES * CLIPS
    still = np.array([0.0, 0.0, DEPTH]) + random.uniform(-0.2, 0.2, (len(NAMES), 3))
    for side, middle in (("left", 0.3), ("right", -0.3)):
        hand = [NAMES.index(name) for name in NAMES if name.startswith(f"{side}_hand")]
        still[hand] = np.array([middle, 0.1, DEPTH]) + random.uniform(-0.05, 0.05, (21, 3))
        still[NAMES.index(f"{side}_wrist")] = still[NAMES.index(f"{side}_hand_wrist")]
    positions = np.tile(still, (rows, 1, 1)).astype(np.float32)
    blank = ClipSet(
        joints=np.array(NAMES),
        positions=positions,
        points=np.zeros((rows, len(KEYPOINT_NAMES), 2), np.float32),
        confidence=np.ones((rows, len(KEYPOINT_NAMES)), np.float32),
        depth=np.zeros((rows, len(KEYPOINT_NAMES)), np.float32),
        world=np.zeros((rows, len(KEYPOINT_NAMES), 3), np.float32),
        plain=np.ones((rows, 2), bool),
        time=np.tile(np.arange(FRAMES, dtype=np.float32) / 25, CLIPS),
        clip=np.repeat(np.arange(CLIPS, dtype=np.int32), FRAMES),
        camera=np.tile(np.array([FOCAL, FOCAL, 640.0, 360.0], np.float32), (CLIPS, 1)),
        size=np.tile(np.array([1280, 720], np.int32), (CLIPS, 1)),
        character=np.array(["one", "two"]),
        motion=np.array(["sampled", "sampled"]),
        body=np.zeros((rows, 19), np.float32),
        hands=np.zeros((rows, 2, 26), np.float32),
        residual=np.zeros((rows, 3), np.float32),
        lengths=np.tile(load_skeleton().lengths.astype(np.float32), (CLIPS, 1)),
    )
    own = columns(NAMES)
    blank.confidence[:, columns(FULL_POINTS[19:])] = 0.0
    blank.points[:, own] = project(blank)
    blank.world[:, own] = 0.5 * (positions - [0.0, 0.0, DEPTH])
    blank.depth[:, own] = 400.0 * (positions[..., 2] - DEPTH)
    return blank


def moved(truth: Joints, turn: NDArray[np.float64], size: float) -> Joints:
    return Joints(truth.names, size * truth.positions @ turn.T + [0.1, -0.2, 5.0], truth.found)


def contest_of(clips: ClipSet, ours: Joints) -> Contest:
    truth = true_joints(clips)
    methods = (Method("ours, per frame", ours, OURS), Method("ours, over time", ours, OURS))
    return Contest(clips, truth, mediapipe_methods(clips), methods, {})


@pytest.mark.parametrize("part", PARTS)
def test_each_alignment_undoes_what_it_may_and_no_more(clips: ClipSet, part: str) -> None:
    truth = true_joints(clips)
    turn, same = a_turn(30.0), np.eye(3)
    zero = {
        "R, t, s": (turn, 2.0),
        "R, t": (turn, 1.0),
        "t, s": (same, 2.0),
        "t": (same, 1.0),
    }
    for alignment, (rotation, size) in zero.items():
        assert scores.errors(moved(truth, rotation, size), truth, part, alignment).max() < 1e-6
    for alignment in ("R, t", "t, s", "t"):
        assert scores.errors(moved(truth, turn, 2.0), truth, part, alignment).mean() > 0.5


def test_a_size_error_costs_its_share_of_each_distance_from_the_middle(clips: ClipSet) -> None:
    truth = true_joints(clips)
    exact = truth.of(BODY_POINTS)
    expected = 100 * 0.1 * np.linalg.norm(exact - exact.mean(1, keepdims=True), axis=-1)
    assert np.allclose(scores.errors(moved(truth, np.eye(3), 1.1), truth, "body", "t"), expected)


def test_hands_are_pooled_and_frames_that_do_not_count_are_left_out(clips: ClipSet) -> None:
    truth = true_joints(clips)
    found = truth.found.copy()
    found[:5, 1] = False
    joints = Joints(truth.names, truth.positions, found)
    assert scores.errors(joints, truth, "hand", "t").shape == (2 * FRAMES * CLIPS - 5, 21)
    assert scores.weights(clips, joints, "hand").shape == (2 * FRAMES * CLIPS - 5, 21)
    first = np.repeat((clips.clip == 0)[:, None], 3, axis=1)
    assert scores.errors(joints, truth, "hand", "t", first).shape == (2 * FRAMES - 5, 21)
    assert scores.errors(joints, truth, "body", "t", first).shape == (FRAMES, len(BODY_POINTS))


def test_the_weighted_mean_leaves_out_points_without_confidence(clips: ClipSet) -> None:
    truth, nose = true_joints(clips), BODY_POINTS.index("nose")
    wrong = truth.positions.copy()
    wrong[:, truth.names.index("nose")] += [0.0, 0.0, 0.19]
    joints = Joints(truth.names, wrong, truth.found)
    # The mean of 19 points moves by 1 cm, so that 18 points are 1 cm off and the nose 18.
    own = scores.errors(joints, truth, "body", "t")
    assert np.allclose(np.delete(own, nose, axis=1), 1.0, atol=1e-5)
    clips.confidence[:, columns(("nose",))] = 0.0
    summary = scores.summarise(clips, joints, truth, "body", "t")
    assert summary.median == pytest.approx(1.0, abs=1e-5)
    assert summary.weighted == pytest.approx(1.0, abs=1e-5)
    assert summary.mean == pytest.approx(36 / 19, abs=1e-5)
    assert summary.area == pytest.approx((18 * (1 - 1 / 15)) / 19, abs=1e-5)


def test_a_visible_hand_that_holistic_misses_is_a_fail_and_one_outside_is_none(clips: ClipSet) -> None:
    clips.plain[:6, 0] = False  # found by the second look alone
    clips.confidence[:3, HANDS[Side.LEFT]] = 0.0  # not found at all
    right = [NAMES.index(name) for name in NAMES if name.startswith("right_hand")]
    clips.positions[-1, right[:1], 0] = -50.0  # a wrist beside the picture
    clips.plain[-1, 1] = False
    truth = true_joints(clips)
    assert not truth.found[-1, 2]
    visible = 2 * FRAMES * CLIPS - 1
    world = mediapipe_methods(clips)[0].joints
    assert scores.answered(world.found, truth, "hand") == pytest.approx(1 - 6 / visible)
    seen = np.concatenate([clips.keypoints(clip).seen for clip in range(CLIPS)])
    ours = replace(truth, found=seen)
    assert scores.answered(ours.found, truth, "hand") == pytest.approx(1 - 3 / visible)
    line = "".join(fails(contest_of(clips, ours)))
    assert f"of {visible} visible hands Holistic misses {600 / visible:.1f} %" in line
    assert f"second look {300 / visible:.1f} %" in line


def test_jitter_is_the_second_difference_within_a_clip(clips: ClipSet) -> None:
    truth, clip = true_joints(clips), clips.clip
    first, frame = truth.names.index("nose"), np.arange(FRAMES * CLIPS)
    assert jitter(scores.accelerations_of(truth, truth.found, "body", clip)) == pytest.approx(0.0, abs=1e-6)
    shaken = truth.positions.copy()
    shaken[:, first, 0] += 0.01 * frame**2 + 100.0 * clip  # 2 cm/frame^2, a jump between the clips
    value = jitter(scores.accelerations_of(Joints(truth.names, shaken, truth.found), truth.found, "body", clip))
    # About the middle of 19 points: the nose keeps 18/19 of it, each other point gets 1/19.
    assert value == pytest.approx(2.0 * (18 / 19 + 18 / 19) / 19, abs=1e-6)
    whole = truth.positions + 0.01 * (frame**2)[:, None, None]
    assert jitter(scores.accelerations_of(Joints(truth.names, whole, truth.found), truth.found, "body", clip)) < 1e-6


def test_jitter_skips_frames_beside_a_gap(clips: ClipSet) -> None:
    truth, found = true_joints(clips), true_joints(clips).found
    found[5] = False
    shaken = truth.positions.copy()
    shaken[5] *= 3.0
    shaken[5, 0] += 1.0
    assert jitter(scores.accelerations_of(Joints(truth.names, shaken, found), found, "hand", clips.clip)) < 1e-6


def test_mediapipes_variants_know_the_shape_up_to_scale(clips: ClipSet) -> None:
    world, image, scaled, mixed = (method.joints for method in mediapipe_methods(clips))
    truth = true_joints(clips)
    assert scores.errors(world, truth, "body", "t, s").max() < 1e-4
    assert scores.errors(world, truth, "body", "t").mean() > 1.0
    # Pixels are a perspective picture: right to a few percent of the depth.
    for joints in (image, mixed):
        assert np.median(scores.errors(joints, truth, "hand", "t, s")) < 1.0
    body = columns(BODY_POINTS)
    depths = mixed.positions[:, body, 2] / world.positions[:, body, 2]
    assert np.allclose(depths, depths[:, :1], rtol=1e-4)
    assert np.allclose(depths, 2 * FOCAL / DEPTH, rtol=0.1)
    assert min(strongest(contest_of(clips, truth), "body")) < 1e-4
    ratio = np.divide(scaled.positions, image.positions, where=image.positions != 0, out=np.ones(image.positions.shape))
    hands = np.r_[HANDS[Side.LEFT], HANDS[Side.RIGHT]]
    assert np.allclose(ratio[..., :2], 1.0)
    assert np.allclose(ratio[:, hands, 2], 1.0)
    assert np.allclose(ratio[:, body, 2], BODY_DEPTH)


def test_the_strongest_may_be_the_one_whose_depth_of_the_body_is_scaled(clips: ClipSet) -> None:
    clips.world[..., 2] *= -1.0
    truth = true_joints(clips)
    before = strongest(contest_of(clips, truth), "body")
    clips.depth[:, columns(BODY_POINTS)] *= FOCAL / DEPTH / 400.0 / BODY_DEPTH
    contest = contest_of(clips, truth)
    assert max(strongest(contest, "body")) < 0.5 * min(before)
    assert "depth scaled" in "\n".join(paper_table(contest, "body"))
    assert "depth scaled" not in "\n".join(paper_table(contest, "hand"))


def test_errors_are_told_apart_by_the_line_of_sight(clips: ClipSet) -> None:
    clips.positions[..., 0] += 2.0  # seen 45 degrees from the side
    truth = true_joints(clips)
    sight = truth.of(BODY_POINTS)[0].mean(0)
    sight /= np.linalg.norm(sight)
    wrong = truth.positions.copy()
    aside = np.cross(sight, [0.0, 1.0, 0.0])
    wrong[:, truth.names.index("nose")] += 0.19 * sight + 0.38 * aside / np.linalg.norm(aside)
    along, across = scores.sight_errors(Joints(truth.names, wrong, truth.found), truth, "body")
    nose = BODY_POINTS.index("nose")
    assert np.allclose(along[:, nose], 18.0, atol=1e-4)
    assert np.allclose(across[:, nose], 36.0, atol=1e-4)
    assert np.allclose(
        np.hypot(along, across), scores.errors(Joints(truth.names, wrong, truth.found), truth, "body", "t")
    )


def test_a_palm_is_as_large_as_it_would_be_seen_at_right_angles(clips: ClipSet) -> None:
    wrist, middle = (NAMES.index(f"left_hand_{name}") for name in ("wrist", "middle_finger_mcp"))
    clips.positions[:, wrist] = [0.0, 0.0, DEPTH - 0.05]
    clips.positions[:, middle] = [0.0, 0.0, DEPTH + 0.05]
    truth = true_joints(clips)
    assert np.allclose(palm_sizes(contest_of(clips, truth))[:, 1], FOCAL * 0.1 / DEPTH)


def test_detector_errors_are_centimetres_at_the_person(clips: ClipSet) -> None:
    elbow = NAMES.index("left_elbow")
    clips.points[:, columns(("left_elbow",))] += [3.0, 4.0]
    clips.confidence[:6, columns(("left_elbow",))] = 0.1
    gaps, found = detector_errors(contest_of(clips, true_joints(clips)), "left_elbow", 0.3)
    assert np.allclose(gaps, 100 * 5.0 * clips.positions[0, elbow, 2] / FOCAL, atol=1e-3)
    assert len(gaps) == FRAMES * CLIPS - 6
    assert found.mean() == pytest.approx(1 - 6 / (FRAMES * CLIPS))


def test_another_method_of_ours_gets_its_rows(clips: ClipSet) -> None:
    truth = true_joints(clips)
    near = moved(truth, np.eye(3), 1.0001)
    contest = contest_of(clips, near)
    contest = replace(contest, ours=(*contest.ours, Method("ours, true lengths (B)", near, OURS)))
    text = "\n".join([*paper_table(contest, "hand"), *ratios(contest)])
    assert "| ours, true lengths (B) | R, t | 0.00 |" in text
    assert "| hand | common | ours, true lengths (B) |" in text


def test_broken_limits_and_changing_bones_are_seen(clips: ClipSet) -> None:
    motion = next(motion for motion in track_clips(clips, OVER_TIME) if motion is not None)
    assert angles_beyond(motion) == 0
    assert length_variation(motion) < 1e-6
    angles, positions = motion.angles.copy(), motion.positions.copy()
    angles[0, 5], angles[1, 0] = 7.0, 7.0  # the second is the root's
    leaf = next(
        j for j in range(len(motion.joints)) if j not in motion.skeleton.parents and motion.skeleton.joint_bones[j] >= 0
    )
    along = positions[3, leaf] - positions[3, motion.skeleton.parents[leaf]]
    positions[3, leaf] += 0.01 * along / np.linalg.norm(along)
    broken = replace(motion, angles=angles, positions=positions)
    assert angles_beyond(broken) == 1
    assert length_variation(broken) == pytest.approx(0.01, abs=1e-6)


def test_true_keypoints_are_the_projected_truth_where_the_detector_found_the_part(clips: ClipSet) -> None:
    exact = clips.points.copy()
    clips.points[:] += 5.0
    clips.confidence[0, HANDS[Side.LEFT]] = 0.0
    clips.confidence[1] = 0.0
    clips.confidence[2, columns(BODY_POINTS)[1:]] = 0.0
    hip, finger = (NAMES.index(name) for name in ("left_hip", "right_hand_thumb_tip"))
    clips.positions[:, [hip, finger], 1] = 50.0  # below the picture
    given = true_keypoints(clips, 0)
    kept = [
        column for name, column in zip(NAMES, columns(NAMES), strict=True) if name not in (NAMES[hip], NAMES[finger])
    ]
    assert given.depth is None
    assert np.allclose(given.points[:, kept], exact[:FRAMES][:, kept], atol=1e-2)
    assert given.seen.tolist() == clips.keypoints(0).seen.tolist()
    assert (given.confidence[2, columns(BODY_POINTS)[:-2]] == 1.0).all()
    assert (given.confidence[:, columns(("left_hip", "left_pinky"))] == 0.0).all()
    assert (given.confidence[2:, HANDS[Side.RIGHT]] == 1.0).all()


def test_known_lengths_and_cameras_reach_the_motion(clips: ClipSet) -> None:
    given = Given(lengths=1.1 * clips.lengths, camera=True)
    motion = next(motion for motion in track_clips(clips, OVER_TIME, given) if motion is not None)
    assert motion.camera.numbers.tolist() == pytest.approx([FOCAL, FOCAL, 640.0, 360.0])
    assert np.allclose(motion.lengths_of_bones(), 1.1 * clips.lengths[0])


def test_true_stature_scales_the_predicted_lengths_to_the_true_sum(clips: ClipSet) -> None:
    motions = track_clips(clips, OVER_TIME)
    lengths = scaled_lengths(clips, [motions[0], None])
    body = [load_skeleton().names.index(name) for name in body_skeleton().names]
    own = motions[0].lengths_of_bones() if motions[0] else np.empty(0)
    assert np.ptp(lengths[0] / own) < 1e-6
    assert lengths[0, body].sum() == pytest.approx(clips.lengths[0, body].sum())
    assert np.allclose(lengths[1], clips.lengths[1])


def test_a_person_of_unusual_size_is_right_once_the_size_is_known(clips: ClipSet) -> None:
    full = load_skeleton()
    clips = replace(clips, lengths=1.3 * clips.lengths)
    joints = camera_positions(full, np.zeros((1, len(full.angle_names)), np.float32), clips.lengths[0])[0]
    names = list(set(NAMES) & set(full.joints))
    shown = [NAMES.index(name) for name in names]
    clips.positions[:, shown] = joints[[full.joints.index(name) for name in names]] + [0.0, 0.2, 2.5]
    clips.points[:, columns(NAMES)] = project(clips)
    contest = hold_contest(clips)
    runs = bounds(contest)
    error = {name: np.median(scores.errors(joints, contest.truth, "body", "t")) for name, joints in runs.items()}
    assert error["true bone lengths"] < error["true stature"] < error["as it is"]
    assert error["true 2D, bone lengths and camera"] < 0.5 * error["true 2D"]
    assert [method.name for method in contest.ours] == list(contest.motions)
    assert np.allclose(runs["as it is"].positions, contest.ours[1].joints.positions)
    assert np.allclose(runs["true bone lengths"].positions, contest.ours[3].joints.positions)


def test_goals_stand_beside_what_is_reached(clips: ClipSet) -> None:
    truth = true_joints(clips)
    near = moved(truth, np.eye(3), 1.1)
    contest = contest_of(clips, near)
    late = Joints(truth.names, 1.0001 * truth.positions, truth.found & (np.arange(FRAMES * CLIPS) > 5)[:, None])
    contest = replace(contest, ours=(contest.ours[0], Method("ours, over time", late, OURS)))
    lines = (line.split("|") for line in goals(contest))
    rows = {cells[1].strip(): cells[2:-1] for cells in lines if len(cells) > 2}
    size = np.median(scores.errors(near, truth, "body", "t"))
    assert rows["body (t), cm"] == [" <= 1.56 ", f" {size:.2f} ", " 0.00 "]
    assert rows["visible hands answered"] == [" >= 95.0 % ", " 100.0 % ", " 75.0 % "]
    assert len([name for name in rows if "over ours" in name]) == 8


def test_letters_have_rows_of_goals_on_real_pictures(clips: ClipSet) -> None:
    truth = true_joints(clips)
    contest = contest_of(clips, moved(truth, np.eye(3), 1.1))
    rows = list(letters(contest))
    assert [row[1] for row in rows] == ["<= 1.13", "<= 1.56", "<= 0.55", "<= 0.75"]
    body = [row[2:] for row in rows if "body" in row[0]]
    size = np.median(scores.errors(contest.ours[1].joints, truth, "body", "t"))
    assert body[1][0] == f"{size:.2f}"
    world, image, pixels = (contest.mediapipe[k] for k in (0, 3, 1))
    for column, method in enumerate((world, image, pixels), start=1):
        own = np.median(scores.errors(method.joints, truth, "body", "R, t, s"))
        assert body[0][column] == f"{own:.2f}", method.name


def test_a_clip_without_a_person_is_not_answered(clips: ClipSet) -> None:
    clips.confidence[clips.clip == 1] = 0.0
    joints = motion_joints(track_clips(clips, OVER_TIME), clips)
    assert joints.found[clips.clip == 0].all()
    assert not joints.found[clips.clip == 1].any()


def keep_some_real_pictures(folder: Path) -> None:
    """Of three handshapes, of the first frames of the recordings and of the sample."""
    photographs = load_photographs()
    rows = np.isin(photographs.names, ("01-01-001-01", "01-01-002-01", "01-03-001-01"))
    save_photographs(photographs.rows(rows), folder / PHOTOS.name)
    with np.load(HANDS_TRUTH) as truth:
        some = {name: values if name == "mean_hand_cm" else values[rows] for name, values in truth.items()}
    np.savez(folder / HANDS_TRUTH.name, **(some | {"trusted": np.ones(rows.sum(), bool)}))
    timed = ("positions", "image", "world", "points", "confidence", "depth", "time", "clock")
    first = {name: slice(20, 32) if name == "hands" else slice(0, 8) for name in load_recordings()}
    shortened: dict[str, Recording] = {
        clip: replace(own, **{name: getattr(own, name)[:, first[clip]] for name in timed})
        for clip, own in load_recordings().items()
    }
    save_recordings(shortened, folder / MULTIVIEW.name)
    with np.load(SAMPLE_KEYPOINTS) as sample:
        np.savez(folder / SAMPLE_KEYPOINTS.name, **{n: x if n == "size" else x[:10] for n, x in sample.items()})


@pytest.mark.slow
def test_real_pictures_come_first_and_the_sets_that_are_there_follow(
    clips: ClipSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "RESULTS.md"

    def run(*more: str) -> str:
        monkeypatch.setattr("sys.argv", ["evaluate", "--data", str(tmp_path), "--out", str(out), *more])
        main()
        return out.read_text(encoding="utf-8")

    with pytest.raises(SystemExit):
        run()
    save_clips(clips, tmp_path / "signing.npz")
    with pytest.raises(SystemExit):
        run("--sets", "signing", "hard")
    capsys.readouterr()
    with pytest.raises(SystemExit):
        run()
    assert FILES[0] in capsys.readouterr().err
    keep_some_real_pictures(tmp_path)
    text = run()
    heads = [line for line in text.splitlines() if line.startswith("## ")]
    assert heads == ["## Real pictures", "## Rendered signers", "## Set `signing`"]
    assert text.index("| on real pictures | goal |") < text.index("### Hands in photographs")
    assert "## Set `signing`\n\n24 frames, 2 clips, 2 characters, 1280 x 720." in text
    assert "one recording of 5 s" in text
    assert "on `test`" not in text
    assert "nan" not in text
    assert text.count("| ours, over time |") >= 10
    assert text.count("| ours, true bones (B), per frame | R, t |") == 4
    for name in ("true camera", "true stature", "true 2D", "the skeleton's misfit"):
        assert f"| {name} |" in text
    truth, photographs = load_hands_truth(tmp_path / HANDS_TRUTH.name), load_photographs(tmp_path / PHOTOS.name)
    assert list(hands_table((our_answers(photographs),), truth))[3] in text
    assert "\n".join(clip_table(shots(load_recordings(tmp_path / MULTIVIEW.name)["static"]))) in text
    text = run("--sets")
    assert "## Real pictures" in text and "## Rendered signers" not in text
