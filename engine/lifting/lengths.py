"""One set of bone lengths for a clip: those of one person, whose two sides are of one size."""

import numpy as np

from ..geometry.arrays import Array
from ..skeleton import Skeleton, body_skeleton
from .lift import Lift


def person_lengths(full: Skeleton, body: Lift, hands: list[Lift]) -> Array:
    """Lengths (B,), metres, of the finished skeleton from its parts' networks.

    The networks of hands and legs know proportions only, so their bones get the upper body's size. A bone
    and its mirror image get their mean, weighted by the frames in which each was seen; parts that were not
    seen keep the table's proportions.
    """
    size = _size(body.skeleton, body.clip_lengths)
    sizes = np.array([1.0 if name in body_skeleton().names else size for name in full.names])
    total, frames = np.zeros(len(full.bones)), np.zeros(len(full.bones))
    for lift in (body, *hands):
        bones = lift.skeleton.bones_in(full)
        seen = float(lift.seen.sum())
        total[bones] += seen * lift.clip_lengths * sizes[bones]
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
