"""`.pose`, versions 0.0, 0.1 and 0.2, as it stands: pose-format (Moryossef, Mueller and Fahrni 2021).

https://github.com/sign-language-processing/pose, docs/specs. A header names components and their points; then, in 0.1
and 0.2, all coordinates and all confidences. In 0.0 every frame names its people. 0.1 counts frames in 16 bits, so that
pose-format tells their number by the length of the file.
"""

import struct
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Index, Mask

#: Bytes of a file, five hours of a person with a face; points of a person, and letters of a name: nobody has so many.
_LARGEST, _MOST_POINTS, _LONGEST = 2**32, 10_000, 200
#: Numbers that a file of version 0.0, in which people who are not there need no room, may become: these are 64 MiB, or
#: so many times those that it has.
_SMALL, _PACKED = 2**24, 8
#: Letters of a point's numbers: X, Y, maybe Z and others, and C of confidence.
_FORMS = range(3, 9)
#: Frames a second; what is said to be faster, or to be no number, is not believed.
_FASTEST = 10_000.0
#: Points that are less sure than this, or so many pixels from the corner of the picture, are of nobody.
_SURE, _FAR = 0.05, 1e6


@dataclass(frozen=True)
class Component:
    """Points that belong together, such as a hand."""

    name: str
    points: tuple[str, ...]
    depth: bool
    """Whether it has a third coordinate."""


@dataclass(frozen=True)
class PoseFile:
    """What a file holds: K points of P people over F frames, those of all components one after the other."""

    size: tuple[int, int]
    """Width and height of the picture, pixels, as it says."""
    fps: float
    """Frames a second; 0 where it tells none."""
    components: tuple[Component, ...]
    data: NDArray[np.float32]
    """(F,P,K,D) coordinates; anything, NaN too, of points that are not known."""
    confidence: NDArray[np.float32]
    """(F,P,K), 0 of points that are not known."""

    @property
    def known(self) -> Mask:
        """(F,P,K) which points are told: surely enough, and not too far from the picture."""
        return (self.confidence >= _SURE) & (np.abs(self.data) < _FAR).all(-1)  # which no NaN is

    def person(self, places: Index) -> "PoseFile":
        """The file of one alone, who in each frame is one (F,) of its people, or nobody: -1."""
        frames = np.arange(len(places))
        sure = np.where(places[:, None] < 0, 0.0, self.confidence[frames, places])
        return replace(self, data=self.data[frames, places, None], confidence=sure[:, None].astype(np.float32))

    @property
    def parts(self) -> Generator[tuple[Component, slice]]:
        """Every component, and where among the K points its own are."""
        start = 0
        for component in self.components:
            yield component, slice(start, start + len(component.points))
            start += len(component.points)


class _Bytes:
    """A file's bytes, little-endian, read one thing after the other."""

    def __init__(self, data: bytes) -> None:
        self._data, self._place = data, 0

    @property
    def left(self) -> int:
        """How many are not read yet."""
        return len(self._data) - self._place

    def numbers(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{form}", self._data, self._place)
        self._place += struct.calcsize(f"<{form}")
        return values

    def text(self) -> str:
        length = self.numbers("H")[0]
        if length > _LONGEST:
            raise ValueError(f"a name in it has {length} letters, and {_LONGEST} are the most that are read")
        return self.numbers(f"{length}s")[0].decode("utf-8")

    def floats(self, *shape: int) -> NDArray[np.float32]:
        """The next ones, without a copy."""
        count = int(np.prod(shape, dtype=object))
        if 4 * count > self.left:
            raise ValueError("it is cut")
        values = np.frombuffer(self._data, "<f4", count, self._place).reshape(shape)
        self._place += 4 * count
        return values


def load_pose(path: Path) -> PoseFile:
    """Read a file; ValueError says what is wrong with it, OSError that there is none."""
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"it is larger than {_LARGEST >> 30} GiB")
    try:
        return _read(_Bytes(path.read_bytes()))
    except (struct.error, UnicodeDecodeError) as error:
        raise ValueError("it is no .pose file, or it is cut") from error


def _read(file: _Bytes) -> PoseFile:
    version = round(file.numbers("f")[0], 3)
    if version not in (0.0, 0.1, 0.2):
        raise ValueError(f"it is of version {version:g}, and those that are read are 0, 0.1 and 0.2")
    width, height, _ = file.numbers("3H")
    forms: list[int] = []
    components: list[Component] = []
    count = 0
    for _ in range(file.numbers("H")[0]):
        component, form = _component(file)
        components.append(component)
        forms.append(form)
        count += len(component.points)
        if count > _MOST_POINTS:
            raise ValueError(f"a person has {count} points in it, and {_MOST_POINTS} are the most that are read")
    if not count:
        raise ValueError("it has no points")
    if version == 0.0:
        fps, frames = file.numbers("2H")
        data, sure = _frame_by_frame(file, frames, [len(own.points) for own in components], forms)
    else:
        fps, frames = file.numbers("2H" if version == 0.1 else "fI")
        people, numbers = file.numbers("H")[0], max(forms)
        if version == 0.1 and people:
            frames += max(file.left // (4 * people * count * numbers) - frames, 0) // 2**16 * 2**16
        data = file.floats(frames, people, count, numbers - 1)
        sure = file.floats(frames, people, count)
    if not sure.size:
        raise ValueError("nobody is in it")
    return PoseFile((width, height), fps if 0 < fps < _FASTEST else 0.0, tuple(components), data, sure)


def _component(file: _Bytes) -> tuple[Component, int]:
    """A component, and how many numbers each of its points has."""
    name, form = file.text(), file.text()
    if len(form) not in _FORMS or not form.startswith("XY"):
        raise ValueError(f"points of the form {form[:20]!r} are not places in a picture or in space")
    points, limbs, colours = file.numbers("3H")
    names = tuple(file.text() for _ in range(points))
    file.numbers(f"{2 * limbs + 3 * colours}H")
    return Component(name, names, "Z" in form), len(form)


def _frame_by_frame(
    file: _Bytes, frames: int, counts: list[int], forms: list[int]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Coordinates (F,P,K,D) and confidences (F,P,K) of version 0.0; people are told apart by their place alone."""
    sizes = [count * form for count, form in zip(counts, forms, strict=True)]
    rows: list[list[NDArray[np.float32]]] = []
    for _ in range(frames):
        rows.append([])
        for _ in range(file.numbers("H")[0]):
            file.numbers("h")  # the person's number
            rows[-1].append(file.floats(sum(sizes)))
    shape = (frames, max(map(len, rows), default=0), sum(counts), max(forms))
    if np.prod(shape, dtype=object) > max(_SMALL, _PACKED * sum(values.size for people in rows for values in people)):
        raise ValueError("it tells of more people and frames than fit into memory")
    whole = np.zeros(shape, np.float32)
    starts, ends = np.cumsum([0, *counts]), np.cumsum(sizes)[:-1]
    for frame, people in enumerate(rows):
        for person, values in enumerate(people):
            for start, form, own in zip(starts, forms, np.split(values, ends), strict=False):
                own = own.reshape(-1, form)
                place = whole[frame, person, start : start + len(own)]
                place[:, : form - 1], place[:, -1] = own[:, :-1], own[:, -1]
    return whole[..., :-1], whole[..., -1]
