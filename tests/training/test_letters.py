"""What letters are learnt from, and how it is counted whether they are told."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.keypoints import Side
from engine.letters import LETTERS
from tests.spelling import spelled

pytest.importorskip("torch", reason="NOT TESTED: training needs torch")

import torch

from engine.skeleton import hand_skeleton
from engine.training.learning.detector_errors import Observed
from engine.training.letters import examples, learn, measure, samples

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
torch.set_num_threads(1)
L, Y, NONE = (LETTERS.index("L"), LETTERS.index("Y"), len(LETTERS))


def hands_that_spell(letters: str) -> examples.Hands:
    """One hand a letter."""
    hands = measure.hands_of(spelled(Side.RIGHT, letters, 0.04), Side.RIGHT)
    return replace(hands, letter=np.array([letter.replace(".", "") for letter in letters]))


def judge_of(*told: int) -> measure.Judge:
    """One that is sure of a number in every frame, in equal parts of a recording one after the other."""

    def judge(hands: examples.Hands) -> np.ndarray:
        return np.eye(NONE + 1)[np.repeat(told, len(hands.letter) // len(told))]

    return judge


@pytest.fixture(scope="module")
def static() -> examples.Hands:
    if not (DATA / "hands" / "handy_js").is_dir():
        pytest.skip(f"NOT TESTED: {DATA / 'hands' / 'handy_js'} does not exist")
    return examples.static_hands(DATA)


def test_every_letter_is_known_from_two_static_hands_and_held_as_letters_are(static: examples.Hands) -> None:
    letters = static.letter.tolist()
    assert {letter: letters.count(letter) for letter in LETTERS} == {**dict.fromkeys(LETTERS, 2), "I": 4}
    assert np.allclose(np.linalg.det(static.axes), 1.0)
    points, up = static.points.numpy(), np.array([0.0, 0.0, 1.0])
    for letter, reach in (("L", up), ("H", np.array([1.0, 0.0, 0.0])), ("Q", -up)):
        for row in np.flatnonzero(static.letter == letter):
            index, pinky = points[row, 8], points[row, 20]
            assert index @ reach > 0.05
            assert np.linalg.norm(index) > 1.2 * np.linalg.norm(pinky)


def test_letters_that_are_measured_are_not_learnt_from() -> None:
    if not (DATA / "signing_mocap").is_dir():
        pytest.skip(f"NOT TESTED: {DATA / 'signing_mocap'} does not exist")
    names = {split: examples.letter_names(DATA, split) for split in ("train", "measure")}
    assert "".join(names["measure"]) == "BFJMQVZ"
    assert len(names["train"]) == 13 and not {*names["train"]} & {*names["measure"]}


def test_drawn_letters_are_legal_and_differ_and_others_are_near_no_letter() -> None:
    known, chance = hands_that_spell("LWY" * 8), np.random.default_rng(0)
    known = replace(known, letter=np.resize([*LETTERS], len(known.letter)))
    drawn = samples.drawn_letters(known, np.arange(24) < 12, 5, chance)
    assert drawn.letter.tolist() == [letter for letter in LETTERS for _ in range(5)]
    skeleton = hand_skeleton()
    assert (drawn.angles >= skeleton.lower[3:] - 1e-6).all() and (drawn.angles <= skeleton.upper[3:] + 1e-6).all()
    assert np.std(drawn.angles[:5], axis=0).min() > 0 and np.allclose(np.linalg.det(drawn.axes), 1.0)
    others = samples.drawn_others(known, hands_that_spell("...."), 200, chance)
    assert 0 < len(others.letter) < 200 and not samples.near_letters(others, known).any()


def test_a_letter_is_near_itself_and_not_when_it_is_turned() -> None:
    hands = hands_that_spell("LWY")
    assert samples.near_letters(hands, hands).all()
    turned = replace(hands, axes=hands.axes @ np.diag([-1.0, -1.0, 1.0]))
    assert not samples.near_letters(turned, hands).any()


def test_a_hand_that_the_detector_sees_without_error_is_seen_as_it_is() -> None:
    hands = hands_that_spell("LWY" * 4)
    count = len(hands.letter)
    still = Observed(
        row=torch.arange(count),
        root=hands.root,
        angles=torch.as_tensor(hands.angles).float(),
        lengths=torch.as_tensor(hands.lengths).float(),
        size=torch.ones(count),
        distance=torch.full((count,), 2.0),
        plane=torch.zeros(count, 21, 2),
        depth=torch.zeros(count, 21),
    )
    seen = samples.as_seen(hands, still, np.random.default_rng(0))
    order = np.argsort([*seen.letter], kind="stable")
    gaps = seen.angles[order] - hands.angles[np.argsort([*hands.letter], kind="stable")]
    assert np.degrees(np.abs(gaps)).mean() < 12
    cosine = (seen.axes[order][..., 1] * hands.axes[0][:, 1]).sum(-1)
    assert np.degrees(np.arccos(cosine.clip(-1, 1))).max() < 25


@pytest.mark.parametrize("seen_by", [*learn.ENCODINGS])
def test_letters_are_told_after_few_steps_of_learning(seen_by: str) -> None:
    hands = hands_that_spell("LWY." * 10)
    encode = learn.ENCODINGS[seen_by]
    network = learn.learn(hands, hands, encode, 60)
    with torch.no_grad():
        told = network(encode(hands)).argmax(1)
    assert (told == learn.numbers(hands)).all()


def test_edits_are_insertions_deletions_and_replacements() -> None:
    for word, read, edits in (
        ("LOVE", "LOVE", 0),
        ("LOVE", "LVE", 1),
        ("LOVE", "", 4),
        ("", "AB", 2),
        ("ABC", "XBCD", 2),
    ):
        assert measure.edits(word, read) == edits


def test_frames_recordings_and_words_are_counted() -> None:
    motion = spelled(Side.RIGHT, "L.", 1.0)
    held = np.arange(len(motion.time)) < len(motion.time) // 2
    own = [measure.Spelled("L", Side.RIGHT, motion, held)]
    for told, right, wrong, words in (((L, NONE), 1.0, 0.0, 0.0), ((Y, NONE), 0.0, 1.0, 1.0), ((L, Y), 1.0, 0.0, 1.0)):
        judge = judge_of(*told)
        frames, count = measure.frames_right(own, judge)
        assert count == held.sum() and frames == right * count
        assert measure.recordings_wrong(own, judge) == wrong
        assert measure.word_errors(own, judge, np.random.default_rng(0)) == words
    minutes, letters = measure.marked([motion], judge_of(L, NONE))
    assert letters == ["L"] and minutes == pytest.approx(49 / 25 / 60)


def test_a_still_hand_shows_i_of_j_and_nothing_of_z() -> None:
    motion = spelled(Side.RIGHT, ".", 0.2)
    held = np.ones(len(motion.time), bool)
    expected = [measure.Spelled(letter, Side.RIGHT, motion, held).expected for letter in "BJZ"]
    assert expected == ["B", "I", ""]
