"""The tables on real pictures: photographed hands, people before several cameras, and goals."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...keypoints import Keypoints
from ...options import TrackOptions
from ...track import motion_from_keypoints
from ..photographs import MEASURED, PHOTOS, TRAINING, load_photographs
from .calibration import Pairs, photograph_pairs, shot_pairs
from .hands_truth import (
    HANDS_TRUTH,
    METACARPAL,
    Answers,
    HandsTruth,
    hands_table,
    judge,
    load_hands_truth,
    mediapipe_answers,
    our_answers,
)
from .markdown import number, percent, table
from .multiview import (
    ARM_MOVED,
    BODY,
    HAND,
    MEDIAPIPE,
    OURS,
    STEADY,
    WRIST_CORRELATION,
    WRIST_SLOPE,
    Row,
    Shot,
    clip_table,
    shots,
)
from .recordings import MULTIVIEW, SAMPLE_KEYPOINTS, load_recordings, load_sample

#: What is read.
FILES = tuple(path.name for path in (PHOTOS, HANDS_TRUTH, MULTIVIEW, SAMPLE_KEYPOINTS))
#: Of a HandScore, on the handshapes to measure: what it is, the goal, and how it is written.
HAND_GOALS: dict[str, tuple[str, str, float, Callable[[float], str]]] = {
    "filled": ("R, t, gaps filled, cm", "<=", 0.85, number),
    "moved": ("t, cm", "<=", 0.95, number),
    "tips": ("tips R, t, cm", "<=", 1.2, number),
    "slope": ("slope of bends", ">=", 0.85, number),
    "left": ("named left", "<=", 0.02, percent),
    "own": ("own 2D points, of the box", "<=", 0.02, percent),
}
CLIP_GOALS: dict[str, tuple[tuple[Row, str, float], ...]] = {
    "hands": (
        (BODY, "<=", 4.0),
        (ARM_MOVED, "<=", 3.0),
        (HAND, "<=", 0.6),
        (WRIST_SLOPE, ">=", 0.7),
        (WRIST_CORRELATION, ">=", 0.85),
    ),
    "balance": ((BODY, "<=", 6.0),),
    "static": ((BODY, "<=", 4.0),),
}
TOGETHER_GOALS = ((WRIST_SLOPE, ">=", 0.5), (WRIST_CORRELATION, ">=", 0.6))
#: Of the depth of the sample's pelvis, which is still: its range over the clip, cm.
PELVIS_GOAL = 1.0

PHOTOGRAPHS = f"""
Single photographs of one man's right hand, padded by a third of their larger side in white and tracked as
`--hands-only` does, against one 3D shape per handshape, made from all of its photographs
(`engine/training/data/hands_truth.npz`). A hand is scaled to {METACARPAL:g} cm from the wrist to the middle
knuckle, then moved onto the truth (t), or turned as well (R, t); medians, cm. *Gaps filled*: a mean hand stands in
where there is no answer. *Across* and *deep* are t, across and along the line of sight, *palm* is the angle between
the palms' normals. *Slope of bends* is that of the bends at the two outer joints of the four fingers on the true
ones: less than 1 is flattened. *Own 2D points* is how far the joints in the picture are from the method's own points,
in larger sides of their box; MediaPipe's world landmarks are moved and scaled onto them. Handshapes of the groups
{", ".join(TRAINING)} may be learnt from and stand apart. The truth is itself made of MediaPipe's points: a perfect
method would read R, t 0.5-0.6 cm. MediaPipe is one plain run of 0.10.21 Hands.
"""
RECORDINGS = f"""
Three recordings of two men, each from one camera by itself, against joints that are triangulated from four
calibrated cameras: `hands` (a seated man turns and opens his hands before his chest, 6 frames a second), `balance`
(steps and leans, arms wide, from above) and `static` (arms straight out). Cameras that see the front of the chest, or
up to 46 degrees beside it, count; medians over frames and both sides, each frame's part aligned by itself. A frame
counts where all methods have the joints. Depth is measured along the line of sight to the middle of the shoulders, of
true and own wrists; a slope below 1 is flattened. *Jitter* is the noise that would make the second differences seen,
from {STEADY:g} frames a second on. MediaPipe is 0.10.33 Holistic on the whole picture; pixels become metres by the
scale of the world landmarks, and its depth is taken along the ray to the shoulders. Without markers, joints are where
a detector puts them: depth, which the other cameras tell, is what these tables are for.
"""


@dataclass(frozen=True)
class RealPictures:
    """What is made of real pictures."""

    truth: HandsTruth
    hands: tuple[Answers, ...]
    """Ours, then MediaPipe's."""
    clips: dict[str, list[Shot]]
    pelvis: float
    """Range of the depth of the sample's root over the clip, cm."""
    expected: dict[str, dict[str, Pairs]]
    """Errors that were expected and those that were found, by source and joint."""


