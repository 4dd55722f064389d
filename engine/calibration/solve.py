"""Cameras from where they see the corners of a board: Zhang's method (2000), as OpenCV has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..cameras.calibration import Calibrated, calibrated
from ..errors import InputError
from ..geometry.arrays import Array, check_shapes
from ..geometry.camera import Extrinsics
from .opencv import cv2

#: Pictures of the board that one camera needs, pictures that two cameras need of it at once, and corners in each.
PICTURES, TOGETHER, CORNERS = 5, 1, 6


@dataclass(frozen=True)
class Seen:
    """Corners of the board in one picture."""

    ids: list[int]
    """(N) which ones."""
    pixels: Array
    """(N,2)."""

    def __post_init__(self) -> None:
        check_shapes(self, pixels=(len(self.ids), 2))


def solve_cameras(
    seen: Mapping[str, Mapping[int, Seen]], sizes: Sequence[tuple[int, int]], corners: Array
) -> list[Calibrated]:
    """Cameras by name, of what each has seen at moments, numbered alike in all, from the first one's axes.

    `corners` (C,3) metres, on the board; `sizes` of the pictures, pixels. Raises InputError where a camera saw the
    board too seldom.
    """
    flat = corners.astype(np.float32)
    lenses: list[tuple[Array, Array]] = []
    for (name, own), size in zip(seen.items(), sizes, strict=True):
        pictures = [one for one in own.values() if len(one.ids) >= CORNERS]
        if len(pictures) < PICTURES:
            raise InputError(
                f"{name} shows the board in {len(pictures)} pictures; show it in {PICTURES} at least, tilted."
            )
        points = [flat[one.ids] for one in pictures], [one.pixels.astype(np.float32) for one in pictures]
        _, matrix, bent, _, _ = cv2.calibrateCamera(*points, size, None, None)
        lenses.append((matrix, bent.ravel()))
    found = [Extrinsics(np.eye(3), np.zeros(3))]
    (first, first_seen), *others = seen.items()
    for number, (name, own) in enumerate(others, 1):
        both = [_common(first_seen[moment], own[moment]) for moment in own if moment in first_seen]
        both = [one for one in both if len(one[0]) >= CORNERS]
        if len(both) < TOGETHER:
            raise InputError(f"{first} and {name} never show the board at once; show it to both.")
        ids, one, other = zip(*both, strict=True)
        on_board = [flat[chosen] for chosen in ids]
        solved = cv2.stereoCalibrate(
            on_board, one, other, *lenses[0], *lenses[number], sizes[0], flags=cv2.CALIB_FIX_INTRINSIC
        )
        found.append(Extrinsics(solved[5], solved[6].ravel()))
    return [
        calibrated(name, *lens, extrinsics, (float(size[0]), float(size[1])))
        for name, lens, extrinsics, size in zip(seen, lenses, found, sizes, strict=True)
    ]


def _common(one: Seen, other: Seen) -> tuple[list[int], Array, Array]:
    """Corners that both pictures show, and where, (N,2) pixels of each."""
    ids = [corner for corner in one.ids if corner in other.ids]
    first, second = (own.pixels[[own.ids.index(corner) for corner in ids]].astype(np.float32) for own in (one, other))
    return ids, first, second
