"""Custom shapes of the bones: three wireframes that all armatures of a file share, as wide as the part of the body.

They lie in a hidden collection that is in no scene, so in no export. The armatures that name it are its only users:
it goes with the last one, and it comes along, hidden, where one is appended to another file.
"""

from collections.abc import Sequence

import bpy
import numpy as np

from ...engine.skeleton import Skeleton
from ..objects import MARK, pose_bones

#: A bone's name without its side and number -> shape, and half its width (X) and depth (Z) over the bone's length.
_SHAPES = {
    "pelvis": ("box", 1.1, 0.75),
    "spine": ("tube", 0.42, 0.3),
    "chest": ("box", 0.46, 0.3),
    "neck": ("tube", 0.42, 0.42),
    "head": ("ball", 0.7, 0.85),
    "shoulder": ("tube", 0.14, 0.14),
    "upper_arm": ("tube", 0.15, 0.15),
    "forearm": ("tube", 0.13, 0.13),
    "hand": ("box", 0.38, 0.13),
    "thumb": ("tube", 0.28, 0.28),
    **dict.fromkeys(("f_index", "f_middle", "f_ring", "f_pinky"), ("tube", 0.25, 0.25)),
    "thigh": ("tube", 0.17, 0.17),
    "shin": ("tube", 0.13, 0.13),
    "foot": ("box", 0.22, 0.16),
}
_WIDTH = 1.5  # pixels
_POINTS = 24  # of a circle
_BRANCH = ("tube", 0.05, 0.05)  # hips, palms, heels and landmarks, which do not turn by themselves

Edges = list[tuple[int, int]]


def shape_bones(obj: bpy.types.Object, skeleton: Skeleton) -> None:
    """Give every bone of a marked armature its shape, drawn as wires."""
    obj[MARK]["shapes"] = _collection()
    for name in skeleton.names:
        shape_bone(pose_bones(obj)[name], *_SHAPES.get(name.split(".")[0], _BRANCH))


def shape_bone(bone: bpy.types.PoseBone, shape: str, width: float, depth: float) -> None:
    """Give a bone a shape, box, tube or ball, of half this width (X) and depth (Z) over the bone's length."""
    bone.custom_shape = _widget(shape)
    bone.custom_shape_scale_xyz = (width, 1.0, depth)
    bone.custom_shape_wire_width = _WIDTH
    bone.bone.show_wire = True


def _widget(name: str) -> bpy.types.Object:
    """The file's own object of a shape, made where there is none; named as Rigify names its widgets."""
    full_name, shapes = f"WGT-sign_mocap_{name}", _collection()
    there = next((obj for obj in shapes.objects if obj.name.startswith(full_name)), None)
    if there is None:
        mesh = bpy.data.meshes.new(full_name)
        points, edges = _MESHES[name]
        mesh.from_pydata(points.tolist(), edges, [])
        there = bpy.data.objects.new(full_name, mesh)
        shapes.objects.link(there)
    return there


def _collection() -> bpy.types.Collection:
    """The file's own collection of shapes, made where there is none."""
    name = "WGTS_sign_mocap"
    there = next((c for c in bpy.data.collections if c.name == name and c.library is None), None)
    if there is None:
        there = bpy.data.collections.new(name)
        there.hide_viewport = there.hide_render = True
    return there


def _rings(rings: Sequence[np.ndarray]) -> tuple[np.ndarray, Edges]:
    """Closed lines of the same number of points (N,3)."""
    count = len(rings[0])
    edges = [(k * count + i, k * count + (i + 1) % count) for k in range(len(rings)) for i in range(count)]
    return np.concatenate(rings), edges


def _between(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, Edges]:
    """Two rings (N,3) and four straight lines from one to the other."""
    points, edges = _rings([start, end])
    return points, edges + [(i, len(start) + i) for i in range(0, len(start), len(start) // 4)]


def _circle(y: float, radius: float = 1.0) -> np.ndarray:
    """(N,3) around Y, from X on."""
    turn = 2 * np.pi * np.arange(_POINTS) / _POINTS
    return np.stack([radius * np.cos(turn), np.full(_POINTS, y), radius * np.sin(turn)], axis=1)


def _square(y: float) -> np.ndarray:
    """(4,3) around Y."""
    return np.array([[1.0, y, 1.0], [1.0, y, -1.0], [-1.0, y, -1.0], [-1.0, y, 1.0]])


#: Shapes of a bone of length 1 along Y: points (N,3) and edges.
_MESHES = {
    "tube": _between(_circle(0.06), _circle(0.94, 0.75)),
    "box": _between(_square(0.05), _square(0.95)),
    "ball": _rings([_circle(0.0)[:, axes] + [0.0, 1.0, 0.0] for axes in ([0, 1, 2], [1, 0, 2], [0, 2, 1])]),
}
