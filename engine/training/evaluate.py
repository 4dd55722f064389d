"""Measures the engine and MediaPipe on rendered signers and on hand photographs, and writes the tables.

    python -m engine.training.evaluate

reads the packed sets that are there and writes RESULTS.md. NumPy only.
"""

import argparse
import os
import re
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does; before NumPy is imported

import numpy as np

from ..features import BODY_POINTS, FULL_POINTS
from ..keypoints import HAND_NAMES
from .breakdowns import DETAIL, by_clip, by_direction, by_joint, by_palm, detector, limits, over_time, what_bounds
from .contest import Contest, hold_contest, medians, strongest
from .markdown import number, percent, table
from .methods import ALL_PARTS, BODY_DEPTH, MEDIAPIPE, OURS, PARTS
from .photos import (
    MEASURED,
    METACARPAL,
    PHOTOS,
    TRAINING,
    VIEWS,
    Consistency,
    Photographs,
    by_method,
    compare,
    load_photographs,
    split,
)
from .rendered import DATA, load_rendered
from .scores import answered, errors, percentile, summarise

RESULTS = Path(__file__).resolve().parent / "RESULTS.md"
THRESHOLDS = (1, 2, 3, 5, 10, 15)
TITLES = {
    "body": f"body, {len(BODY_POINTS)} points",
    "hand": f"hands, {len(HAND_NAMES)} points each",
    "whole": f"whole body, {len(FULL_POINTS)} points",
}
SETS = ("test", "hard", "signing", "gesture", "whole")
#: Goals on `test`, in the ratios of the paper: medians in cm under OURS, MediaPipe's over ours.
GOALS = {"body": (1.13, 1.56), "hand": (0.63, 0.86)}
WORLD_GOALS, STRONGEST_GOAL, ANSWERED_GOAL = {"body": 3.6, "hand": 2.9}, 2.0, 0.95
#: Goals on photographs: medians of how far views disagree, cm, and of the error in the picture, of the hand's box.
APART_GOAL, REPROJECTION_GOAL = 0.7, 0.035
PAIRS = tuple(f"{theirs} / {ours}" for theirs, ours in zip(MEDIAPIPE, OURS, strict=True))
ABOUT = {
    "signing": "All clips show one recording of 5 s of one signer (isl_thanks).",
    "whole": "Sampled signing of people who stand, sit, walk and climb; legs between poses that nobody is trained on.",
    "gesture": "Motions of CMU: a referee's signals and a walk, the arms hanging most of the time.",
}
NOTES = f"""
Errors are distances between a joint and the true one in cm, of all joints and frames together, after each
frame's part (body, or one hand) is aligned by itself: R a rotation, t a translation, s a scale, each least
squares. *Weighted* is the mean weighted by the detector's confidence (points of a hand weigh 1), *AUC* the
area under the PCK curve up to 15 cm (body) and 5 cm (hands), PA-MPJPE the mean after R, t, s.

MediaPipe is Holistic with the **full** pose model; the paper used the heavy one. *image x, y, z* are its points
and its depth in pixels; *depth scaled* is this with the depth of the body times {BODY_DEPTH}, the best factor
on the training set (hands keep theirs); *world depth* is the z of the world landmarks, brought to pixels by the
ratio of the 2D spreads of the same points. *Ours, per frame* has no filter, *over time* all steps. MediaPipe is
compared in the frames in which Holistic alone finds the part, ours in those in which it is found with the
second look, which are more and harder; a bridged gap does not count as found. A hand is *visible* where all its
true points are inside the picture, hidden behind something or not; *answered* and *#fails* are shares of these,
and of all frames for the body. *True bones (B)* gives ours the lengths of the skeleton fitted to the true
joints.
"""
BOUNDS = """
Ours over time, given parts of the truth. *True stature* scales all lengths of a first run so that those of the
body's bones sum up to the true sum. *True 2D* are the projected true joints of each part wherever the detector
found it, without depth; body points outside the picture are not seen. The misfit is the mean distance of the
skeleton fitted to the true joints, bone lengths included, from them, median over all frames; it knows no
alignment but the fit's.
"""
PHOTOGRAPHS = f"""
One man's right hand, each handshape in {VIEWS} views; there is no ground truth. A hand that does not depend on the
view is the same in all of them: *views disagree* is the distance between the joints of two views of one handshape,
each lifted by itself, scaled to {METACARPAL:g} cm from the wrist to the middle knuckle, turned and moved onto the
other. A hand that is always the same would agree with itself, so the distance in the picture between joints and
detected points stands beside it, in larger sides of the box around these points; MediaPipe's image points are the
detected points themselves, its world landmarks have no place in the picture. Handshapes of the groups
{", ".join(TRAINING)} may be in the training data and are measured apart.
"""


