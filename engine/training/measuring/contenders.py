"""Solvers, and baselines of the field, in one form: keypoints in, named joints out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...geometry.arrays import Array
from ...keypoints import Keypoints, Side
from ...lifting.solvers import SOLVERS
from ...motion import Motion
from ...options import TrackOptions
from ...track import motion_from_keypoints
from ..baselines.lifting import NAMES, Lifter, examples, lift
from ..baselines.nearest import Library
from ..baselines.residual import Residual, train_residual
from ..clips import DATA, TRAIN_SETS, ClipSet, load_clips
from ..photographs import Photographs, still
from .hands_truth import AS_RIGHT, Answers
from .joints import Joints
from .multiview import Track
from .sample_accuracy import rig_joints

Answer = Motion | Joints
"""What is made of a clip."""


@dataclass(frozen=True)
class Contender:
    """One method."""

    name: str
    track: Callable[[Keypoints, bool], Answer]
    """Of a clip, and whether it shows one hand and no person."""
    size: dict[str, int]
    """Bytes of what it has learnt by heart, or by training, by part; of solvers nothing, their files are read."""


def solver(name: str) -> Contender:
    """One of SOLVERS, otherwise with the options that a user has."""
    return Contender(
        name, lambda keypoints, alone: motion_from_keypoints(keypoints, TrackOptions(solver=name, hands_only=alone)), {}
    )


def baseline(name: str, lifters: dict[str, Lifter], size: dict[str, int]) -> Contender:
    """One of engine.training.baselines."""
    return Contender(name, lambda keypoints, alone: lift(keypoints, lifters, hands_only=alone), size)


def contenders(cache: Path) -> list[Contender]:
    """All solvers, then the baselines; `cache` is the folder where what these learn is kept, and is sought."""
    known = examples([load_clips(DATA / f"{name}.npz") for name in TRAIN_SETS])
    libraries: dict[str, Lifter] = {part: Library(own.joints) for part, own in known.items()}
    networks: dict[str, Lifter] = {}
    files = {part: cache / f"martinez_{part}.npz" for part in known}
    for part, file in files.items():
        if not file.exists():
            cache.mkdir(parents=True, exist_ok=True)
            train_residual(part, known[part]).save(file)
        networks[part] = Residual.load(part, file)
    return [
        *map(solver, SOLVERS),
        baseline("nearest neighbour", libraries, {part: 4 * own.joints.size for part, own in known.items()}),
        baseline("Martinez", networks, {part: file.stat().st_size for part, file in files.items()}),
    ]


def joints_of(answer: Answer) -> Joints:
    """By their names."""
    return answer if isinstance(answer, Joints) else rig_joints(answer)


def track_set(contender: Contender, clips: ClipSet) -> list[Answer | None]:
    """What is made of each clip of a set; None where no frame of it shows a person."""
    keypoints = map(clips.keypoints, range(len(clips.camera)))
    return [contender.track(own, False) if own.seen[:, 0].any() else None for own in keypoints]


def joined(answers: list[Answer | None], clips: ClipSet) -> Joints:
    """The joints NAMES of one clip after the other, not found where there is no answer."""
    positions = np.zeros((len(clips.clip), len(NAMES), 3))
    found = np.zeros((len(clips.clip), 3), bool)
    for clip, answer in enumerate(answers):
        if answer is not None:
            own, rows = joints_of(answer), clips.clip == clip
            positions[rows], found[rows] = own.of(NAMES), own.found
    return Joints(NAMES, positions, found)


def photographed(contender: Contender, photographs: Photographs) -> Answers:
    """What is made of each photograph; a left hand's mirror image in depth is judged."""
    joints = np.full((*photographs.points.shape[:3], 3), np.nan)
    for at in zip(*np.nonzero(photographs.found), strict=True):
        side = Side.LEFT if photographs.left[at] else Side.RIGHT
        answer = contender.track(still(photographs, at, side), True)
        joints[at] = joints_of(answer).of(side.hand_names)[0] * AS_RIGHT[side]
    return Answers(contender.name, joints, photographs.left, np.zeros(joints.shape[:3]))


def filmed(contender: Contender, keypoints: Keypoints) -> Track:
    """What is made of one camera's video; not known where the part is not found."""
    joints = joints_of(contender.track(keypoints, False))
    positions: Array = joints.positions.copy()
    for column, names in enumerate((NAMES[:19], Side.LEFT.hand_names, Side.RIGHT.hand_names)):
        for name in names:
            positions[~joints.found[:, column], joints.names.index(name)] = np.nan
    return Track(joints.names, positions)
