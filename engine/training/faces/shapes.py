"""The face shapes of the data folder put onto the characters: faces whose coefficients and eyes are exactly known.

`faces/README.md` of the data folder says where the shapes come from and what they cannot do.
"""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ...face.names import FACE_NAMES
from ...geometry.arrays import Array, Index, check_shapes
from ...geometry.rotations import euler_to_matrix, shortest_turn
from ..acting.figure import BONE, Figure

#: Of MakeHuman's base mesh, which the shapes are of.
_BASE_VERTICES = 19158


@dataclass(frozen=True)
class Head:
    """A figure whose face moves; V vertices of its mesh, M of teeth and tongue, at rest, metres."""

    figure: Figure
    shapes: Array
    """(52,V,3) float32 what each coefficient adds."""
    mouth: Array
    """(M,3) float32."""
    mouth_shapes: Array
    """(52,M,3) float32."""
    eyeballs: tuple[Index, Index]
    """Vertices of the left and of the right one."""
    irises: tuple[Index, Index]
    """Those of them that the iris is of."""

    def __post_init__(self) -> None:
        names, vertices, mouth = len(FACE_NAMES), len(self.figure.vertices), len(self.mouth)
        check_shapes(self, shapes=(names, vertices, 3), mouth=(mouth, 3), mouth_shapes=(names, mouth, 3))

    @property
    def share(self) -> Array:
        """(V,1) how much each vertex goes with the head."""
        return self.figure.weights[:, [BONE["head"]]]

    @property
    def joint(self) -> Array:
        """(3,) where the head turns."""
        return self.figure.heads[BONE["head"]]


@cache
def read_shapes(data: Path) -> dict[str, Any]:
    """The arrays of the shapes' file."""
    with np.load(data / "faces" / "arkit_shapes.npz", allow_pickle=False) as stored:
        return dict(stored)


def load_head(data: Path, figure: Figure, body: Any) -> Head:
    """A figure that was loaded as `body` (Blender's object) with its face shapes."""
    stored, name = read_shapes(data), figure.name
    shapes, mouth_shapes = shapes_of(data, name)
    balls, irises = (_parts(figure, body, names) for names in (("eye", "iris"), ("iris",)))
    for ball in balls:
        shapes[:, ball] = 0  # they turn, exactly
    return Head(figure, shapes, stored[f"{name}/mouth_vertices"], mouth_shapes, balls, irises)


def shapes_of(data: Path, name: str) -> tuple[Array, Array]:
    """(52,V,3) and (52,M,3) float32: what each coefficient adds to a character's mesh, eyeballs too, and its mouth."""
    stored = read_shapes(data)
    base, scale = stored[f"{name}/map"].astype(int), stored[f"{name}/scale"][:, None]
    inside = stored["mouth/base_index"].astype(int)
    shapes = np.zeros((len(FACE_NAMES), len(base), 3), np.float32)
    mouth_shapes = np.zeros((len(FACE_NAMES), len(inside), 3), np.float32)
    for row, coefficient in enumerate(FACE_NAMES):
        delta = np.zeros((_BASE_VERTICES, 3), np.float32)
        delta[stored[f"shape/{coefficient}/index"]] = stored[f"shape/{coefficient}/delta"]
        shapes[row], mouth_shapes[row] = delta[base] * scale, delta[inside] * scale[0]
    return shapes, mouth_shapes


def _parts(figure: Figure, body: Any, names: tuple[str, ...]) -> tuple[Index, Index]:
    """Vertices of the polygons of some materials, of the left and of the right side."""
    wanted = [figure.materials.index(name) for name in names]
    own = [list(face.vertices) for face in body.data.polygons if face.material_index in wanted]
    every = np.unique(np.concatenate(own))
    side = figure.vertices[every, 0] > 0
    return every[side], every[~side]


def blended(data: Path, head: Head, others: dict[str, tuple[Figure, float]]) -> Head:
    """The face of a head with a share of how each of some other figures differs from it."""
    stored, own = read_shapes(data), head.figure
    base, inside = stored[f"{own.name}/map"].astype(int), head.mouth
    change, change_inside = np.zeros_like(own.vertices), np.zeros_like(inside)
    for name, (figure, share) in others.items():
        place = np.full(_BASE_VERTICES, -1)
        place[stored[f"{name}/map"].astype(int)] = np.arange(len(figure.vertices))
        both = place[base] >= 0
        shift = head.joint - figure.heads[BONE["head"]]
        change[both] += share * (figure.vertices[place[base[both]]] + shift - own.vertices[both])
        change_inside += share * (stored[f"{name}/mouth_vertices"] + shift - inside)
    vertices = own.vertices + (head.share * change).astype(np.float32)
    return replace(head, figure=replace(own, vertices=vertices), mouth=inside + change_inside.astype(np.float32))


def reshaped(head: Head, rest: Array, stretch: Array) -> Head:
    """A head that at rest has the signed coefficients `rest` (52,), and is `stretch` (3,) times as large."""
    figure = head.figure
    moved = figure.vertices + np.tensordot(rest, head.shapes, 1)
    larger = 1 + head.share * (stretch - 1)
    vertices = head.joint + larger * (moved - head.joint)
    mouth = head.joint + stretch * (head.mouth + np.tensordot(rest, head.mouth_shapes, 1) - head.joint)
    return replace(
        head,
        figure=replace(figure, vertices=vertices.astype(np.float32)),
        shapes=(head.shapes * larger).astype(np.float32),
        mouth=mouth.astype(np.float32),
        mouth_shapes=(head.mouth_shapes * stretch).astype(np.float32),
    )


def faced(head: Head, coefficients: Array, gaze: Array) -> tuple[Array, Array]:
    """Vertices (V,3) and those of the mouth (M,3) at rest with coefficients (52,) and eyes that look as gaze (2,2)."""
    acting = np.flatnonzero(coefficients)
    own = coefficients[acting].astype(np.float32)
    vertices = head.figure.vertices + np.tensordot(own, head.shapes[acting], 1)
    for ball, iris, look in zip(head.eyeballs, head.irises, gaze, strict=True):
        rest = head.figure.vertices[ball]
        centre = ball_centre(rest)
        ahead = head.figure.vertices[iris].mean(0) - centre
        turn = looking(look) @ shortest_turn(ahead / np.linalg.norm(ahead), np.array([0.0, -1.0, 0.0]))
        vertices[ball] = centre + (rest - centre) @ turn.T
    return vertices, head.mouth + np.tensordot(own, head.mouth_shapes[acting], 1)


def looking(look: Array) -> Array:
    """The turn (3,3) in Blender's frame of an eye that looks by yaw and pitch (2,) away from straight ahead, -Y."""
    return euler_to_matrix(np.array([-look[1], 0.0, look[0]]), "XYZ")


def ball_centre(points: Array) -> Array:
    """The centre (3,) of a ball with points (N,3) on it, least squares."""
    middle = points.mean(0)
    own = points - middle
    system = np.concatenate([2 * own, np.ones((len(own), 1))], axis=1)
    return middle + np.linalg.lstsq(system, (own**2).sum(1), rcond=None)[0][:3]
