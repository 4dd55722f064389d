"""A person's bones, measured between known joints."""

from dataclasses import dataclass

import numpy as np

from ..geometry.arrays import Array, Mask
from ..skeleton import Skeleton

#: Of a spine that bends, the straightest frames tell the length: this percentile of the distance between its ends.
_STRAIGHT = 90.0


@dataclass(frozen=True)
class Measured:
    """Bones of a skeleton, of one person."""

    lengths: Array
    """(B,) metres, both sides equal; of a bone that no joints tell the table's, at the person's size."""
    size: float
    """How many times as large as the table's the bones are that joints tell; NaN where none do."""


def measure(skeleton: Skeleton, joints: Array, known: Mask) -> Measured:
    """The medians over F frames of distances between joints (F,J,3), of any unit, that are known (F,J)."""
    found = np.full(len(skeleton.bones), np.nan)
    for joint, (bone, parent) in enumerate(zip(skeleton.joint_bones, skeleton.parents, strict=True)):
        if bone >= 0:
            found[bone] = _typical(joints, known, parent, joint, 50.0)
    _measure_trunk(skeleton, joints, known, found)
    both = np.stack([found, found[skeleton.mirrored]])
    told = np.isfinite(both)
    count = told.sum(0)
    found = np.where(count > 0, np.where(told, both, 0.0).sum(0) / np.maximum(count, 1), np.nan)
    there = np.isfinite(found)
    size = float(found[there].sum() / skeleton.lengths[there].sum()) if there.any() else np.nan
    return Measured(np.where(there, found, skeleton.lengths * size), size)


def _measure_trunk(skeleton: Skeleton, joints: Array, known: Mask, found: Array) -> None:
    """The spine's two halves by the distance between its ends, where its middle is not known."""
    halves = [bone for bone, name in enumerate(skeleton.names) if name in ("spine", "chest")]
    if halves and not np.isfinite(found[halves]).all():
        hips, neck = (skeleton.joints.index(name) for name in ("mid_hips", "neck"))
        whole = _typical(joints, known, hips, neck, _STRAIGHT)
        found[halves] = whole * skeleton.lengths[halves] / skeleton.lengths[halves].sum()


def _typical(joints: Array, known: Mask, start: int, end: int, percentile: float) -> float:
    both = known[:, start] & known[:, end]
    distances: Array = np.linalg.norm(joints[both, end] - joints[both, start], axis=-1)
    return float(np.percentile(distances, percentile)) if both.any() else np.nan
