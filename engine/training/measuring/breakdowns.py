"""Tables that show where the errors are: palm size, motion, character, direction, time, joint, detector, bounds."""

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ...geometry.arrays import Array, Mask
from ...keypoints import HAND_NAMES, Side
from ...lifting.features import BODY_POINTS, SEEN
from ...motion import Motion
from .contest import Contest, bounds, medians, strongest, titles
from .joints import DIRECTIONS, direction_errors
from .markdown import number, percent, table
from .methods import MEDIAPIPE, OURS, PARTS, columns, in_picture, project
from .metrics import jitter
from .scores import accelerations_of, answered, errors, percentile, sight_errors

#: Palms of these sizes are told apart, pixels from wrist to middle knuckle.
PALMS = {"< 40": (0.0, 40.0), "40-80": (40.0, 80.0), "> 80": (80.0, np.inf)}
#: Joints that are shown one by one.
DETAIL = {"body": BODY_POINTS, "hand": HAND_NAMES}
_HAND_SEEN = 1e-6


def palm_sizes(contest: Contest) -> Array:
    """(N,3) pixels of true palms, wrist to middle knuckle, seen at right angles; NaN for the body."""
    focal = contest.clips.camera[contest.clips.clip, 0]
    sizes = np.full((len(focal), 3), np.nan)
    for column, side in enumerate(Side, start=1):
        ends = contest.truth.of((f"{side}_hand_wrist", f"{side}_hand_middle_finger_mcp"))
        sizes[:, column] = focal * np.linalg.norm(ends[:, 1] - ends[:, 0], axis=-1) / ends[..., 2].mean(1)
    return sizes


def by_palm(contest: Contest) -> Iterator[str]:
    """Hands by their size in the picture."""
    sizes = palm_sizes(contest)
    rows: list[list[str]] = []
    for name, (low, high) in PALMS.items():
        frames = (sizes >= low) & (sizes < high)
        shares = [answered(m.joints.found, contest.truth, "hand", frames) for m in (contest.world, contest.ours[0])]
        values = medians(contest, contest.shown, "hand", frames) + strongest(contest, "hand", frames)
        count = (contest.truth.found & frames).sum()
        rows.append([f"{name} px", str(count), *map(percent, shares), *map(number, values)])
    head = ["palm", "visible hands", "Holistic finds", "ours finds", *titles(contest.shown)]
    yield from table([*head, *(f"strongest MediaPipe ({alignment})" for alignment in MEDIAPIPE)], rows)


def by_clip(contest: Contest, title: str, labels: NDArray[np.str_]) -> Iterator[str]:
    """Medians by a label (C,) of the clips."""
    rows: list[list[str]] = []
    for label in dict.fromkeys(labels.tolist()):
        frames = np.repeat((labels == label)[contest.clips.clip][:, None], 3, axis=1)
        for part in PARTS:
            values = medians(contest, contest.shown, part, frames)
            rows.append([label, part, str(frames[:, 0].sum()), *map(number, values)])
    yield from table([title, "part", "frames", *titles(contest.shown)], rows)


def by_joint(contest: Contest, parts: dict[str, tuple[str, ...]] = DETAIL) -> Iterator[str]:
    """Medians of single joints, not rotated; the two hands together."""
    cases = [(method, "t") for method in contest.shown] + [(contest.world, "t, s")]
    rows: list[list[str]] = []
    for part, names in parts.items():
        own = [errors(method.joints, contest.truth, part, alignment) for method, alignment in cases]
        for joint, name in enumerate(names):
            rows.append([_title(part, name), *(number(percentile(error[:, joint])) for error in own)])
    yield from table(["median, cm", *(f"{method.name} ({alignment})" for method, alignment in cases)], rows)


def _title(part: str, joint: str) -> str:
    return f"{part}: {joint.replace('_', ' ')}"


def by_direction(contest: Contest) -> Iterator[str]:
    """Angles between limbs or palms and the true ones, the two sides together."""
    rows: list[list[str]] = []
    for name in DIRECTIONS:
        for method in contest.shown:
            sides: list[Array] = []
            for column, side in enumerate(Side, start=1):
                frames = method.joints.found[:, column if name == "palm normal" else 0]
                sides.append(direction_errors(method.joints, contest.truth, name, side, frames))
            angles = np.concatenate(sides)
            cells = [number(percentile(angles, q), 1) for q in (50, 90)]
            rows.append([name, method.name, *cells, percent(float((angles > 90.0).mean()))])
    yield from table(["degrees", "", "median", "90th percentile", "beyond 90"], rows)


