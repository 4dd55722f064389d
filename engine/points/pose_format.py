"""`.pose`, versions 0.0, 0.1 and 0.2: pose-format (Moryossef, Mueller and Fahrni 2021), with MediaPipe's landmarks.

https://github.com/sign-language-processing/pose, docs/specs. A header names components and their points; then, in 0.1
and 0.2, all coordinates and all confidences. In 0.0 every frame names its people. The body is that of MediaPipe's
world landmarks, where they are there, else that of the picture; hands are those of the picture. `body_points` in its
pose_format/utils/holistic.py writes x and y, of world landmarks too, times the picture's width and height, and leaves
z as MediaPipe gives it: metres of world landmarks, of others shares of the width.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..geometry.arrays import Array
from ..keypoints import HAND_NAMES, Side
from .mediapipe import DOWN, VISIBLE, joined
from .recording import Recording

_WORLD, _PICTURE = "POSE_WORLD_LANDMARKS", "POSE_LANDMARKS"
#: World landmarks that spread over more than this, metres, were multiplied.
_LARGEST = 10.0
#: Depths that spread over less than this share of x's spread are shares of the width.
_FLAT = 0.05


@dataclass(frozen=True)
class Component:
    """Points that belong together, such as a hand."""

    name: str
    form: str
    """A letter for each number: X, Y, Z where there is one, C of confidence."""
    points: tuple[str, ...]


class _Bytes:
    """A file's bytes, little-endian, read one thing after the other."""

    def __init__(self, data: bytes) -> None:
        self._data, self._place = data, 0

    def numbers(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{form}", self._data, self._place)
        self._place += struct.calcsize(f"<{form}")
        return values

    def text(self) -> str:
        return self.numbers(f"{self.numbers('H')[0]}s")[0].decode("utf-8")

    def floats(self, *shape: int) -> Array:
        count = int(np.prod(shape))
        if self._place + 4 * count > len(self._data):
            raise ValueError("it is cut")
        values = np.frombuffer(self._data, "<f4", count, self._place).reshape(shape)
        self._place += 4 * count
        return values.astype(np.float64)


def load_pose(path: Path) -> tuple[tuple[int, int], float, list[Component], Array, Array]:
    """What a file holds as it stands; ValueError says what is wrong with it.

    Size of the picture, frames a second, components, and of F frames of P people all coordinates (F,P,K,D) and
    confidences (F,P,K), the components' points one after the other.
    """
    try:
        return _read(_Bytes(path.read_bytes()))
    except (struct.error, UnicodeDecodeError, OverflowError) as error:
        raise ValueError("it is no .pose file, or it is cut") from error


def read_pose(path: Path) -> list[Recording]:
    """Every person of a file; ValueError says what is wrong with it."""
    size, fps, components, data, sure = load_pose(path)
    starts = np.cumsum([0, *(len(component.points) for component in components)])
    if data.shape[-1] < 3 or not any("Z" in component.form for component in components):
        raise ValueError("its points have no depth; what it holds are places in a picture")
    data = np.where(sure[..., None] >= VISIBLE, data, np.nan)
    parts = {
        own.name: (own.points, _evened(data[:, :, start : start + len(own.points), :3], own, size))
        for own, start in zip(components, starts, strict=False)
    }
    people: list[Recording] = []
    for person in range(data.shape[1]):
        own = {name: (points, values[:, person]) for name, (points, values) in parts.items()}
        hands = {side: _hand(own.get(f"{side.upper()}_HAND_LANDMARKS")) for side in Side}
        world = _WORLD in own and bool(np.isfinite(own[_WORLD][1]).any())
        body = own[_WORLD if world else _PICTURE] if world or _PICTURE in own else None
        names, points = joined(body, {side: hand for side, hand in hands.items() if hand is not None}, scaled=world)
        unit = 1.0 if world else float("nan")
        people.append(Recording.of(names, points, fps=fps or None, unit=unit, up=-DOWN))
    return people


def _read(file: _Bytes) -> tuple[tuple[int, int], float, list[Component], Array, Array]:
    """Size of the picture, frames a second, components, coordinates (F,P,K,D) and confidences (F,P,K) of P people."""
    version = round(file.numbers("f")[0], 3)
    if version not in (0.0, 0.1, 0.2):
        raise ValueError(f"it is of version {version:g}, and those that are read are 0, 0.1 and 0.2")
    width, height, _ = file.numbers("3H")
    components = [_component(file) for _ in range(file.numbers("H")[0])]
    count = sum(len(component.points) for component in components)
    dimensions = max((len(component.form) for component in components), default=1) - 1
    if version == 0.0:
        return (width, height), *_frame_by_frame(file, components, count, dimensions)
    fps, frames = file.numbers("2H" if version == 0.1 else "fI")
    people = file.numbers("H")[0]
    if not frames or not people:
        raise ValueError("nobody is in it")
    data = file.floats(frames, people, count, dimensions)
    return (width, height), fps, components, data, file.floats(frames, people, count)


def _component(file: _Bytes) -> Component:
    name, form = file.text(), file.text()
    points, limbs, colours = file.numbers("3H")
    names = tuple(file.text() for _ in range(points))
    file.numbers(f"{2 * limbs + 3 * colours}H")
    return Component(name, form, names)


def _frame_by_frame(
    file: _Bytes, components: list[Component], count: int, dimensions: int
) -> tuple[float, list[Component], Array, Array]:
    fps, frames = file.numbers("2H")
    rows: list[list[Array]] = []
    for _ in range(frames):
        rows.append([])
        for _ in range(file.numbers("H")[0]):
            file.numbers("h")  # the person's number
            own = np.zeros((count, dimensions + 1))
            start = 0
            for component in components:
                values = file.floats(len(component.points), len(component.form))
                own[start : start + len(values), : values.shape[1] - 1] = values[:, :-1]
                own[start : start + len(values), -1] = values[:, -1]
                start += len(values)
            rows[-1].append(own)
    people = max((len(row) for row in rows), default=0)
    if not people:
        raise ValueError("nobody is in it")
    whole = np.array([[*row, *[np.zeros((count, dimensions + 1))] * (people - len(row))] for row in rows])
    return fps, components, whole[..., :-1], whole[..., -1]


def _evened(points: Array, component: Component, size: tuple[int, int]) -> Array:
    """Points (F,P,K,3) with one unit for x, y and z: metres of world landmarks, pixels of others."""
    if not np.isfinite(points).any():
        return points
    across, _, deep = np.nanmax(points, axis=(0, 1, 2)) - np.nanmin(points, axis=(0, 1, 2))
    if component.name == _WORLD:
        return points / [*size, 1.0] if across > _LARGEST else points
    return points * [1.0, 1.0, size[0]] if deep < _FLAT * across else points


def _hand(part: tuple[tuple[str, ...], Array] | None) -> Array | None:
    """(F,21,3) of a hand, where the file has all of one."""
    if part is None or [name.lower() for name in part[0]] != list(HAND_NAMES) or not np.isfinite(part[1]).any():
        return None
    return part[1]
