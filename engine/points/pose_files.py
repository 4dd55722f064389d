"""People of a `.pose` file: in space where that is all that it holds of them, else in a picture.

Points in space are `POSE_WORLD_LANDMARKS`, and hands by the same word; the parts of a body that a picture shows go by
other names. Of MediaPipe's landmarks, which have both, the picture counts: lifted, joints are nearer to where they are
(docs/points.md).
"""

from pathlib import Path

import numpy as np

from ..geometry.arrays import Array
from ..keypoints import HAND_NAMES, Side
from .followed import follow
from .mediapipe import DOWN, VISIBLE, joined
from .pictured import FACE, Pictured
from .pose_format import Component, PoseFile, load_pose
from .recording import Recording

WORLD = "POSE_WORLD_LANDMARKS"
WORLD_HANDS = {side: f"{side.upper()}_HAND_WORLD_LANDMARKS" for side in Side}
_HANDS = {side: f"{side.upper()}_HAND_LANDMARKS" for side in Side}
#: World landmarks that spread over more than this, metres, were multiplied.
_LARGEST = 10.0
#: Depths that spread over less than this share of x's spread are shares of the width.
_FLAT = 0.05


def read_pose(path: Path) -> list[Recording] | list[Pictured]:
    """Every human being of a file, followed through it; ValueError says what is wrong with it."""
    file = load_pose(path)
    people = follow(file)
    names = {component.name for component in file.components}
    if names & set(WORLD_HANDS.values()) or (WORLD in names and not names - {WORLD, FACE, *_HANDS.values()}):
        return [_in_space(file.person(places)) for places in people]
    return [Pictured(file, places) for places in people]


def _in_space(file: PoseFile) -> Recording:
    """Of one alone, metres, x right, y down, z away.

    `body_points` in pose-format's utils/holistic.py writes x and y of world landmarks, too, times the picture's width
    and height, and of a picture's landmarks z as a share of the width.
    """
    sure = file.confidence[:, 0]
    data = np.where(sure[..., None] >= VISIBLE, file.data[:, 0, :, :3].astype(np.float64), np.nan)
    parts = {
        component.name: (component.points, _evened(data[:, columns], component, file.size))
        for component, columns in file.parts
        if component.depth
    }
    hands = {side: _hand(parts.get(WORLD_HANDS[side], parts.get(_HANDS[side]))) for side in Side}
    scaled = not parts.keys() & set(WORLD_HANDS.values())
    there = {side: hand for side, hand in hands.items() if hand is not None}
    names, points = joined(parts.get(WORLD), there, scaled=scaled)
    return Recording.of(names, points, fps=file.fps or None, unit=1.0, up=-DOWN)


def _evened(points: Array, component: Component, size: tuple[int, int]) -> Array:
    """Points (F,K,3) with one unit for x, y and z: metres of world landmarks, pixels of others."""
    if not np.isfinite(points).any():
        return points
    across, _, deep = np.nanmax(points, axis=(0, 1)) - np.nanmin(points, axis=(0, 1))
    if component.name == WORLD:
        return points / [*size, 1.0] if across > _LARGEST else points
    return points * [1.0, 1.0, size[0]] if deep < _FLAT * across else points


def _hand(part: tuple[tuple[str, ...], Array] | None) -> Array | None:
    """(F,21,3) of a hand, where the file has all of one."""
    if part is None or [name.lower() for name in part[0]] != list(HAND_NAMES) or not np.isfinite(part[1]).any():
        return None
    return part[1]
