"""A picture in the picture: a rectangle around a person whose sides are cuts, not edges of things before the camera.

A cut is sharper than lenses are, straight to the pixel, it stays, and no body is in front of it: where the picture
ends, so does the person.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Image, Mask
from .view import Box

FAINTEST = 6
"""Least difference of two pixels that are a step, of 255: less is noise."""
SHARP = 2
"""A step is so many times as large as any within 2 and 3 pixels of it."""
LEAST_OF_SIDE = 0.5
"""Of every side, and of the bottom below the person, so much is a step, over all pictures. The best rectangle that
ordinary videos hold has 0.22; insets have 0.6 to 1, but for heavily compressed ones that were made smaller later."""
MOST_OF_PICTURE = 0.5
"""An inset has less than this of the area; a frame around nearly all of the picture leaves its camera as it is."""


class Cuts:
    """Where pictures of one size (width, height) have steps."""

    def __init__(self, size: tuple[int, int]) -> None:
        width, height = size
        self._upright = np.zeros((height, width), np.uint8)
        self._level = np.zeros((width, height), np.uint8)
        self._pictures = 0

    def add(self, image: Image) -> None:
        """One more picture (H,W,3)."""
        self._upright += _steps(image)
        self._level += _steps(image.transpose(1, 0, 2))
        self._pictures += 1

    def around(self, body: Box) -> Box | None:
        """The inset that a body is in; None where that is not sure, as in a still: of that nothing is known to stay."""
        if self._pictures < 2:
            return None
        height, width = self._upright.shape
        across, down = slice(body.left, body.right), slice(body.top, body.bottom)
        upright, level = self._is_side(self._upright[down]), self._is_side(self._level[across])
        left, right = _last(upright[: body.left]), body.right + _first(upright[body.right :])
        top, bottom = _last(level[: body.top]), body.bottom + _first(level[body.bottom :])
        box = Box(left, top, right, bottom)
        if not (left and top and right < width and bottom < height):
            return None
        across, down = slice(left, right), slice(top, bottom)
        sides = (self._upright[down, [left, right]], self._level[across, [top, bottom]])
        small = (right - left) * (bottom - top) < MOST_OF_PICTURE * width * height
        return box if small and all(self._is_side(side).all() for side in sides) else None

    def _is_side(self, steps: NDArray[np.uint8]) -> Mask:
        """Of steps along lines (N,L), which lines (L,) are steps enough over all pictures."""
        return steps.mean(axis=0) / self._pictures >= LEAST_OF_SIDE


def _steps(image: Image) -> Mask:
    """(H,W) where a pixel of a picture (H,W,3) begins something other than the one on its left shows."""
    near, far = image[:, 1:], image[:, :-1]
    change = np.zeros(image.shape[:2], np.uint8)
    change[:, 1:] = (np.maximum(near, far) - np.minimum(near, far)).max(axis=-1)
    padded = np.pad(change, ((0, 0), (3, 3)))
    width = change.shape[1]
    beside = np.maximum.reduce([padded[:, place : place + width] for place in (0, 1, 5, 6)])
    return (change >= FAINTEST) & (change // SHARP >= beside)


def _last(found: Mask) -> int:
    """Index of the last that holds; 0 where none does."""
    return int(np.flatnonzero(found).max(initial=0))


def _first(found: Mask) -> int:
    """Index of the first that holds; their number where none does."""
    return int(np.flatnonzero(found).min(initial=len(found)))
