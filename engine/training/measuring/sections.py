"""The sections of docs/results.md on rendered signers: what is said about the numbers, and the tables of one set."""

from collections.abc import Iterator

from ...lifting.features import FULL_POINTS
from .breakdowns import DETAIL, by_clip, by_direction, by_joint, by_palm, detector, limits, over_time, what_bounds
from .comparisons import fails, paper_table, ratios
from .contest import Contest
from .methods import ALL_PARTS, BODY_DEPTH, PARTS

ABOUT = {
    "signing": "All clips show one recording of 5 s of one signer (isl_thanks).",
    "whole": "Sampled signing of people who stand, sit, walk and climb; legs between poses that nobody is trained on.",
    "gesture": "Motions of CMU: a referee's signals and a walk, the arms hanging most of the time.",
    "asl": "Fingerspelling of one recorded signer: 7 letters, arms and fingers together, by either hand.",
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


def report(name: str, contest: Contest) -> Iterator[str]:
    """The section of one set."""
    clips = contest.clips
    count, characters = len(clips.camera), len(set(clips.character.tolist()))
    sizes = ", ".join(sorted({f"{width} x {height}" for width, height in clips.size.tolist()}))
    yield f"## Set `{name}`\n"
    yield f"{len(clips.clip)} frames, {count} clips, {characters} characters, {sizes}."
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
    yield from by_clip(contest, "motion", clips.motion)
    yield from by_clip(contest, "character", clips.character)
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