def over_time(contest: Contest) -> Iterator[str]:
    """Error and jitter together: a filter must not buy one with the other."""
    clip, found = contest.clips.clip, contest.common
    rows: list[list[str]] = []
    for name, joints in [(method.name, method.joints) for method in contest.shown] + [("truth", contest.truth)]:
        cells: list[float] = []
        for part in PARTS:
            cells.append(percentile(errors(joints, contest.truth, part, "t", found)))
            cells.append(jitter(accelerations_of(joints, found, part, clip)))
        rows.append([name, *map(number, cells)])
    yield from table(["", *(f"{part} {what}" for part in PARTS for what in ("(t), cm", "jitter, cm/frame^2"))], rows)


def detector(contest: Contest) -> Iterator[str]:
    """How far detected points are from the projected truth; the two hands together."""
    rows: list[list[str]] = []
    for part, names, prefixes, least in (
        ("body", BODY_POINTS, ("",), SEEN),
        ("hand", HAND_NAMES, tuple(f"{side}_hand_" for side in Side), _HAND_SEEN),
    ):
        for name in names:
            both = [detector_errors(contest, prefix + name, least) for prefix in prefixes]
            gaps, found = (np.concatenate(values) for values in zip(*both, strict=True))
            cells = [number(percentile(gaps, q)) for q in (50, 90)]
            rows.append([_title(part, name), *cells, percent(float(found.mean()) if found.size else np.nan)])
    yield from table(["2D error, cm at the person", "median", "90th percentile", "found of those in the picture"], rows)


def detector_errors(contest: Contest, name: str, least: float) -> tuple[Array, Mask]:
    """Gaps, cm at the joint's distance, where a point inside the picture is found, and whether each such is found.

    Found is a confidence of at least `least`.
    """
    clips, true, detected = contest.clips, contest.truth.names.index(name), columns((name,))[0]
    inside = in_picture(clips)[:, true]
    found = clips.confidence[:, detected] >= least
    gaps = np.linalg.norm(clips.points[:, detected] - project(clips)[:, true], axis=-1)
    gaps *= 100.0 * clips.positions[:, true, 2] / clips.camera[clips.clip, 0]
    return gaps[inside & found], found[inside]


def what_bounds(contest: Contest) -> Iterator[str]:
    """Ours given parts of the truth, and which way its errors point."""
    rows = [
        [name, *(number(percentile(errors(joints, contest.truth, *case))) for case in product(PARTS, OURS))]
        for name, joints in bounds(contest).items()
    ]
    residual = 100.0 * contest.clips.residual.astype(np.float64)
    misfit = (number(percentile(residual[:, list(own)])) for own in PARTS.values())
    rows.append(["the skeleton's misfit", *(cell for value in misfit for cell in (value, value))])
    yield from table(["median, cm", *(f"{part} ({alignment})" for part, alignment in product(PARTS, OURS))], rows)
    joints = contest.ours[1].joints
    rows = [[part, *map(number, map(percentile, sight_errors(joints, contest.truth, part)))] for part in PARTS]
    yield from table(["ours, over time (t), median, cm", "along the line of sight", "across it"], rows)


def limits(contest: Contest) -> Iterator[str]:
    """What must not happen."""
    rows: list[list[str]] = []
    for name, motions in contest.motions.items():
        known = [motion for motion in motions if motion is not None]
        variation = 1000.0 * max((length_variation(motion) for motion in known), default=0.0)
        rows.append([name, str(sum(map(angles_beyond, known))), number(variation, 3)])
    yield from table(["", "angles beyond their limits", "bone length varies in a clip by, mm"], rows)


def angles_beyond(motion: Motion) -> int:
    """How many angles of a clip are beyond their limits; the root has none."""
    skeleton = motion.skeleton
    beyond = (motion.angles < skeleton.lower) | (motion.angles > skeleton.upper)
    beyond[:, skeleton.root_angles] = False
    return int(beyond.sum())


def length_variation(motion: Motion) -> float:
    """The largest change of a bone's length in a clip, metres, by the joints at its ends."""
    ends = np.flatnonzero(motion.skeleton.joint_bones >= 0)
    positions = motion.positions.astype(np.float64)
    lengths = np.linalg.norm(positions[:, ends] - positions[:, np.array(motion.skeleton.parents)[ends]], axis=-1)
    return float(np.ptp(lengths, axis=0).max())
