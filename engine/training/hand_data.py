"""Recorded hands as 21 points of a right hand: Leap Motion signing and Quest hand poses."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

#: Rows kept of the Leap recordings: 57 a second are near copies of each other.
LEAP_STRIDE = 3
_QUEST_POINTS = [0, 1, 2, 3, 4, *(i for finger in range(4) for i in range(6 + 5 * finger, 10 + 5 * finger))]


@dataclass(frozen=True)
class HandRecordings:
    """N right hands (left ones mirrored); the 21 points are MediaPipe's."""

    joints: NDArray[np.float32]
    """(N,21,3) metres, relative to the wrist."""
    source: NDArray[np.int64]
    """(N,) 0 Leap Motion, 1 Quest: each has a hand template of its own."""
    dev: NDArray[np.bool_]
    """(N,) rows of the development split."""


def load_hands(data: Path) -> HandRecordings:
    """Read `hands/` of the data folder."""
    leap, leap_dev = _leap(data / "hands" / "thai_sign_leap.npz")
    quest = _quest(data / "hands" / "handy_js" / "handy_asl_poses.npz")
    return HandRecordings(
        np.concatenate([leap, quest]),
        np.repeat([0, 1], [len(leap), len(quest)]),
        np.concatenate([leap_dev, np.arange(len(quest)) % 6 == 0]),
    )


def _leap(path: Path) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    with np.load(path) as arrays:
        fingers = arrays["joints_rel_mm"][:, :, 1:].astype(np.float32) / 1000.0
        side = arrays["side"]
        dev = np.zeros(len(side), dtype=bool)
        for (start, end), split in zip(arrays["clip_range"], arrays["clip_split"], strict=True):
            dev[start:end] = split == "dev"
    points = np.concatenate([np.zeros((len(fingers), 1, 3), np.float32), fingers.reshape(-1, 20, 3)], 1)
    points[side == 0] *= np.array([-1.0, 1.0, 1.0], np.float32)
    return points[::LEAP_STRIDE], dev[::LEAP_STRIDE]


def _quest(path: Path) -> NDArray[np.float32]:
    with np.load(path) as arrays:
        points = arrays["joints_mm"][:, _QUEST_POINTS].astype(np.float32) / 1000.0
        points[arrays["side"] == "left"] *= np.array([-1.0, 1.0, 1.0], np.float32)
    return points - points[:, :1]
