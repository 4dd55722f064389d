"""How well letters are told: frame by frame, recording by recording, in words, and in signing that is no spelling."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...geometry.arrays import Array, Mask, check_shapes
from ...geometry.camera import Camera
from ...geometry.rotations import continuous_euler, matrix_to_euler
from ...keypoints import KEYPOINT_NAMES, Side
from ...letters import LETTERS, hand_pose, letters_of
from ...motion import Motion
from ...options import TrackOptions
from ...skeleton import Kind, camera_positions, hand_skeleton
from ...track import motion_from_keypoints, track
from ..acting.recorded_signing import load_spelling, windows
from ..clips import DATA, load_clips
from ..poses.spelling import letter_names
from .examples import MIDDLE, Hands, held, recorded_letters

#: Letters that are held still, of those that are measured.
STATIC = "BFMQV"
#: Letters strung together to a word, and how many words.
WORD, WORDS = 5, 400
_VIDEOS = ("pose_test_video.mp4", "slovo_example.mp4")
_STILL = {"J": "I", "Z": ""}

#: Hands -> how probable each of LETTERS, or none, is (N,25).
Judge = Callable[[Hands], Array]


@dataclass(frozen=True)
class Spelled:
    """One recording of one letter."""

    letter: str
    side: Side
    motion: Motion
    held: Mask
    """(F,) frames in which the letter is held."""

    def __post_init__(self) -> None:
        check_shapes(self, held=(len(self.motion.time),))

    @property
    def expected(self) -> str:
        """What a still hand shows of the letter: I of J, nothing of Z."""
        return _STILL.get(self.letter, self.letter)

    def chances(self, judge: Judge) -> Array:
        """(F,25)."""
        return judge(hands_of(self.motion, self.side))


def hands_of(motion: Motion, side: Side) -> Hands:
    """A motion's hand in every frame."""
    angles, axes = hand_pose(motion, side)
    names = motion.skeleton.names
    lengths = motion.lengths_of_bones()[[names.index(bone) for bone in hand_skeleton(side).names]]
    return Hands(np.full(len(angles), ""), axes, angles, np.tile(lengths, (len(angles), 1)))


def truth(data: Path) -> list[Spelled]:
    """StudioGalt's letters for measuring as they were recorded: a hand by itself, every angle known."""
    found: list[Spelled] = []
    for hands in recorded_letters(data, "measure"):
        held_frames = held(hands.angles, 60.0)
        found.append(Spelled(str(hands.letter[0]), Side.RIGHT, _motion_of(hands, 60.0), held_frames))
    return found


def _motion_of(hands: Hands, fps: float) -> Motion:
    """A right hand by itself in even frames."""
    skeleton, frames = hand_skeleton(), len(hands.angles)
    order = skeleton.bones[0].order
    root = continuous_euler(matrix_to_euler(hands.root.numpy().astype(float), order), order)
    angles = np.concatenate([root, hands.angles], 1).astype(np.float32)
    lengths = hands.lengths[0].astype(np.float32)
    bones = skeleton.joint_bones
    return Motion(
        kind=Kind.RIGHT_HAND,
        positions=camera_positions(skeleton, angles, lengths),
        translation=np.zeros((frames, 3), np.float32),
        camera=Camera.assumed((1000, 1000), None),
        angles=angles,
        bone_lengths=np.where(bones >= 0, lengths[bones], 0.0).astype(np.float32),
        keypoints=np.zeros((frames, len(KEYPOINT_NAMES), 2), np.float32),
        confidence=np.zeros((frames, len(KEYPOINT_NAMES)), np.float32),
        seen=np.ones((frames, 3), bool),
        fps=fps,
        time=np.arange(frames) / fps,
        size=(1000, 1000),
    )


