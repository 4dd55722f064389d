"""Joints by their names, and how far they and the directions between them are from the true ones."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...geometry.arrays import Array, Mask, check_shapes
from ...keypoints import Side
from .metrics import angles_between


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
