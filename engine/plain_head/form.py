"""A plain head: its skin, and what lies on it and inside. Ours, by formulas alone.

Metres of a person of average size, from the middle between the ears: X to the person's left, Y to the back, Z up.
"""

from functools import cache

import numpy as np

from ..geometry.arrays import Array
from .grid import Form, Grid
from .skin import LID_EDGES, MOUTH, front_at


@cache
def head_form(upper: float = LID_EDGES[0], lower: float = LID_EDGES[1]) -> Form:
    """The head, its lids' edges so high; the points of any two have the same meaning."""
    form = Form()
    grid = Grid(form, upper, lower)
    grid.rim_eyes()
    grid.line_mouth()
    _add_brows(form)
    _add_ears(form)
    _add_inside(form)
    return form


def _add_brows(form: Form) -> None:
    """Arched pads on the skin."""
    along, across = np.meshgrid(np.linspace(0, 1, 11), np.linspace(-1, 1, 5), indexing="ij")
    taper = np.clip(np.minimum(1.15 - along, 0.45 + 4 * along), 0.15, 1) ** 0.6
    heights = 0.0415 + 0.0075 * np.sin(np.pi * (0.1 + 0.72 * along)) - 0.003 * along + 0.0050 * taper * across
    for side in (1, -1):
        x = side * (0.0150 + 0.041 * along)
        points = front_at(x.ravel(), heights.ravel())
        points[:, 1] -= (0.0028 * (1 - across**4) * taper**0.3 - 0.0012).ravel()
        form.sheet(points.reshape(*x.shape, 3)[::-side], "brow", "brow")


def _ball(middle: tuple[float, float, float], radii: tuple[float, float, float], rows: int, columns: int) -> Array:
    """(R,C,3) an ellipsoid, closed."""
    up, round_ = np.meshgrid(np.linspace(-1.57, 1.57, rows), 2 * np.pi * np.arange(columns) / columns, indexing="ij")
    unit = np.stack([np.cos(up) * np.cos(round_), np.cos(up) * np.sin(round_), np.sin(up)], axis=-1)
    return np.array(middle) + unit * radii


def _add_ears(form: Form) -> None:
    for side in (1, -1):
        ear = _ball((0, 0, 0), (0.0065, 0.0170, 0.0300), 9, 12)
        ear[..., 0] += 0.010 * np.clip(ear[..., 1] / 0.017, -1, 1) ** 2 * np.sign(ear[..., 1]).clip(0)
        lean = np.radians(-12)
        y, z = ear[..., 1].copy(), ear[..., 2].copy()
        ear[..., 1], ear[..., 2] = y * np.cos(lean) - z * np.sin(lean), y * np.sin(lean) + z * np.cos(lean)
        ear = (ear + np.array([0.0745, 0.014, 0.004])) * [side, 1, 1]
        form.sheet(ear if side > 0 else ear[:, ::-1], "ear", "skin", closed=True)


def _add_inside(form: Form) -> None:
    """Two rows of teeth, and a tongue."""
    x = np.linspace(-0.0235, 0.0235, 13)
    arch = -0.0765 + 24 * x**2
    for part, heights in (("upper teeth", (0.0125, -0.0012)), ("lower teeth", (-0.0030, -0.0120))):
        rows = [np.stack([x, arch, np.full_like(x, MOUTH[2] + z)], axis=1) for z in heights]
        form.sheet(np.stack(rows[::-1]), part, "teeth")
    tongue = _ball((0.0, -0.0560, MOUTH[2] - 0.0055), (0.0155, 0.0185, 0.0048), 7, 14)
    form.sheet(tongue, "tongue", "tongue", closed=True)
