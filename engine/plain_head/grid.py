"""The skin of a plain head as a grid with slits for eyes and mouth, the lids' rims and the bag of the mouth."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from ..geometry.arrays import Array, Index, Mask
from .skin import EYE, EYE_RADIUS, LIP_ROWS, MOUTH, VERMILION, skin_at

#: Columns of the grid: to the front as shares of half the width, then angles, degrees, round to the back.
_FRONT = (0, 0.06, 0.12, 0.18, 0.235, 0.28, 0.335, 0.39, 0.45, 0.515, 0.575, 0.635, 0.695)
_ASIDE = (50, 57, 66, 76, 88, 104, 122, 142, 161, 180)
_EYE_COLUMNS, _MOUTH_COLUMN = (5, 12), 8
#: Rows of the grid: heights, and distances from the slits.
_LOW = (-0.158, -0.146, -0.136, -0.128, -0.121, -0.116, -0.111, -0.106, -0.100, -0.094, -0.087, -0.080)
_CHEEKS = (-0.030, -0.0245, -0.019, -0.0135, -0.008, -0.003)
_ORBITS = (0.0017, 0.0038, 0.0064, 0.0098, 0.0140, 0.0195)
_HIGH = (0.045, 0.052, 0.061, 0.073, 0.086, 0.099, 0.111, 0.120, 0.127, 0.1315, 0.1333)
#: The bag of the mouth, ring after ring: its width, how far behind the lips and how high and low it is.
_BAG = ((0.99, 0.004, 0.003), (0.97, 0.0065, 0.0135), (0.9, 0.022, 0.015), (0.8, 0.040, 0.012))


@dataclass
class Form:
    """A head of N points in the making."""

    points: list[Array] = field(default_factory=list[Array])
    """(3,) each, metres."""
    faces: list[tuple[int, ...]] = field(default_factory=list[tuple[int, ...]])
    """Indices of the corners of each."""
    materials: list[str] = field(default_factory=list[str])
    """Of each face."""
    parts: list[str] = field(default_factory=list[str])
    """Of each point: skin, mouth, brow, ear, upper teeth, lower teeth, tongue."""
    above: list[bool] = field(default_factory=list[bool])
    """Whether a point is above the line of the mouth; of lips that touch, too."""

    def add(self, points: Array, part: str, above: Mask) -> int:
        """Add points (N,3), and tell the index of the first."""
        self.points.extend(points)
        self.parts.extend([part] * len(points))
        self.above.extend(above.tolist())
        return len(self.points) - len(points)

    def face(self, corners: Iterable[int], material: str) -> None:
        """Add a face; corners that are one are taken once."""
        self.faces.append(tuple(dict.fromkeys(int(corner) for corner in corners)))
        self.materials.append(material)

    def sheet(self, points: Array, part: str, material: str, *, closed: bool = False) -> None:
        """Add a grid (R,C,3) of faces; a closed one goes round."""
        rows, columns = points.shape[:2]
        flat = points.reshape(-1, 3)
        first = self.add(flat, part, flat[:, 2] > MOUTH[2])
        for r in range(rows - 1):
            for c in range(columns if closed else columns - 1):
                n = (c + 1) % columns
                corners = [(r, c), (r, n), (r + 1, n), (r + 1, c)]
                self.face((first + row * columns + column for row, column in corners), material)


class Grid:
    """The skin: rows from the neck to the crown, columns from one side of the back round to the other."""

    def __init__(self, form: Form, upper: float, lower: float) -> None:
        self._form = form
        half = np.concatenate([np.arcsin(_FRONT), np.radians(_ASIDE)])
        self._turns = np.concatenate([-half[-2:0:-1], half])
        self._middle = len(half) - 2
        slits = [_around(MOUTH[2], LIP_ROWS), _around(EYE[2], _ORBITS)]
        self._heights = np.concatenate([_LOW, slits[0], _CHEEKS, slits[1], _HIGH])
        self.mouth_row, self.eye_row = (int(np.flatnonzero(self._heights == z)[0]) for z in (MOUTH[2], EYE[2]))
        self._upper = self._rows(upper, lower)
        self._lower = self._upper.copy()
        self._split(upper, lower)
        self._skin()

    def _rows(self, upper: float, lower: float) -> Index:
        """(R,C) indices of new points."""
        turns, heights = np.meshgrid(self._turns, self._heights)
        points = skin_at(turns.ravel(), heights.ravel(), upper, lower)
        first = self._form.add(points, "skin", heights.ravel() >= MOUTH[2])
        return first + np.arange(heights.size).reshape(heights.shape)

    def _split(self, upper: float, lower: float) -> None:
        """Give the slits' columns a second point each, of what is below."""
        for row, columns in [(self.mouth_row, self.mouth[1:-1]), *((self.eye_row, eye[1:-1]) for eye in self.eyes)]:
            heights = np.full(len(columns), self._heights[row])
            points = skin_at(self._turns[columns], heights, upper, lower, above=False)
            first = self._form.add(points, "skin", heights > MOUTH[2])
            self._lower[row, columns] = first + np.arange(len(columns))

    @property
    def mouth(self) -> Index:
        """Columns from the right corner of the mouth to the left one."""
        return self._middle + np.arange(-_MOUTH_COLUMN, _MOUTH_COLUMN + 1)

    @property
    def eyes(self) -> tuple[Index, Index]:
        """Columns of the left and the right eye, from corner to corner."""
        columns = np.arange(_EYE_COLUMNS[0], _EYE_COLUMNS[1] + 1)
        return self._middle + columns, self._middle - columns[::-1]

    def _skin(self) -> None:
        count = len(self._turns)
        for row in range(len(self._heights) - 1):
            for column in range(count):
                after = (column + 1) % count
                low, high = self._upper[row], self._lower[row + 1]
                corners = (low[column], low[after], high[after], high[column])
                self._form.face(corners, self._material(row, column))
        self._form.face(self._upper[-1], "skin")

    def _material(self, row: int, column: int) -> str:
        from_mouth = row - self.mouth_row
        if -VERMILION - 1 <= from_mouth < VERMILION and self.mouth[0] <= column < self.mouth[-1]:
            return "lip"
        in_eye = any(eye[0] <= column < eye[-1] for eye in self.eyes)
        return "lash" if in_eye and row == self.eye_row else "skin"

    def _loop(self, row: int, columns: Index) -> Index:
        """Indices around a slit: above from the first column to the last, back below."""
        return np.concatenate([self._upper[row, columns], self._lower[row, columns[-2:0:-1]]])

    def rim_eyes(self) -> None:
        """From the edges of the lids straight back into the eyeball."""
        for eye in self.eyes:
            loop = self._loop(self.eye_row, eye)
            rim = np.array(self._form.points)[loop]
            from_middle = np.hypot(np.abs(rim[:, 0]) - EYE[0], rim[:, 2] - EYE[2])
            deep = np.sqrt(np.clip(EYE_RADIUS**2 - from_middle**2, 0, None))
            rim[:, 1] = np.maximum(EYE[1] - 0.96 * deep, rim[:, 1])
            inner = self._form.add(rim, "skin", np.ones(len(loop), bool)) + np.arange(len(loop))
            self._join(loop, inner, ["lash"] * (len(eye) - 1) + ["lip"] * (len(eye) - 1))

    def line_mouth(self) -> None:
        """From the edges of the lips inwards: a bag, high and low enough for the teeth, with a wall behind."""
        loop = self._loop(self.mouth_row, self.mouth)
        edge, count = np.array(self._form.points)[loop], len(self.mouth)
        above = np.arange(len(loop)) < count
        high = np.where(above, 1.0, -1.0) * np.clip(1 - (edge[:, 0] / MOUTH[0]) ** 2, 0, 1) ** 0.5
        outer, material = loop, "lip"
        for narrow, back, tall in _BAG:
            ring = edge * [narrow, 1, 1] + high[:, None] * [0, 0, tall] + [0, back, 0]
            inner = self._form.add(ring, "mouth", above) + np.arange(len(loop))
            self._join(outer, inner, [material] * len(loop))
            outer, material = inner, "mouth"
        top, bottom = outer[:count], np.concatenate([outer[:1], outer[: count - 2 : -1]])
        for c in range(count - 1):
            self._form.face((top[c], bottom[c], bottom[c + 1], top[c + 1]), "mouth")

    def _join(self, outer: Index, inner: Index, materials: list[str]) -> None:
        for i, material in enumerate(materials):
            after = (i + 1) % len(outer)
            self._form.face((inner[i], inner[after], outer[after], outer[i]), material)


def _around(middle: float, rows: tuple[float, ...]) -> Array:
    """Heights of rows on both sides of one in the middle."""
    return middle + np.concatenate([-np.array(rows)[::-1], [0.0], rows])
