"""Stretches that were detected by themselves, joined: where two overlap, one fades into the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..face.landmarks import FaceLandmarks
from ..geometry.arrays import Array, Mask
from ..keypoints import PARTS, Keypoints
from .stretches import Stretch
from .timing import typical_rate

FADE_SECONDS = 1.0
"""Before the end of a stretch; until then the next one warms up."""
SAME = 0.2
"""Two sightings of a part are of one thing if its points are closer in the mean than this share of the part's extent.
Of two things there is no middle: one takes the other's place halfway."""


def join(stretches: Sequence[tuple[Stretch, Keypoints]], nominal: float) -> Keypoints | None:
    """One clip of stretches and what is seen in them; nominal rate in 1/s.

    None where two have not the same frames in their overlap: in that file times are not found again.
    """
    kept, seams = [stretches[0][1]], list[tuple[float, float]]()
    for (earlier, _), (_, after) in pairwise(stretches):
        border = earlier.end
        if border is None or not len(after.time):
            continue  # the pictures end before the file does
        before = kept.pop()
        own = int(np.searchsorted(before.time, float(after.time[0])))
        common = len(before.time) - own
        if not common or not np.array_equal(before.time[own:], after.time[:common]):
            return None
        leaving, coming = _rows(before, slice(own, None)), _rows(after, slice(common))
        share = _share_of_coming(leaving.time, border)
        seams.append((border, _difference(leaving, coming, share > 0)))
        kept += [_rows(before, slice(own)), _faded(leaving, coming, share), _rows(after, slice(common, None))]
    first, faces = kept[0], [piece.face for piece in kept if piece.face is not None]
    time = np.concatenate([piece.time for piece in kept])
    return replace(
        first,
        points=np.concatenate([piece.points for piece in kept]),
        confidence=np.concatenate([piece.confidence for piece in kept]),
        depth=np.concatenate([piece.depth for piece in kept if piece.depth is not None]),
        time=time,
        fps=typical_rate(time, nominal),
        jumps=tuple(sorted({jump for _, own in stretches for jump in own.jumps})),
        seams=tuple(seams),
        face=FaceLandmarks(np.concatenate([f.points for f in faces]), np.concatenate([f.scores for f in faces]))
        if faces
        else None,
    )


def _share_of_coming(time: Array, border: float) -> Array:
    """(F,) of the stretch that begins, 0 to 1 at the border, without a corner."""
    part = np.clip(1.0 - (border - time) / FADE_SECONDS, 0.0, 1.0)
    return part * part * (3.0 - 2.0 * part)


def _faded(leaving: Keypoints, coming: Keypoints, share: Array) -> Keypoints:
    """The same frames, from the one to the other by shares (F,) of the second, part by part."""
    points, confidence, depth = leaving.points.copy(), leaving.confidence.copy(), leaving.depth
    assert depth is not None and coming.depth is not None
    depth = depth.copy()
    for part in PARTS:
        weights = leaving.confidence[:, part] * coming.confidence[:, part]
        own = _decided(share, leaving.points[:, part], coming.points[:, part], weights)
        for values, other in ((points, coming.points), (confidence, coming.confidence), (depth, coming.depth)):
            values[:, part] = _mixed(values[:, part], other[:, part], own)
    return replace(
        leaving, points=points, confidence=confidence, depth=depth, face=_face(leaving.face, coming.face, share)
    )


def _face(leaving: FaceLandmarks | None, coming: FaceLandmarks | None, share: Array) -> FaceLandmarks | None:
    if leaving is None or coming is None:
        return None
    both = np.repeat((leaving.seen & coming.seen)[:, None], leaving.points.shape[1], axis=1)
    own = _decided(share, leaving.points[..., :2], coming.points[..., :2], both.astype(np.float64))
    return FaceLandmarks(_mixed(leaving.points, coming.points, own), _mixed(leaving.scores, coming.scores, own))


def _decided(share: Array, a: Array, b: Array, weights: Array) -> Array:
    """(F,) the shares where points (F,N,2) are of one thing, which weights (F,N) say that both see; else 0 or 1."""
    seen = weights.sum(axis=1)
    distance = (np.linalg.norm(a - b, axis=-1) * weights).sum(axis=1)
    same: Mask = (seen > 0) & (distance < SAME * seen * np.ptp(a, axis=1).max(axis=-1))
    return np.where(same, share, np.round(share))


def _mixed(a: NDArray[np.float32], b: NDArray[np.float32], share: Array) -> NDArray[np.float32]:
    """Values (F,...) between two, by shares (F,) of the second."""
    share = share.reshape(-1, *[1] * (a.ndim - 1))
    return ((1.0 - share) * a + share * b).astype(np.float32)


def _difference(leaving: Keypoints, coming: Keypoints, rows: Mask) -> float:
    """Mean distance, pixels, of the keypoints that both see in the rows (F,); 0 where there are none."""
    weights = (leaving.confidence * coming.confidence)[rows]
    distance = np.linalg.norm(leaving.points - coming.points, axis=-1)[rows]
    return float((weights * distance).sum() / max(float(weights.sum()), 1e-9))


def _rows(keypoints: Keypoints, rows: slice) -> Keypoints:
    face, depth = keypoints.face, keypoints.depth
    return replace(
        keypoints,
        points=keypoints.points[rows],
        confidence=keypoints.confidence[rows],
        depth=None if depth is None else depth[rows],
        time=keypoints.time[rows],
        face=None if face is None else FaceLandmarks(face.points[rows], face.scores[rows]),
    )
