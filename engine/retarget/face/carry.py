"""The values of a character's shape keys for a face over time."""

from collections.abc import Mapping

import numpy as np

from ...face.face import Face
from ...face.names import FACE_NAMES, Region
from ...geometry.arrays import Array
from .mix import mixed, surface_products
from .recognise import FaceMatch

Range = tuple[float, float]


def carry_face(face: Face, match: FaceMatch, ranges: Mapping[str, Range]) -> dict[str, Array]:
    """Shape key of the character -> its values (F,) within its own range (0 to 1 where none is told).

    A key that looks like one coefficient has its value. Keys that look like several, as visemes do, are mixed so that
    the surface of the face comes nearest to what is left: they add nothing to what single keys show already.
    """
    wanted = shown_coefficients(face, match)
    values: dict[str, Array] = {}
    left, several = wanted.copy(), dict[str, Array]()
    for key, look in match.looks.items():
        column = np.array([look.get(name, 0.0) for name in FACE_NAMES])
        (used,) = np.nonzero(column)
        if len(used) > 1 or column[used[0]] < 0:
            several[key] = column
            continue
        values[key] = wanted[:, used[0]] / column[used[0]]
        left[:, used] = 0.0
    if several:
        bounds = np.array([_bounds(key, column, match, ranges) for key, column in several.items()])
        amounts = mixed(np.stack(list(several.values()), axis=1), left, *bounds.T)
        values |= dict(zip(several, amounts.T, strict=True))
    return {
        name: np.clip(value, *ranges.get(name, (0.0, 1.0)))
        for key, value in values.items()
        for name in match.names[key]
    }


def shown_coefficients(face: Face, match: FaceMatch) -> Array:
    """(F,52) what the character is to show: where nothing of it closes the lips of an open jaw, the jaw shuts them.

    mouthClose is the way that the lips close on an open jaw: without it jawOpen would open a mouth that is shut.
    """
    coefficients = face.coefficients.astype(np.float64)
    jaw, lips = FACE_NAMES.index("jawOpen"), FACE_NAMES.index("mouthClose")
    if "mouthClose" in match.missing:
        coefficients[:, jaw] = np.maximum(coefficients[:, jaw] - coefficients[:, lips], 0.0)
        coefficients[:, lips] = 0.0
    return coefficients


def likeness(match: FaceMatch) -> float:
    """How much of a face a character shows, 0 to 1: what it shows of each coefficient by itself, all of them alike.

    Of a coefficient that is the share of how far it moves the surface of a face which what is shown moves too.
    """
    count, products = len(FACE_NAMES), surface_products()
    alone = Face(
        np.eye(count, dtype=np.float32),
        np.zeros((count, 2, 2), dtype=np.float32),
        np.ones(count, dtype=bool),
        np.zeros(count, dtype=np.float32),
        np.zeros((count, len(Region)), dtype=bool),
    )
    values, left = carry_face(alone, match, {}), np.eye(count)
    for key, look in match.looks.items():
        column = np.array([look.get(name, 0.0) for name in FACE_NAMES])
        single = len(look) == 1 and column.max() > 0
        left = np.where(column, 0.0, left) if single else left - np.outer(values[match.names[key][0]], column)
    size = np.diag(products)
    return float(np.clip(1.0 - ((left @ products) * left).sum(-1)[size > 0] / size[size > 0], 0.0, 1.0).mean())


def _bounds(key: str, column: Array, match: FaceMatch, ranges: Mapping[str, Range]) -> Range:
    """Between which a key is mixed; below 0 only one that looks like the contrary of something."""
    least, most = ranges.get(match.names[key][0], (0.0, 1.0))
    return (least if (column < 0).any() else max(least, 0.0)), most
