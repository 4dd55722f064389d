"""How good a tracked clip probably is, in a few numbers, without a truth to hold it to."""

from typing import Any

import numpy as np

from ..doubt import doubt_of_bones
from ..geometry.arrays import Array, Mask, runs
from ..keypoints import Side
from ..motion import Motion

#: Radians: nearer to a limit than half a degree is at it.
AT_LIMIT = np.deg2rad(0.5)
#: How many stretches of time a clip's doubt is told of.
STRETCHES = 48
#: Names of `quality_of`.
QUALITIES = (
    *("frames", "seconds", "body", "left_hand", "right_hand", "face"),
    *("doubt", "at_limit", "jitter", "gaps", "longest_gap"),
)
_PARTS = ("body", "left_hand", "right_hand")


def quality_of(motion: Motion) -> dict[str, Any]:
    """Numbers by name; shares are 0..1.

    `frames`; `seconds`; `body`, `left_hand`, `right_hand`, `face`: shares of frames in which they were seen; `doubt`:
    the mean of arms and hands (`engine/doubt.py`); `at_limit`: share of limited angles within half a degree of a
    bound; `jitter`: mean size of the second difference of elbows, wrists and finger tips, mm a frame squared;
    `gaps` that were bridged, and `longest_gap`, s.
    """
    gaps = [
        motion.time[stop - 1] - motion.time[start] for column in motion.seen.T for start, stop in _inner_gaps(column)
    ]
    return {
        "frames": len(motion.time),
        "seconds": _rounded(motion.time[-1] - motion.time[0] + (1 / motion.fps if motion.fps else 0)),
        **{part: _rounded(share) for part, share in zip(_PARTS, motion.seen.mean(0), strict=True)},
        "face": _rounded(0 if motion.face is None else motion.face.seen.mean()),
        "doubt": _rounded(_doubt(motion).mean()),
        "at_limit": _rounded(_at_limit(motion)),
        "jitter": _rounded(_jitter(motion) * 1000),
        "gaps": len(gaps),
        "longest_gap": _rounded(max(gaps, default=0.0)),
    }


def doubt_over_time(motion: Motion) -> list[float]:
    """The mean doubt of arms and hands in STRETCHES parts of the clip, fewer where it has fewer frames."""
    doubt = _doubt(motion)
    return [_rounded(part.mean()) for part in np.array_split(doubt, min(STRETCHES, len(doubt)))]


def _doubt(motion: Motion) -> Array:
    """(F,) 0..1."""
    return np.mean([own for bone, own in doubt_of_bones(motion).items() if bone != "head"], axis=0)


def _at_limit(motion: Motion) -> float:
    skeleton = motion.skeleton
    limited = np.ones(len(skeleton.freedoms), bool)
    limited[skeleton.root_angles] = False
    low, high = motion.angles - skeleton.lower, skeleton.upper - motion.angles
    return float((np.minimum(low, high)[:, limited] < AT_LIMIT).mean())


def _jitter(motion: Motion) -> float:
    """Metres a frame squared."""
    ends = ("elbow", "wrist", "tip")
    joints = [number for number, joint in enumerate(motion.joints) if joint.endswith(ends) and _is_limb(joint)]
    second = np.diff(motion.positions[:, joints].astype(np.float64), n=2, axis=0)
    return float(np.linalg.norm(second, axis=-1).mean()) if len(second) else 0.0


def _is_limb(joint: str) -> bool:
    return joint.startswith(tuple(str(side) for side in Side))


def _inner_gaps(seen: Mask) -> list[tuple[int, int]]:
    """Stretches that were bridged: not seen, between frames that are."""
    return [(start, stop) for start, stop in runs(~seen) if start > 0 and stop < len(seen)]


def _rounded(value: float) -> float:
    return round(float(value), 4)