def rendered(data: Path, folder: Path = DATA) -> list[Spelled]:
    """The same letters put onto characters that nothing has learnt from, rendered, detected and tracked: `asl`.

    A clip in which nobody is detected is left out; there is one.
    """
    clips, letters = load_clips(folder / "asl.npz"), letter_names(data, "measure")
    duration = float(np.ptp(clips.time[clips.clip == 0])) + float(clips.time[1] - clips.time[0])
    recordings = load_spelling(data)
    cuts = windows(recordings, duration)
    numbers = {id(own): number for number, own in enumerate(recordings)}
    still = [held(own.angles, 60.0) for own in recorded_letters(data, "measure")]
    found: list[Spelled] = []
    for clip in range(len(clips.camera)):
        keypoints = clips.keypoints(clip)
        if not keypoints.seen.any():
            continue
        recorded, start = cuts[clip % len(cuts)]
        number = numbers[id(recorded)]
        motion = motion_from_keypoints(keypoints, TrackOptions())
        rows = np.minimum(np.rint((start + motion.time) * 60.0).astype(int), len(still[number]) - 1)
        side = Side.LEFT if clip // len(cuts) % 2 else Side.RIGHT
        found.append(Spelled(letters[number], side, motion, still[number][rows] & motion.seen[:, side.column]))
    return found


def pose_files(data: Path) -> list[Spelled]:
    """A, B, L and W of American and German fingerspelling as `.pose` files, tracked; held in the middle."""
    found: list[Spelled] = []
    for path in sorted((data / "poses" / "fingerspelling").glob("*.pose")):
        motion = track(path, TrackOptions())
        share = np.arange(len(motion.time)) / len(motion.time)
        middle = (share >= MIDDLE[0]) & (share < MIDDLE[1]) & motion.seen[:, Side.RIGHT.column]
        found.append(Spelled(path.stem[-1], Side.RIGHT, motion, middle))
    return found


def frames_right(spelled: Sequence[Spelled], judge: Judge) -> tuple[int, int]:
    """In how many of the frames in which a letter is held it is the most probable one, and how many these are."""
    right = [own.chances(judge).argmax(1)[own.held] == _number(own.expected) for own in spelled]
    return int(sum(own.sum() for own in right)), sum(len(own) for own in right)


def recordings_wrong(spelled: Sequence[Spelled], judge: Judge) -> float:
    """Share of recordings whose letter is not the most probable one over the frames in which it is held."""
    wrong = [own.chances(judge)[own.held].sum(0).argmax() != _number(own.expected) for own in spelled if own.held.any()]
    return float(np.mean(wrong))


def word_errors(spelled: Sequence[Spelled], judge: Judge, chance: np.random.Generator) -> float:
    """Insertions, deletions and substitutions a letter, in words of recordings strung together (word error rate)."""
    read = ["".join(held.letter for held in letters_of(own.chances(judge), own.motion, own.side)) for own in spelled]
    wrong = 0
    for _ in range(WORDS):
        word = chance.integers(len(spelled), size=WORD)
        wrong += edits("".join(spelled[k].expected for k in word), "".join(read[k] for k in word))
    return wrong / (WORDS * WORD)


def edits(word: str, read: str) -> int:
    """Least number of letters inserted, left out or replaced (Levenshtein)."""
    row = list(range(len(read) + 1))
    for i, letter in enumerate(word, 1):
        row, above = [i], row
        for j, other in enumerate(read, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != other)))
    return row[-1]


def other_signing(data: Path, folder: Path = DATA) -> dict[str, list[Motion]]:
    """Motions in which nobody spells, by what they are."""
    found: dict[str, list[Motion]] = {}
    videos = [data / "videos" / name for name in _VIDEOS]
    found["videos of two signers"] = [track(path, TrackOptions()) for path in videos]
    for name in ("signing", "dev"):
        clips = load_clips(folder / f"{name}.npz")
        found[f"rendered `{name}`"] = [
            motion_from_keypoints(clips.keypoints(clip), TrackOptions()) for clip in range(len(clips.camera))
        ]
    return found


def marked(motions: Sequence[Motion], judge: Judge) -> tuple[float, list[str]]:
    """Minutes of the motions, and the letters that are marked in them."""
    letters = [
        held.letter
        for motion in motions
        for side in motion.kind.hands
        for held in letters_of(judge(hands_of(motion, side)), motion, side)
    ]
    return sum(float(np.ptp(motion.time)) for motion in motions) / 60.0, letters


def _number(letter: str) -> int:
    return LETTERS.index(letter) if letter else len(LETTERS)
