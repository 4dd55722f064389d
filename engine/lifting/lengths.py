"""One set of bone lengths for a clip: those of one person, whose two sides are of one size."""

from collections.abc import Callable, Mapping

import numpy as np

from ..geometry.arrays import Array
from ..skeleton import Skeleton, body_skeleton
from .lift import Lift
from .observations import Picture
from .refine import refine_lengths


def known_lengths(skeleton: Skeleton, known: Mapping[str, float] | None) -> Array:
    """(B,) metres, of bones whose lengths are known by name; NaN of the others."""
    return np.array([(known or {}).get(name, np.nan) for name in skeleton.names])


def clip_lengths(lift: Lift, *pictures: Picture, metric: bool = False) -> Array:
    """Lengths (B,), metres, of a part: the median of what the network says, brought to what pictures show.

    Their sum stays, unless the pictures are of cameras whose places are known in metres.
    """
    own, shown = lift.rows(lift.seen), [picture.rows(lift.seen) for picture in pictures]
    median = np.median(own.lengths, axis=0)
    return refine_lengths(own.skeleton, own.angles, own.spreads, median, *shown, metric=metric)


def person_lengths(
    full: Skeleton,
    body: Lift,
    hands: list[Lift],
    estimate: Callable[[Lift], Array],
    known: Mapping[str, float] | None = None,
    *,
    metric: bool = False,
) -> Array:
    """Lengths (B,), metres, of the finished skeleton: those that are known, the others of their size.

    `estimate` is `clip_lengths` of a part, whose size it tells where it is `metric`. None is estimated where all are
    known.
    """
    lengths = known_lengths(full, known)
    told = np.isfinite(lengths)
    if told.all():
        return lengths
    found = _estimated(full, body, hands, estimate, metric)
    scale = lengths[told].sum() / found[told].sum() if told.any() else 1.0
    return np.where(told, lengths, scale * found)


def _estimated(full: Skeleton, body: Lift, hands: list[Lift], estimate: Callable[[Lift], Array], metric: bool) -> Array:
    """Lengths (B,), metres, of the finished skeleton from its parts'.

    The networks of hands and legs know proportions only, so their bones get the upper body's size, unless lengths are
    metric. A bone and its mirror image get their mean, weighted by the frames in which each was seen; parts that were
    not seen keep the table's proportions.
    """
    parts = [(lift, estimate(lift)) for lift in (body, *hands)]
    size = _size(body.skeleton, parts[0][1])
    own = {name for lift, _ in parts for name in lift.skeleton.names} if metric else body_skeleton().names
    sizes = np.array([1.0 if name in own else size for name in full.names])
    total, frames = np.zeros(len(full.bones)), np.zeros(len(full.bones))
    for lift, lengths in parts:
        bones = lift.skeleton.bones_in(full)
        seen = float(lift.seen.sum())
        total[bones] += seen * lengths * sizes[bones]
        frames[bones] += seen
    total, frames = total + total[full.mirrored], frames + frames[full.mirrored]
    return np.where(frames > 0, total / np.maximum(frames, 1.0), full.lengths * size)


def of_height(skeleton: Skeleton, lengths: Array, height: float) -> Array:
    """The lengths (B,) for a person of a height, metres; a hand by itself has those of average size."""
    return lengths * (height / skeleton.stature / _size(skeleton, lengths))


def _size(skeleton: Skeleton, lengths: Array) -> float:
    """How much larger than the table's an upper body of these lengths (B,) is; 1 for a hand by itself."""
    body = [skeleton.names.index(name) for name in body_skeleton().names if name in skeleton.names]
    return float(lengths[body].sum() / skeleton.lengths[body].sum()) if body else 1.0


def lengths_of(full: Skeleton, lengths: Array, part: Skeleton) -> Array:
    """The part's bones (...,B) among the finished skeleton's lengths (...,B)."""
    return lengths[..., part.bones_in(full)]
