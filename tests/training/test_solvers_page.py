"""docs/solvers.md: each method in one form, angles of bones, costs, and the sentence of who wins."""

from dataclasses import replace

import numpy as np
import pytest

from engine.keypoints import HANDS, Keypoints, Side
from engine.lifting.assemble import assemble_angles
from engine.lifting.networks import WEIGHTS
from engine.lifting.solvers import SOLVERS
from engine.motion import Motion
from engine.options import TrackOptions
from engine.skeleton import Kind, body_skeleton, hand_skeleton
from engine.track import motion_from_keypoints
from engine.training.clips import DATA, PER_CLIP, ClipSet, load_clips
from engine.training.measuring.angles import angle_errors

pytest.importorskip("torch", reason="NOT TESTED: baselines need torch")

from engine.training.baselines.lifting import NAMES
from engine.training.measuring.contenders import Contender, filmed, joined, joints_of, solver, track_set
from engine.training.measuring.cost import megabytes, milliseconds
from engine.training.measuring.joints import Joints
from engine.training.measuring.methods import OURS, Method, true_joints
from engine.training.measuring.solver_scores import Score, set_scores
from engine.training.measuring.solvers import SOLVERS_PAGE, survey_table, winners


@pytest.fixture(scope="module")
def clips() -> ClipSet:
    """The first clip of dev."""
    dev = load_clips(DATA / "dev.npz")
    return replace(dev.frames(dev.clip < 1), **{name: getattr(dev, name)[:1] for name in PER_CLIP})


@pytest.fixture(scope="module")
def motion(clips: ClipSet) -> Motion:
    return motion_from_keypoints(clips.keypoints(0), TrackOptions())


def oracle(clips: ClipSet) -> Contender:
    """One that knows the truth of a set of one clip, where the detector finds a part."""

    def track(keypoints: Keypoints, alone: bool) -> Joints:
        assert not alone
        return replace(true_joints(clips), found=np.array(keypoints.seen, bool))

    return Contender("oracle", track, {"body": 3_000_000, "hand": 500_000})


def test_angles_are_compared_with_those_of_the_fitted_skeleton(clips: ClipSet, motion: Motion) -> None:
    signs = hand_skeleton().mirror_signs
    hands = {Side.LEFT: clips.hands[:, 0] * signs, Side.RIGHT: clips.hands[:, 1]}
    exact = assemble_angles(Kind.UPPER_BODY, clips.body, hands, body_skeleton().lengths).astype(np.float32)
    seen = np.ones_like(motion.seen)
    same = replace(motion, angles=exact, seen=seen)
    assert angle_errors([same], clips) == pytest.approx({"body": 0.0, "hand": 0.0}, abs=1e-3)
    bent = exact.copy()
    bent[:, motion.skeleton.angle_names.index("forearm.L.X")] += np.radians(8.0)
    # Of the body's 8 bones the forearm is off by 8 degrees; of the hands the left one, all of it.
    assert angle_errors([replace(same, angles=bent)], clips) == pytest.approx({"body": 1.0, "hand": 4.0}, abs=1e-3)
    # Where the left hand is not found, the right one is left, and that is exact.
    seen = seen.copy()
    seen[:, Side.LEFT.column] = False
    assert angle_errors([replace(same, angles=bent, seen=seen)], clips)["hand"] == pytest.approx(0.0, abs=1e-3)


def test_a_solver_is_what_a_user_gets(clips: ClipSet, motion: Motion) -> None:
    (answer,) = track_set(solver(TrackOptions().solver), clips)
    assert isinstance(answer, Motion)
    assert np.array_equal(answer.angles, motion.angles)
    joints = joined([answer], clips)
    assert joints.names == NAMES
    assert np.array_equal(joints.of(("nose",))[:, 0], motion.positions[:, motion.joints.index("nose")])
    hand = solver(TrackOptions().solver).track(clips.keypoints(0), True)
    assert set(joints_of(hand).names) <= set(Side.RIGHT.hand_names)


def test_of_a_video_nothing_is_known_where_a_part_is_not_found(clips: ClipSet) -> None:
    keypoints = clips.keypoints(0)
    confidence = keypoints.confidence.copy()
    confidence[:5, HANDS[Side.LEFT]] = 0.0
    track = filmed(oracle(clips), replace(keypoints, confidence=confidence))
    assert np.isnan(track.of(Side.LEFT.hand_names)[:5]).all()
    assert np.isfinite(track.of(("left_wrist", "nose"))).all()
    exact = true_joints(clips).of(Side.LEFT.hand_names)
    found = keypoints.seen[5:, Side.LEFT.column]
    assert np.array_equal(track.of(Side.LEFT.hand_names)[5:][found], exact[5:][found])


def test_the_truth_has_no_error_and_its_own_jitter(clips: ClipSet) -> None:
    method = Method("oracle", joined(track_set(oracle(clips), clips), clips), OURS)
    for part in ("body", "hand"):
        score = set_scores(clips, [method], part)["oracle"]
        assert (score.moved, score.turned) == pytest.approx((0.0, 0.0), abs=1e-6)
        assert 0.0 < score.jitter < 2.0
        (row,) = [line for line in survey_table([method], {}, clips, part) if line.startswith("| oracle")]
        cells = row.split(" | ")
        assert cells[1:7] == ["0.00", "0.00", "0.00", "-", "1.00", "1.00"]
        assert cells[7] == f"{score.jitter:.2f}" and cells[8] == "0.00 |"


def test_it_is_said_whether_the_default_wins_and_who_does_on_real_pictures() -> None:
    rest = {name: Score(3.0, 3.0, 0.1) for name in SOLVERS}
    best, worse = Score(1.0, 1.0, 0.1), Score(2.0, 2.0, 0.1)
    ours, theirs = rest | {"refined": best, "networks": worse}, rest | {"refined": worse, "networks": best}
    both = rest | {"refined": Score(1.0, 2.0, 0.1), "networks": Score(2.0, 1.0, 0.1)}
    line = winners({"`dev`": ours, "real multi-view": theirs}, "body")
    assert line == (
        "- body: of the solvers `refined` wins on `dev`, which is the default; on real multi-view `networks`."
    )
    line = winners({"`dev`": theirs, "photographs": ours, "real multi-view": both}, "hand")
    assert "`networks` wins on `dev`, while the default is `refined`" in line
    assert line.endswith("on photographs `refined`, on real multi-view `refined` by t and `networks` by R, t.")


def test_what_is_learnt_by_heart_is_told_and_every_method_is_timed(clips: ClipSet) -> None:
    told = oracle(clips)
    assert (megabytes(told, "body"), megabytes(told, "hand")) == (3.0, 0.5)
    dev = load_clips(DATA / "dev.npz")
    timed = milliseconds([told, replace(told, name="again")], dev, "body")
    assert list(timed) == ["oracle", "again"] and min(timed.values()) > 0.0


@pytest.mark.slow
def test_a_solvers_files_are_those_that_it_reads() -> None:
    names = ("hand_angles", "hand_lengths")
    assert megabytes(solver("networks"), "hand") == sum((WEIGHTS / f"{n}.npz").stat().st_size for n in names) / 1e6


def test_the_page_has_every_solver() -> None:
    text = SOLVERS_PAGE.read_text(encoding="utf-8")
    for name in SOLVERS:
        assert text.count(f"\n| {name} |") == 4, f"{name}: run python -m engine.training.measuring.solvers"
