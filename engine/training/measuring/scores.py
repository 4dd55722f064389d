"""Numbers that say how far joints are from the true ones: errors, their summary, jitter."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...geometry.arrays import Array, Mask
from ..clips import ClipSet
from .alignment import ALIGNMENTS, Joints, align, distances
from .methods import ALL_PARTS, columns

#: Where the PCK curve ends whose area is reported, cm.
PCK_END = {"body": 15.0, "hand": 5.0, "whole": 15.0}


def errors(joints: Joints, truth: Joints, part: str, alignment: str, frames: Mask | None = None) -> Array:
    """(M,P) cm of a part's P joints in its M frames: those found and, if given, in `frames` (N,3)."""
    counted = joints.found if frames is None else joints.found & frames
    return 100.0 * np.concatenate(
        [distances(joints, truth, names, counted[:, column], alignment) for column, names in ALL_PARTS[part].items()]
    )


def sight_errors(joints: Joints, truth: Joints, part: str) -> tuple[Array, Array]:
    """(M,P) cm along the line of sight to a part's middle, and (M,P) across it, after t."""
    along: list[Array] = []
    across: list[Array] = []
    for column, names in ALL_PARTS[part].items():
        own, exact = (x.of(names)[joints.found[:, column]] for x in (joints, truth))
        sight = exact.mean(1, keepdims=True)
        sight /= np.linalg.norm(sight, axis=-1, keepdims=True)
        gaps = align(own, exact, **ALIGNMENTS["t"]) - exact
        depth = (gaps * sight).sum(-1)
        along.append(100.0 * np.abs(depth))
        across.append(100.0 * np.linalg.norm(gaps - depth[..., None] * sight, axis=-1))
    return np.concatenate(along), np.concatenate(across)


def weights(clips: ClipSet, joints: Joints, part: str) -> Array:
    """(M,P) the detector's confidence for the errors of a part: of each body point; 1 for all points of a hand."""
    rows: list[Array] = []
    for column, names in ALL_PARTS[part].items():
        confidence = clips.confidence[joints.found[:, column]][:, columns(names)].astype(np.float64)
        rows.append(np.ones_like(confidence) if part == "hand" else confidence)
    return np.concatenate(rows)


def percentile(values: Array, q: float = 50.0) -> float:
    """A percentile, by itself the median; NaN of nothing."""
    return float(np.percentile(values, q)) if values.size else np.nan


def answered(found: Mask, truth: Joints, part: str, frames: Mask | None = None) -> float:
    """Share of the frames showing a part in which it is found (N,3)."""
    shown = truth.found if frames is None else truth.found & frames
    own = list(ALL_PARTS[part])
    return float(found[:, own][shown[:, own]].mean()) if shown[:, own].any() else np.nan


def pck_area(errors: Array, end: float) -> float:
    """Area under the share of errors within a threshold, over thresholds from 0 to end, as a share of the whole."""
    return float(np.maximum(0.0, 1.0 - errors / end).mean())


@dataclass(frozen=True)
class Summary:
    """Errors of all joints and frames together, cm."""

    median: float
    weighted: float
    """Mean weighted by confidence."""
    deviation: float
    mean: float
    """MPJPE."""
    aligned: float
    """PA-MPJPE: the mean after R, t, s."""
    area: float
    """Under the PCK curve, 0..1."""


def summarise(clips: ClipSet, joints: Joints, truth: Joints, part: str, alignment: str) -> Summary:
    """One row of the paper's table, and what is usual elsewhere."""
    own, weight = errors(joints, truth, part, alignment), weights(clips, joints, part)
    return Summary(
        median=percentile(own),
        weighted=float((own * weight).sum() / weight.sum()),
        deviation=float(own.std()),
        mean=float(own.mean()),
        aligned=float(errors(joints, truth, part, "R, t, s").mean()),
        area=pck_area(own, PCK_END[part]),
    )


def jitter(joints: Joints, found: Mask, part: str, clip: NDArray[np.int32]) -> float:
    """Mean second difference of a part's joints about their middle, cm/frame^2.

    Over three frames in a row of one clip (N,) in each of which the part is found (N,3).
    """
    same = clip[2:] == clip[:-2]
    sizes: list[Array] = []
    for column, names in ALL_PARTS[part].items():
        own = joints.of(names)
        second = np.diff(own - own.mean(1, keepdims=True), n=2, axis=0)
        row = found[2:, column] & found[1:-1, column] & found[:-2, column] & same
        sizes.append(np.linalg.norm(second[row], axis=-1).ravel())
    return 100.0 * float(np.concatenate(sizes).mean())
