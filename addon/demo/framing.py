"""Which part of the video the preview shows, and how large."""

from dataclasses import dataclass

import numpy as np

from ...engine.keypoints import HANDS, POSE_NAMES, Side
from ...engine.motion import Motion

WIDEST, HIGHEST = 1280, 640
"""Limits of the whole preview, pixels."""
PANELS = 3
_MARGIN = 1.25
_SHOWN = [*range(POSE_NAMES.index("left_hip")), *range(HANDS[Side.LEFT].start, HANDS[Side.RIGHT].stop)]


@dataclass(frozen=True)
class Framing:
    """What every panel shows, so that they compare at a glance."""

    box: tuple[int, int, int, int]
    """Left, top, width, height in pixels of the upright video."""
    panel: tuple[int, int]
    """Width and height of one of the panels, even pixels."""


def frame_person(motion: Motion) -> Framing:
    """A square around head, arms and hands of the whole clip, as far as the picture reaches."""
    width, height = (int(side) for side in motion.size)
    points = motion.keypoints[:, _SHOWN][motion.confidence[:, _SHOWN] > 0.5]
    points = np.clip(points, 0, (width, height)) if len(points) else np.array([[0, 0], [width, height]])
    low, high = points.min(0), points.max(0)
    side = round(float((high - low).max()) * _MARGIN)
    shown = (min(side, width), min(side, height))
    left, top = (
        round(float(np.clip(middle - part / 2, 0, whole - part)))
        for middle, part, whole in zip((low + high) / 2, shown, (width, height), strict=True)
    )
    scale = min(WIDEST / PANELS / shown[0], HIGHEST / shown[1])
    panel = (_even(shown[0] * scale), _even(shown[1] * scale))
    return Framing((left, top, *shown), panel)


def _even(pixels: float) -> int:
    """H.264 with halved colour needs even sides."""
    return max(2, int(pixels) // 2 * 2)
