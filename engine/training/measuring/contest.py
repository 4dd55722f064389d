"""One set of rendered signers, all that is said about it, and medians of the errors."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ...geometry.arrays import Array, Mask
from ...lifting.lengths import lengths_of
from ...motion import Motion
from ...skeleton import body_skeleton, load_skeleton
from ..clips import ClipSet
from .joints import Joints
from .methods import (
    OURS,
    OVER_TIME,
    PER_FRAME,
    Given,
    Method,
    flat_keypoints,
    mediapipe_methods,
    motion_joints,
    track_clips,
    true_joints,
    true_keypoints,
)
from .scores import errors, percentile


@dataclass(frozen=True)
class Contest:
    """The truth of a set, and the methods that are compared with it."""

    clips: ClipSet
    truth: Joints
    mediapipe: tuple[Method, ...]
    """World landmarks first."""
    ours: tuple[Method, ...]
    """Per frame, after the temporal steps, then both with true bones."""
    motions: dict[str, list[Motion | None]]
    """By the name of a method of ours, per clip."""

    @property
    def world(self) -> Method:
        """MediaPipe's world landmarks."""
        return self.mediapipe[0]

    @property
    def shown(self) -> tuple[Method, ...]:
        """The methods of tables that go into detail."""
        return (*self.ours[:2], self.world)

    @property
    def common(self) -> Mask:
        """(N,3) frames in which both MediaPipe and ours find a part."""
        return self.world.joints.found & self.ours[0].joints.found


def hold_contest(clips: ClipSet) -> Contest:
    """Track a set's clips, and gather what to compare."""
    bones = Given(lengths=clips.lengths)
    motions = {
        "ours, per frame": track_clips(clips, PER_FRAME),
        "ours, over time": track_clips(clips, OVER_TIME),
        "ours, true bones (B), per frame": track_clips(clips, PER_FRAME, bones),
        "ours, true bones (B), over time": track_clips(clips, OVER_TIME, bones),
    }
    ours = tuple(Method(name, motion_joints(own, clips), OURS) for name, own in motions.items())
    return Contest(clips, true_joints(clips), mediapipe_methods(clips), ours, motions)


def scaled_lengths(clips: ClipSet, motions: list[Motion | None]) -> Array:
    """(C,B) metres: the lengths of these motions, scaled so that the body's bones sum up to the true sum."""

    def total(bones: Array) -> float:
        return float(lengths_of(load_skeleton(), bones, body_skeleton()).sum())

    lengths = clips.lengths.astype(np.float64)
    for clip, motion in enumerate(motions):
        if motion is not None:
            own = lengths_of(motion.skeleton, motion.lengths_of_bones(), load_skeleton())
            lengths[clip] = own * (total(lengths[clip]) / total(own))
    return lengths


def bounds(contest: Contest) -> dict[str, Joints]:
    """Ours, over time, with some of what it has to guess replaced by the truth."""
    clips, bones = contest.clips, contest.clips.lengths

    def run(given: Given) -> Joints:
        return motion_joints(track_clips(clips, OVER_TIME, given), clips)

    return {
        "as it is": contest.ours[1].joints,
        "true camera": run(Given(camera=True)),
        "true stature": run(Given(lengths=scaled_lengths(clips, contest.motions["ours, over time"]))),
        "true bone lengths": contest.ours[3].joints,
        "without MediaPipe's depth": run(Given(flat_keypoints)),
        "true 2D": run(Given(true_keypoints)),
        "true 2D, bone lengths and camera": run(Given(true_keypoints, bones, camera=True)),
    }


def medians(contest: Contest, methods: Iterable[Method], part: str, frames: Mask | None = None) -> list[float]:
    """Median errors, cm, of each method under each of its alignments, in `frames` (N,3)."""
    return [
        percentile(errors(method.joints, contest.truth, part, alignment, frames))
        for method in methods
        for alignment in method.alignments
    ]


def strongest(contest: Contest, part: str, frames: Mask | None = None) -> list[float]:
    """The best of MediaPipe's medians, cm, under R, t, s and under t, s."""
    values = np.array(medians(contest, contest.mediapipe, part, frames)).reshape(-1, 2)
    return [float(value) for value in values.min(0)]


def titles(methods: Iterable[Method]) -> list[str]:
    """Column titles of `medians`."""
    return [f"{method.name} ({alignment})" for method in methods for alignment in method.alignments]
