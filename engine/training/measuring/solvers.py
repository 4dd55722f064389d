"""Puts solvers, baselines of the field and MediaPipe side by side, and says which solver wins on dev.

    python -m engine.training.measuring.solvers

writes docs/solvers.md out of the kept arrays. What the baselines learn is kept in a folder, and learnt where it is not
there; that needs torch.
"""

import argparse
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does; before NumPy is imported

import numpy as np
import torch

from ...lifting.solvers import SOLVERS
from ...motion import Motion
from ...options import TrackOptions
from ..baselines.residual import BLOCKS, WIDTH
from ..clips import DATA, ClipSet, load_clips
from .angles import angle_errors
from .contenders import Answer, Contender, contenders, joined, track_set
from .cost import megabytes, milliseconds
from .hands_truth import METACARPAL
from .markdown import number, table
from .methods import OURS, PARTS, Method, mediapipe_methods, true_joints
from .metrics import acceleration_error, auc, jitter, joint_errors, mpjpe, n_mpjpe, pa_mpjpe, pck
from .multiview import STEADY
from .scores import PCK_END, accelerations_of, poses
from .solver_scores import NONE, Score, filmed_shots, photograph_scores, set_scores, shot_scores

DEFAULT = TrackOptions().solver
SOLVERS_PAGE = Path(__file__).resolve().parents[3] / "docs" / "solvers.md"
SETS = ("dev", "test", "asl", "signing")
CHOOSING, REAL = "`dev`", ("photographs", "real multi-view")
#: Of the tables by the survey, cm.
PCK_AT = {"body": 5.0, "hand": 2.0}
ABOUT = f"""
Each cell is the median error in cm **t / R, t / jitter**, the part aligned by itself frame by frame: moved; turned as
well; and the mean second difference of its joints about their middle, cm a frame squared. Of MediaPipe, whose size is
a guess, it is t, s / R, t, s. `dev` and `test` are sampled signing of rendered people, `asl` and `signing` are
recorded signing, rendered; photographs are of one real hand, scaled to {METACARPAL:g} cm from the wrist to the middle
knuckle; real multi-view is of two real people, each camera by itself, medians over frames of the mean over joints,
jitter from {STEADY:g} frames a second on, see [results.md](results.md). All but MediaPipe see what the detector finds
with its second look, and are filtered over time; MediaPipe counts where it finds the part alone, which is easier.
Milliseconds of one core are those of a frame of which nothing but the part was found, detection aside, every method
in turn on the same clips; MB is what a method has learnt.

**Solvers** are what `--solver` offers, see [adding_a_solver.md](adding_a_solver.md); `{DEFAULT}` is the default.
**Nearest neighbour** (Chen and Ramanan 2017) takes of all poses of the training sets the one whose projection is
nearest, and its depth. **Martinez** (et al. 2017) is their residual perceptron, {BLOCKS} blocks of {WIDTH} units.
Both see MediaPipe's 2D points alone, learn from the rendered training sets alone, have no skeleton and so no
rotations, and ship nowhere (`engine/training/baselines/`). Rendered signers and real people part ways: of the former
MediaPipe guesses hardly any depth, so a solver that is told none loses nothing there. Real pictures decide.
"""
SURVEY = """
On `test`, by the metrics of the field (`engine/training/measuring/metrics.py` has the source of each), of all joints
and frames in which a part is found: cm, degrees, shares, cm a frame squared. MPJPE is after t, N-MPJPE after t, s,
PA-MPJPE after R, t, s. MPJAE compares bones with those of the skeleton fitted to the true joints.
"""


def part_table(
    methods: list[Contender], scores: dict[str, dict[str, Score]], clips: ClipSet, part: str
) -> Iterator[str]:
    """All methods on all pictures of one part."""
    spent = milliseconds(methods, clips, part)
    cost = {
        method.name: (
            f"{number(spent[method.name])} ({number(spent[method.name] / spent[DEFAULT])})",
            number(megabytes(method, part)),
        )
        for method in methods
    }
    rows = [
        [name, *(own.get(name, NONE).cell for own in scores.values()), *cost.get(name, ("-", "-"))]
        for name in dict.fromkeys(name for own in scores.values() for name in own)
    ]
    yield from table([part, *scores, f"ms ({DEFAULT} = 1)", "MB"], rows)


