"""Joints laid onto the true ones, and how far off they then are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from ...geometry.arrays import Array, Mask, check_shapes
from ...keypoints import Side


@dataclass(frozen=True)
class Joints:
    """Named joints of F frames in the camera's axes, of no particular place."""

    names: tuple[str, ...]
    positions: Array
    """(F,J,3) metres."""
    found: Mask
    """(F,3) where body, left hand and right hand count."""

    def __post_init__(self) -> None:
        frames = len(self.found)
        check_shapes(self, positions=(frames, len(self.names), 3), found=(frames, 3))

    def of(self, names: tuple[str, ...]) -> Array:
        """(F,N,3) the joints of these names."""
        return self.positions[:, [self.names.index(name) for name in names]]


def align(joints: Array, truth: Array, *, rotate: bool, scale: bool) -> Array:
    """Joints (F,N,3) moved onto the truth in each frame by itself; least squares (Umeyama 1991)."""
    centred, target = (x - x.mean(axis=1, keepdims=True) for x in (joints, truth))
    if rotate:
        solved = cast("Any", np.linalg.svd(np.swapaxes(centred, 1, 2) @ target))
        u, singular, vt = cast("tuple[Array, Array, Array]", solved)
        proper = np.ones(singular.shape)
        proper[:, 2] = np.sign(np.linalg.det(u @ vt))
        centred = centred @ (u * proper[:, None]) @ vt
    if scale:
        size = (centred * target).sum((1, 2)) / (centred**2).sum((1, 2))
        centred = centred * np.maximum(size, 0.0)[:, None, None]  # a negative one would be a mirror
    return centred + truth.mean(axis=1, keepdims=True)


ALIGNMENTS = {
    "t": {"rotate": False, "scale": False},
    "t, s": {"rotate": False, "scale": True},
    "R, t": {"rotate": True, "scale": False},
    "R, t, s": {"rotate": True, "scale": True},
}


def distances(joints: Joints, truth: Joints, names: tuple[str, ...], frames: Mask, alignment: str) -> Array:
    """(frames, N) metres of the named joints from the true ones, aligned by themselves."""
    own, exact = (x.of(names)[frames] for x in (joints, truth))
    return np.linalg.norm(align(own, exact, **ALIGNMENTS[alignment]) - exact, axis=-1)


def _limb(start: str, end: str) -> Callable[[Joints, Side], Array]:
    return lambda joints, side: np.subtract(*np.swapaxes(joints.of((f"{side}_{end}", f"{side}_{start}")), 0, 1))


def _palm(joints: Joints, side: Side) -> Array:
    names = tuple(f"{side}_hand_{name}" for name in ("wrist", "index_finger_mcp", "pinky_mcp"))
    wrist, index, pinky = np.swapaxes(joints.of(names), 0, 1)
    return np.cross(index - wrist, pinky - wrist)


DIRECTIONS: dict[str, Callable[[Joints, Side], Array]] = {
    "upper arm": _limb("shoulder", "elbow"),
    "forearm": _limb("elbow", "wrist"),
    "palm normal": _palm,
}


def direction_errors(joints: Joints, truth: Joints, name: str, side: Side, frames: Mask) -> Array:
    """Angles (frames,), degrees, between a direction and the true one in the camera's axes."""
    own, exact = (DIRECTIONS[name](x, side)[frames] for x in (joints, truth))
    return angles_between(own, exact)


def angles_between(vectors: Array, others: Array) -> Array:
    """Degrees (...) between vectors (...,3)."""
    cosine = (vectors * others).sum(-1) / np.linalg.norm(vectors, axis=-1) / np.linalg.norm(others, axis=-1)
    return np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
