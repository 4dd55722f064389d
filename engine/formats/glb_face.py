"""The face in a .glb: a plain head whose morph targets bear ARKit's names, in its order, and two eyeballs that look.

Importers make shape keys, blend shapes or morph targets of them, whose values can be carried onto any character's.
"""

from functools import cache
from typing import Any

import numpy as np

from ..face.face import Face
from ..face.names import FACE_NAMES
from ..geometry.arrays import Array, Index
from ..geometry.rotations import Y_UP_FROM_BLENDER, turn_about
from ..keypoints import Side
from ..plain_head.colours import COLOURS, EYE_COLOURS, ROUGHNESS
from ..plain_head.form import head_form
from ..plain_head.grid import Form
from ..plain_head.shapes import face_shapes
from ..plain_head.skin import EYE, EYE_RADIUS
from .gltf import Document

#: Metres that are no movement: a tenth of what is seen of a face.
_STILL = 1e-5
_RINGS, _COLUMNS = 6, 20  # of each colour of an eyeball


def add_face(document: Document, face: Face, node: int, eye_mesh: int) -> list[dict[str, object]]:
    """Key a face on a node between the ears, and add nodes of its eyes, whose mesh has a number.

    Returns the meshes of the face and of an eye.
    """
    document.shape(node, face.coefficients)
    yaw, pitch = np.moveaxis(face.gaze.astype(np.float64), -1, 0)
    looks = turn_about(1, yaw) @ turn_about(0, -pitch)
    for number, (side, sign) in enumerate(zip(Side, (1, -1), strict=True)):
        place = Y_UP_FROM_BLENDER @ (EYE * [sign, 1, 1])
        eye = document.node(f"{side}_eye", node, mesh=eye_mesh, translation=place.tolist())
        document.turn(eye, looks[:, number])
    form, shapes = _head()
    return [_mesh(document, "face", form, shapes), _mesh(document, "eye", _eyeball(), {})]


def materials() -> list[dict[str, object]]:
    """Those that the meshes name by their places among COLOURS."""
    return [
        {
            "name": name,
            "doubleSided": True,
            "pbrMetallicRoughness": {
                "baseColorFactor": [*colour, 1.0],
                "metallicFactor": 0.0,
                "roughnessFactor": ROUGHNESS,
            },
        }
        for name, colour in COLOURS.items()
    ]


@cache
def _head() -> tuple[Form, dict[str, Array]]:
    """The head, and ARKit's name -> (N,3) metres."""
    form = head_form()
    return form, face_shapes(form)


def _eyeball() -> Form:
    """Around its middle, looking to the front."""
    form, inner = Form(), 0.0
    round_ = 2 * np.pi * np.arange(_COLUMNS) / _COLUMNS
    for colour, outer in EYE_COLOURS:
        away = np.radians(np.linspace(inner, min(outer, 180), _RINGS))[:, None]
        ring = [np.sin(away) * np.cos(round_), -np.cos(away) + 0 * round_, np.sin(away) * np.sin(round_)]
        form.sheet(EYE_RADIUS * np.stack(ring, axis=-1)[:, ::-1], "eye", colour, closed=True)
        inner = outer
    return form


def _mesh(document: Document, name: str, form: Form, shapes: dict[str, Array]) -> dict[str, object]:
    """A mesh of a primitive for every material, all with the same points."""
    points = np.array(form.points) @ Y_UP_FROM_BLENDER.T
    triangles = [_fan(face) for face in form.faces]
    attributes = {
        "POSITION": document.accessor(points.astype(np.float32)),
        "NORMAL": document.accessor(_normals(points, np.concatenate(triangles)).astype(np.float32)),
    }
    mesh: dict[str, Any] = {"name": name, "primitives": []}
    targets: list[dict[str, int]] = []
    for own in FACE_NAMES if shapes else ():
        moved = np.where(np.abs(shapes[own]).max(1, keepdims=True) < _STILL, 0.0, shapes[own]) @ Y_UP_FROM_BLENDER.T
        targets.append({"POSITION": document.sparse(moved.astype(np.float32))})
    if targets:
        mesh |= {"weights": [0.0] * len(targets), "extras": {"targetNames": FACE_NAMES}}
    for material in dict.fromkeys(form.materials):
        corners = [own for own, used in zip(triangles, form.materials, strict=True) if used == material]
        indices = document.accessor(np.concatenate(corners).astype(np.uint16).reshape(-1, 1))
        primitive = {"attributes": attributes, "indices": indices, "material": [*COLOURS].index(material)}
        mesh["primitives"].append(primitive | ({"targets": targets} if targets else {}))
    return mesh


def _fan(face: tuple[int, ...]) -> Index:
    """(T,3) triangles of a face, all from its first corner."""
    return np.array([(face[0], *face[i : i + 2]) for i in range(1, len(face) - 1)])


def _normals(points: Array, triangles: Index) -> Array:
    """(N,3) of points (N,3): means of their triangles (T,3), large ones counting more."""
    corners = points[triangles]
    normals = np.zeros_like(points)
    ways = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    np.add.at(normals, triangles.ravel(), np.repeat(ways, 3, axis=0))
    return normals / np.linalg.norm(normals, axis=1, keepdims=True)