def winners(scores: dict[str, dict[str, Score]], part: str) -> str:
    """Which solver wins on the set to choose by, whether that is the default, and which wins on real pictures."""
    chosen = _best(scores[CHOOSING])
    verdict = "which is the default" if chosen == f"`{DEFAULT}`" else f"while the default is `{DEFAULT}`"
    real = ", ".join(f"on {name} {_best(scores[name])}" for name in REAL if name in scores)
    return f"- {part}: of the solvers {chosen} wins on {CHOOSING}, {verdict}; {real}."


def _best(scores: dict[str, Score]) -> str:
    """The solver of least error; of each alignment where that makes a difference."""
    moved, turned = (min(SOLVERS, key=lambda name: getattr(scores[name], field)) for field in ("moved", "turned"))
    return f"`{moved}`" if moved == turned else f"`{moved}` by t and `{turned}` by R, t"


def survey_table(
    methods: list[Method], answers: dict[str, list[Answer | None]], clips: ClipSet, part: str
) -> Iterator[str]:
    """One set by the metrics of the field."""
    truth, rows = true_joints(clips), list[list[str]]()
    motions = {name: [own if isinstance(own, Motion) else None for own in each] for name, each in answers.items()}
    angles = {name: angle_errors(own, clips)[part] for name, own in motions.items() if any(own)}
    for method in methods:
        own, exact = poses(method.joints, truth, part)
        shaken, moved = (accelerations_of(x, method.joints.found, part, clips.clip) for x in (method.joints, truth))
        apart = joint_errors(own, exact, "t")
        values = (mpjpe(own, exact), n_mpjpe(own, exact), pa_mpjpe(own, exact), angles.get(method.name, np.nan))
        shares = (pck(apart, PCK_AT[part]), auc(apart, PCK_END[part]))
        rows.append([method.name, *map(number, (*values, *shares, jitter(shaken), acceleration_error(shaken, moved)))])
    head = ("MPJPE", "N-MPJPE", "PA-MPJPE", "MPJAE", f"PCK {PCK_AT[part]:g} cm", f"AUC {PCK_END[part]:g} cm")
    yield from table([part, *head, "jitter", "acceleration error"], rows)


def report(methods: list[Contender], sets: dict[str, ClipSet]) -> Iterator[str]:
    """The page."""
    yield "# Solvers, baselines and MediaPipe side by side\n"
    yield "Generated by `python -m engine.training.measuring.solvers`; do not edit."
    yield ABOUT
    answers = {name: {method.name: track_set(method, clips) for method in methods} for name, clips in sets.items()}
    ours = {
        name: [Method(who, joined(own, clips), OURS) for who, own in answers[name].items()]
        for name, clips in sets.items()
    }
    shots, photographs = filmed_shots(methods), photograph_scores(methods)
    tables: list[str] = []
    for part in PARTS:
        scores = {
            f"`{name}`": set_scores(clips, [*ours[name], *mediapipe_methods(clips)], part)
            for name, clips in sets.items()
        }
        real = {"hand": photographs}.get(part), shot_scores(shots, part)
        scores |= {name: own for name, own in zip(REAL, real, strict=True) if own}
        yield winners(scores, part)
        tables += part_table(methods, scores, sets["test"], part)
    yield from tables
    yield "## By the metrics of the field"
    yield SURVEY
    world = mediapipe_methods(sets["test"])[0]
    for part in PARTS:
        yield from survey_table([*ours["test"], world], answers["test"], sets["test"], part)


def main() -> None:
    """Learn where needed, measure, write."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.measuring.solvers", description=__doc__)
    cache = Path(tempfile.gettempdir()) / "sign_mocap_baselines"
    parser.add_argument("--cache", type=Path, default=cache, help="folder of what the baselines learnt")
    parser.add_argument("--out", type=Path, default=SOLVERS_PAGE)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    lines = report(contenders(arguments.cache), {name: load_clips(DATA / f"{name}.npz") for name in SETS})
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    arguments.out.write_text(text.rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
