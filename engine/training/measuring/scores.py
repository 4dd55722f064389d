"""The metrics on named joints of a part: errors in cm, their summary, jitter."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...geometry.arrays import Array, Mask
from ..clips import ClipSet
from .joints import Joints
from .methods import ALL_PARTS, columns
from .metrics import ALIGNMENTS, accelerations, align, auc, joint_errors, pa_mpjpe

#: Where the PCK curve ends whose area is reported, cm.
PCK_END = {"body": 15.0, "hand": 5.0, "whole": 15.0}


def poses(joints: Joints, truth: Joints, part: str, frames: Mask | None = None) -> tuple[Array, Array]:
    """Own and true (M,P,3), cm: a part's P joints in its M frames: those found and, if given, in `frames` (N,3)."""
    counted = joints.found if frames is None else joints.found & frames
    own, exact = (
        100.0 * np.concatenate([x.of(names)[counted[:, column]] for column, names in ALL_PARTS[part].items()])
        for x in (joints, truth)
    )
    return own, exact


def errors(joints: Joints, truth: Joints, part: str, alignment: str, frames: Mask | None = None) -> Array:
    """(M,P) cm of the joints of `poses` from the true ones."""
    return joint_errors(*poses(joints, truth, part, frames), alignment)


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
        aligned=pa_mpjpe(*poses(joints, truth, part)),
        area=auc(own, PCK_END[part]),
    )


def accelerations_of(joints: Joints, found: Mask, part: str, clip: NDArray[np.int32]) -> Array:
    """(M,P,3) second differences of a part's joints about their middle, cm/frame^2.

    Over three frames in a row of one clip (N,) in each of which the part is found (N,3).
    """
    same = clip[2:] == clip[:-2]
    rows: list[Array] = []
    for column, names in ALL_PARTS[part].items():
        own = joints.of(names)
        row = found[2:, column] & found[1:-1, column] & found[:-2, column] & same
        rows.append(accelerations(own - own.mean(1, keepdims=True))[row])
    return 100.0 * np.concatenate(rows)
