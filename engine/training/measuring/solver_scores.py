"""How far one method is off on each kind of picture: rendered sets, photographs, real people before several cameras."""

from dataclasses import dataclass

import numpy as np

from ..clips import ClipSet
from ..photographs import MEASURED, load_photographs
from .contenders import Contender, filmed, photographed
from .hands_truth import judge, load_hands_truth, mediapipe_answers
from .markdown import number
from .methods import MEDIAPIPE, OURS, Method, true_joints
from .metrics import jitter
from .multiview import JITTERS, PART_ROWS, STEADY, Shot, judged, mediapipe_tracks, true_track
from .recordings import load_recordings
from .scores import accelerations_of, errors, percentile

#: Of MediaPipe's variants the one whose unit is known, so that it jitters by something.
WORLD = "MediaPipe world"
_SAME = {"MediaPipe image x, y, world z": "MediaPipe image x, y, world depth"}


@dataclass(frozen=True)
class Score:
    """Of one method, part and set of pictures; NaN where there is none."""

    moved: float
    turned: float
    """cm."""
    jitter: float
    """cm/frame^2."""

    @property
    def cell(self) -> str:
        """Of the table."""
        return " / ".join(map(number, (self.moved, self.turned, self.jitter)))


NONE = Score(np.nan, np.nan, np.nan)


def set_scores(clips: ClipSet, methods: list[Method], part: str) -> dict[str, Score]:
    """Of a rendered set."""
    truth, found = true_joints(clips), dict[str, Score]()
    for method in (method for method in methods if part in method.parts):
        turned, moved = (percentile(errors(method.joints, truth, part, own)) for own in method.alignments)
        known = method.alignments == OURS or method.name == WORLD
        shaken = jitter(accelerations_of(method.joints, method.joints.found, part, clips.clip)) if known else np.nan
        found[method.name] = Score(moved, turned, shaken)
    return found


def photograph_scores(methods: list[Contender]) -> dict[str, Score]:
    """Of photographed hands."""
    truth, photographs = load_hands_truth(), load_photographs()
    answers = (*(photographed(method, photographs) for method in methods), *mediapipe_answers(truth))
    judged_hands = {own.name: judge(own, truth, truth.groups[MEASURED]) for own in answers}
    return {name: Score(own.moved, own.turned, np.nan) for name, own in judged_hands.items()}


def filmed_shots(methods: list[Contender]) -> list[Shot]:
    """All videos of real people that are judged."""
    shots: list[Shot] = []
    for recording in load_recordings().values():
        for camera in judged(recording):
            keypoints = recording.keypoints(camera)
            tracks = {method.name: filmed(method, keypoints) for method in methods}
            theirs = {_SAME.get(name, name): track for name, track in mediapipe_tracks(recording, camera).items()}
            shots.append(Shot(true_track(recording, camera), tracks | theirs, keypoints.fps))
    return shots


def shot_scores(shots: list[Shot], part: str) -> dict[str, Score]:
    """Of real people before several cameras."""
    values = {alignment: row.scores(shots) for alignment, row in PART_ROWS[part].items()}
    shaken = JITTERS[part].scores(shot for shot in shots if shot.rate > STEADY)
    found: dict[str, Score] = {}
    for name in shots[0].methods:
        turned, moved = MEDIAPIPE if name.startswith("MediaPipe") else OURS
        known = name == WORLD or not name.startswith("MediaPipe")
        jitters = shaken.get(name, np.nan) if known else np.nan
        found[name] = Score(values[moved].get(name, np.nan), values[turned].get(name, np.nan), jitters)
    return found