def paper_table(contest: Contest, part: str) -> Iterator[str]:
    """Table 1 of the paper, and the PCK curve."""
    rows: list[list[str]] = []
    curve: list[list[str]] = []
    for method in (method for method in (*contest.mediapipe, *contest.ours) if part in method.parts):
        share = percent(answered(method.joints.found, contest.truth, part))
        for alignment in method.alignments:
            score = summarise(contest.rendered, method.joints, contest.truth, part, alignment)
            cells = (score.median, score.weighted, score.deviation, score.mean, score.aligned, score.area)
            rows.append([method.name, alignment, *map(number, cells), share])
            own = errors(method.joints, contest.truth, part, alignment)
            curve.append([method.name, alignment, *(percent(float((own < limit).mean())) for limit in THRESHOLDS)])
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


def goals(contest: Contest, stills: Consistency | None) -> Iterator[str]:
    """What is asked for beside what is reached, by ours on photographs too; ratios in the frames that both find."""
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
    if stills is not None:
        for name, goal, reached in (
            ("views disagree, cm", f"<= {APART_GOAL}", number(percentile(stills.apart))),
            ("2D, of the box", f"<= {percent(REPROJECTION_GOAL)}", percent(percentile(stills.reprojection))),
            ("answered", f">= {percent(ANSWERED_GOAL)}", percent(stills.answered)),
        ):
            rows.append([f"photographs: {name}", goal, reached, "-"])
    yield from table(["on `test`", "goal", "per frame", "over time"], rows)


def report(name: str, contest: Contest) -> Iterator[str]:
    """The section of one set."""
    rendered = contest.rendered
    clips, characters = len(rendered.camera), len(set(rendered.character.tolist()))
    sizes = ", ".join(sorted({f"{width} x {height}" for width, height in rendered.size.tolist()}))
    yield f"## Set `{name}`\n"
    yield f"{len(rendered.clip)} frames, {clips} clips, {characters} characters, {sizes}."
    if name in ABOUT:
        yield ABOUT[name]
    whole = name == "whole"
    yield "\n### As the paper's Table 1"
    for part in ALL_PARTS if whole else PARTS:
        yield from paper_table(contest, part)
    yield from fails(contest)
    yield "\n### Ratios"
    yield from ratios(contest)
    yield "### What bounds it"
    yield BOUNDS
    yield from what_bounds(contest)
    yield "### Hands by size of the palm, median, cm"
    yield from by_palm(contest)
    yield "### By class of motion and by character, median, cm"
    yield from by_clip(contest, "motion", rendered.motion)
    yield from by_clip(contest, "character", rendered.character)
    yield "### Directions"
    yield from by_direction(contest)
    yield "### Time, in frames that both find, median"
    yield from over_time(contest)
    yield "### Limits"
    yield from limits(contest)
    yield "### By joint"
    yield from by_joint(contest, DETAIL | {"whole": FULL_POINTS} if whole else DETAIL)
    yield "### Detector, with the second look"
    yield from detector(contest)


def photographs_report(parts: dict[str, Photographs], methods: dict[str, tuple[Consistency, ...]]) -> Iterator[str]:
    """The section of the photographs."""
    yield "## Photographs"
    yield PHOTOGRAPHS
    for name, part in parts.items():
        yield f"{part.found.size} photographs of {len(part.names)} handshapes {name}:"
        yield from by_method(methods[name])


def main() -> None:
    """Measure, then write."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.evaluate", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the packed sets")
    parser.add_argument("--sets", nargs="+", help=f"by itself those of {', '.join(SETS)} that are there")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    paths = {name: arguments.data / f"{name}.npz" for name in arguments.sets or SETS}
    missing = [name for name, path in paths.items() if not path.exists()]
    if missing and (arguments.sets or len(missing) == len(paths)):
        parser.error(f"no {', '.join(missing)} in {arguments.data}; pack clips with python -m engine.training.rendered")
    contests = {name: hold_contest(load_rendered(path)) for name, path in paths.items() if name not in missing}
    photos = arguments.data / PHOTOS.name
    parts = split(load_photographs(photos)) if photos.exists() else {}
    methods = {name: compare(part) for name, part in parts.items()}
    lines = ["# Results on rendered signers and on photographs\n"]
    lines += [f"Generated by `{parser.prog} --sets {' '.join(contests)}`; do not edit."]
    lines += goals(contests["test"], methods[MEASURED][0] if methods else None) if "test" in contests else []
    lines += [NOTES]
    lines += photographs_report(parts, methods) if parts else []
    for name, contest in contests.items():
        lines += report(name, contest)
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    arguments.out.write_text(text.rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
