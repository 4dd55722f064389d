"""Tables that compare ours with MediaPipe, with the paper, and with what is asked for."""

from collections.abc import Iterator

import numpy as np

from ...keypoints import HAND_NAMES
from ...lifting.features import BODY_POINTS, FULL_POINTS
from .contest import Contest, medians, strongest
from .markdown import number, percent, table
from .methods import MEDIAPIPE, OURS, PARTS
from .metrics import pck
from .scores import answered, errors, summarise

THRESHOLDS = (1, 2, 3, 5, 10, 15)
TITLES = {
    "body": f"body, {len(BODY_POINTS)} points",
    "hand": f"hands, {len(HAND_NAMES)} points each",
    "whole": f"whole body, {len(FULL_POINTS)} points",
}
#: Goals on `test`, in the ratios of the paper: medians in cm under OURS, MediaPipe's over ours.
GOALS = {"body": (1.13, 1.56), "hand": (0.63, 0.86)}
#: Goals on `asl`, medians in cm under OURS.
LETTER_GOALS = {"body": (1.13, 1.56), "hand": (0.55, 0.75)}
WORLD_GOALS, STRONGEST_GOAL, ANSWERED_GOAL = {"body": 3.6, "hand": 2.9}, 2.0, 0.95
PAIRS = tuple(f"{theirs} / {ours}" for theirs, ours in zip(MEDIAPIPE, OURS, strict=True))


def paper_table(contest: Contest, part: str) -> Iterator[str]:
    """Table 1 of the paper, and the PCK curve."""
    rows: list[list[str]] = []
    curve: list[list[str]] = []
    for method in (method for method in (*contest.mediapipe, *contest.ours) if part in method.parts):
        share = percent(answered(method.joints.found, contest.truth, part))
        for alignment in method.alignments:
            score = summarise(contest.clips, method.joints, contest.truth, part, alignment)
            cells = (score.median, score.weighted, score.deviation, score.mean, score.aligned, score.area)
            rows.append([method.name, alignment, *map(number, cells), share])
            own = errors(method.joints, contest.truth, part, alignment)
            curve.append([method.name, alignment, *(percent(pck(own, limit)) for limit in THRESHOLDS)])
    head = (TITLES[part], "aligned by")
    columns = ("median", "weighted", "deviation", "MPJPE", "PA-MPJPE", "AUC", "answered")
    yield from table([*head, *columns], rows)
    yield from table([*head, *(f"within {limit} cm" for limit in THRESHOLDS)], curve)


def fails(contest: Contest) -> Iterator[str]:
    """How often a visible hand is missing."""
    plain, ours = contest.world.joints.found, contest.ours[0].joints.found
    count = contest.truth.found[:, list(PARTS["hand"])].sum()
    missed, missing = (percent(1 - answered(found, contest.truth, "hand")) for found in (plain, ours))
    yield f"#fails: of {count} visible hands Holistic misses {missed}; after the second look {missing} are missing."


def ratios(contest: Contest) -> Iterator[str]:
    """How many times smaller our median error is than MediaPipe's."""
    rows: list[list[str]] = []
    for part in PARTS:
        for where, frames in (("each's own", None), ("common", contest.common)):
            world, best = medians(contest, [contest.world], part, frames), strongest(contest, part, frames)
            for method in contest.ours:
                own = medians(contest, [method], part, frames)
                cells = np.divide([world, best], own).ravel()
                rows.append([part, where, method.name, *map(number, cells)])
    head = [f"{name} ({pair})" for name in ("MediaPipe world", "strongest MediaPipe") for pair in PAIRS]
    yield from table(["MediaPipe's median over ours", "frames", "ours", *head], rows)


def goals(contest: Contest) -> Iterator[str]:
    """What is asked for beside what is reached; ratios in the frames that both find."""
    ours, common, rows = contest.ours[:2], contest.common, list[list[str]]()
    for part in PARTS:
        own, shared = (np.reshape(medians(contest, ours, part, frames), (2, 2)).T for frames in (None, common))
        for alignment, goal, reached in zip(OURS, GOALS[part], own, strict=True):
            rows.append([f"{part} ({alignment}), cm", f"<= {goal}", *map(number, reached)])
        for name, theirs, goal in (
            ("MediaPipe world", medians(contest, [contest.world], part, common), WORLD_GOALS[part]),
            ("strongest MediaPipe", strongest(contest, part, common), STRONGEST_GOAL),
        ):
            for pair, ratio in zip(PAIRS, np.array(theirs)[:, None] / shared, strict=True):
                rows.append([f"{part}: {name} over ours ({pair})", f">= {goal}", *map(number, ratio)])
    shares = (percent(answered(method.joints.found, contest.truth, "hand")) for method in ours)
    rows.append(["visible hands answered", f">= {percent(ANSWERED_GOAL)}", *shares])
    yield from table(["on `test`", "goal", "per frame", "over time"], rows)


def letters(contest: Contest) -> Iterator[list[str]]:
    """What is asked for on `asl`, what is reached over time, and what MediaPipe reaches, scaled as well.

    A row has the columns of the goals on real pictures.
    """
    theirs = {method.name: method for method in contest.mediapipe}
    names = ("MediaPipe world", "MediaPipe image x, y, world depth", "MediaPipe image x, y, z")
    methods = (contest.ours[1], *(theirs[name] for name in names))
    for part in PARTS:
        reached = np.reshape(medians(contest, methods, part), (-1, 2)).T
        for pair, goal, values in zip(zip(OURS, MEDIAPIPE, strict=True), LETTER_GOALS[part], reached, strict=True):
            title = f"`asl`, rendered: {part}, cm ({pair[0]}; MediaPipe {pair[1]})"
            yield [title, f"<= {number(goal)}", *map(number, values)]
