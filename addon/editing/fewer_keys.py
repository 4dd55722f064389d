"""Which keys a motion can do without: the top-down algorithm of Douglas and Peucker (1973), judged in space.

Their lines are judged by what is left out of them; here forward kinematics judges what an angle that is left
out does to every joint. Blender's own Decimate bounds the error of each curve alone, which says nothing of
fingertips, and bends curves beyond the limits between keys.
"""

import numpy as np

from ...engine.geometry.arrays import Array, Mask, in_blocks
from ...engine.skeleton import Pose, Skeleton, forward_kinematics

_BLOCK = 128
#: Of the bounds: float32 keys are off by less than the rest.
_MARGIN = 0.999
#: Bones that do more than this share of the most that one bone does to an error get a key.
_TO_BLAME = 0.5


def fewer_keys(
    skeleton: Skeleton, lengths: Array, values: Array, owners: list[int], free: Mask, distance: float, turn: float
) -> Mask:
    """(F,B) where bones need keys, so that no joint is moved by more than `distance`, metres, in any frame, and
    no bone turned by more than `turn`, radians, in space; linear between keys.

    `values` (F,C) are angles and the root's location, `owners` (C,) whose they are. Bones that are not `free`
    (B,) keep all keys. Each round keys the bones to blame at their worst frame between two keys, until no
    frame is off by more than allowed; one in which a bone's carriers all have keys is not off at all.
    """
    kept = np.tile(~free, (len(values), 1))
    kept[[0, -1]] = True
    blame, reduced = np.zeros(kept.shape), values
    while True:
        before, reduced = reduced, between_keys(values, owners, kept)
        changed = (reduced != before).any(axis=1)
        if changed.any():
            blame[changed] = _blame(skeleton, lengths, values[changed], reduced[changed], distance, turn)
        worst = _worst(blame, kept)
        if not worst.any():
            return kept
        kept = kept | worst


def between_keys(values: Array, owners: list[int], kept: Mask) -> Array:
    """Values (F,C) with those in frames without a key (F,B) interpolated, linearly."""
    frames = np.arange(len(values))
    columns = [np.interp(frames, frames[kept[:, b]], values[kept[:, b], c]) for c, b in enumerate(owners)]
    return np.stack(columns, axis=1)


def _worst(blame: Array, kept: Mask) -> Mask:
    """(F,B) of blame (F,B) the largest between each two keys of a bone, where there is any."""
    worst = np.zeros_like(kept)
    for bone in range(kept.shape[1]):
        segment = np.cumsum(kept[:, bone])
        order = np.lexsort((-blame[:, bone], segment))
        first = order[np.unique(segment[order], return_index=True)[1]]
        worst[first, bone] = blame[first, bone] > 0
    return worst


def _blame(skeleton: Skeleton, lengths: Array, exact: Array, reduced: Array, distance: float, turn: float) -> Array:
    """(F,B) how much a bone's own error does to what is off by more than allowed; 0 where it does little."""
    carried = _carried(skeleton)

    def blame_in(exact: Array, reduced: Array) -> Array:
        true, made = (forward_kinematics(skeleton, values[:, :-3], lengths) for values in (exact, reduced))
        moved = np.linalg.norm(_tails(skeleton, true, exact) - _tails(skeleton, made, reduced), axis=-1)
        turned = _angle_between(true.rotations, made.rotations)
        too_far, too_much = moved > distance * _MARGIN, turned > turn * _MARGIN
        off = np.flatnonzero((too_far | too_much).any(axis=1))
        error = np.abs(exact - reduced)[off]
        own = np.zeros((len(off), 1, len(skeleton.bones)))
        for channel, (bone, _) in enumerate(skeleton.freedoms):
            own[:, 0, bone] += error[:, channel]
        turns = own * carried
        moves = turns * np.linalg.norm(true.tails[off, :, None] - true.heads[off, None], axis=-1)
        moves[:, :, 0] += error[:, None, -3:].sum(-1)
        blame = np.zeros((len(exact), len(skeleton.bones)))
        blame[off] = np.maximum(_largest(moves, too_far[off]) / distance, _largest(turns, too_much[off]) / turn)
        return blame

    return in_blocks(blame_in, exact, reduced, size=_BLOCK)


def _largest(shares: Array, off: Mask) -> Array:
    """(F,B) the largest of the shares (F,J,B) that bones have in what is off (F,J), each beside the largest there."""
    large = shares >= _TO_BLAME * shares.max(axis=-1, keepdims=True)
    return np.where(large & off[..., None], shares, 0.0).max(axis=1)


def _tails(skeleton: Skeleton, pose: Pose, values: Array) -> Array:
    """(F,B,3) metres, from the root joint at rest."""
    return pose.tails + (values[:, -3:] @ skeleton.rest[0].T)[:, None]


def _angle_between(a: Array, b: Array) -> Array:
    """(...) radians between rotations (...,3,3)."""
    return 2 * np.arcsin(np.clip(np.linalg.norm(a - b, axis=(-2, -1)) / np.sqrt(8), 0.0, 1.0))


def _carried(skeleton: Skeleton) -> Mask:
    """(B,B) whether a bone, the first, is the second or carried by it."""
    carried = np.eye(len(skeleton.bones), dtype=bool)
    for bone, parent in enumerate(skeleton.bone_parents):
        if parent >= 0:
            carried[bone] |= carried[parent]
    return carried