def measure(folder: Path) -> RealPictures:
    """Track all that a folder of the kept arrays holds."""
    truth, photographs = load_hands_truth(folder / HANDS_TRUTH.name), load_photographs(folder / PHOTOS.name)
    clips = {name: shots(recording) for name, recording in load_recordings(folder / MULTIVIEW.name).items()}
    known = {f"photographs {group}": shapes for group, shapes in truth.groups.items()}
    expected = {name: photograph_pairs(photographs, truth, shapes) for name, shapes in known.items()}
    return RealPictures(
        truth,
        (our_answers(photographs), *mediapipe_answers(truth)),
        clips,
        depth_range(load_sample(folder / SAMPLE_KEYPOINTS.name)),
        expected | {f"`{name}`": shot_pairs(videos) for name, videos in clips.items()},
    )


def depth_range(keypoints: Keypoints) -> float:
    """How far the root's depth strays over a clip, cm."""
    return 100.0 * float(np.ptp(motion_from_keypoints(keypoints, TrackOptions()).translation[:, 2]))


def goals(real: RealPictures, rendered: Iterable[list[str]]) -> Iterator[str]:
    """What is asked for beside what is reached, and what MediaPipe reaches; below, rows of a rendered set."""
    hands = {own.name: judge(own, real.truth, real.truth.groups[MEASURED]) for own in real.hands}
    rows: list[list[str]] = []

    def add(title: str, sign: str, goal: float, reached: dict[str, float], write: Callable[[float], str]) -> None:
        cells = (write(reached.get(name, np.nan)) for name in (OURS, *MEDIAPIPE))
        rows.append([title, f"{sign} {write(goal)}", *cells])

    def add_clips(title: str, videos: list[Shot], asked: Iterable[tuple[Row, str, float]]) -> None:
        for row, sign, goal in asked:
            add(f"{title}: {row.title}", sign, goal, row.scores(videos), row.write)

    for field, (title, sign, goal, write) in HAND_GOALS.items():
        add(f"photographs: {title}", sign, goal, {name: getattr(own, field) for name, own in hands.items()}, write)
    for clip, asked in CLIP_GOALS.items():
        add_clips(f"`{clip}`", real.clips[clip], asked)
    add_clips("all three", [shot for videos in real.clips.values() for shot in videos], TOGETHER_GOALS)
    add("sample: range in depth of the still pelvis, cm", "<=", PELVIS_GOAL, {OURS: real.pelvis}, number)
    yield from table(["on real pictures", "goal", OURS, *MEDIAPIPE], [*rows, *rendered])


def report(real: RealPictures, rendered: Iterable[list[str]] = ()) -> Iterator[str]:
    """The section of real pictures; `rendered` has rows of goals that stand with theirs."""
    yield "## Real pictures"
    yield from goals(real, rendered)
    yield "### Hands in photographs"
    yield PHOTOGRAPHS
    for group, shapes in real.truth.groups.items():
        count = int((real.truth.trusted & shapes).sum())
        yield f"{count} handshapes {group}."
    yield from hands_table(real.hands, real.truth)
    yield "### People before several cameras"
    yield RECORDINGS
    for name, videos in real.clips.items():
        yield f"`{name}`, {len(videos)} cameras, {sum(len(shot.truth.positions) for shot in videos)} pictures:"
        yield from clip_table(videos)
