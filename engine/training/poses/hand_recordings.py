"""Recorded hands as 21 points of a right hand: Leap Motion signing and Quest hand poses."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...geometry.arrays import check_shapes

#: No recording is in two of them; the test split belongs to rendered test signers alone.
SPLITS = ("train", "dev", "test")
#: Rows kept of the Leap recordings: 57 a second are near copies of each other.
LEAP_STRIDE = 3
_QUEST_SPLIT = np.array([1, 0, 0, 2, 0, 0])
#: Rows of the 21 points among the 25 joints of Quest hands.
QUEST_POINTS = [0, 1, 2, 3, 4, *(i for finger in range(4) for i in range(6 + 5 * finger, 10 + 5 * finger))]


@dataclass(frozen=True)
class HandRecordings:
    """N right hands (left ones mirrored); the 21 points are MediaPipe's."""

    joints: NDArray[np.float32]
    """(N,21,3) metres, relative to the wrist."""
    source: NDArray[np.int64]
    """(N,) 0 Leap Motion, 1 Quest: each has a hand template of its own."""
    split: NDArray[np.int64]
    """(N,) index into SPLITS."""

    def __post_init__(self) -> None:
        count = len(self.joints)
        check_shapes(self, joints=(count, 21, 3), source=(count,), split=(count,))


def load_hands(data: Path) -> HandRecordings:
    """Read `hands/` of the data folder."""
    leap, leap_split = _leap(data / "hands" / "thai_sign_leap.npz")
    quest, quest_split = _quest(data / "hands" / "handy_js" / "handy_asl_poses.npz")
    return HandRecordings(
        np.concatenate([leap, quest]),
        np.repeat([0, 1], [len(leap), len(quest)]),
        np.concatenate([leap_split, quest_split]),
    )


def _leap(path: Path) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    with np.load(path) as arrays:
        fingers = arrays["joints_rel_mm"][:, :, 1:].astype(np.float32) / 1000.0
        side = arrays["side"]
        split = np.zeros(len(side), dtype=np.int64)
        held_out = 0
        for (start, end), name in zip(arrays["clip_range"], arrays["clip_split"], strict=True):
            if name == "dev":  # shared out between development and test
                split[start:end] = 1 + held_out % 2
                held_out += 1
    points = np.concatenate([np.zeros((len(fingers), 1, 3), np.float32), fingers.reshape(-1, 20, 3)], 1)
    points[side == 0] *= np.array([-1.0, 1.0, 1.0], np.float32)
    return points[::LEAP_STRIDE], split[::LEAP_STRIDE]


def _quest(path: Path) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    with np.load(path) as arrays:
        points = arrays["joints_mm"][:, QUEST_POINTS].astype(np.float32) / 1000.0
        points[arrays["side"] == "left"] *= np.array([-1.0, 1.0, 1.0], np.float32)
        pose = np.unique(arrays["pose_names"], return_inverse=True)[1]  # the same for both sides
    return points - points[:, :1], _QUEST_SPLIT[pose % len(_QUEST_SPLIT)]
