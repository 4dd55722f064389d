"""An armature of the user's as the engine sees it: upright, at rest, in metres."""

import bpy
import numpy as np

from ..engine.retarget.rig import Rig
from ..engine.rotations import nearest_rotation
from .objects import armature_of, deformed_meshes


def read_rig(obj: bpy.types.Object) -> Rig:
    """The bones of an armature object at rest, in the world's axes; a mirrored object's as if it were not."""
    bones = list(armature_of(obj).bones)
    number = {bone.name: place for place, bone in enumerate(bones)}
    world = _unmirrored(obj)
    axes = nearest_rotation(world[:3, :3])
    heads, tails = (
        np.array([getattr(bone, end) for bone in bones], dtype=np.float64) @ world[:3, :3].T + world[:3, 3]
        for end in ("head_local", "tail_local")
    )
    return Rig(
        tuple(number),
        tuple(number[bone.parent.name] if bone.parent else -1 for bone in bones),
        np.stack([axes @ np.array(bone.matrix_local.to_3x3(), dtype=np.float64) for bone in bones]),
        heads,
        tails,
        tuple(bool(bone.use_inherit_rotation) for bone in bones),
    )


def read_vertices(obj: bpy.types.Object) -> np.ndarray:
    """(N,3) vertices of the meshes that the armature deforms, undeformed, in the world of `read_rig`."""
    found = [np.zeros((0, 3))]
    for mesh in deformed_meshes(obj):
        assert isinstance(mesh.data, bpy.types.Mesh)
        points = np.empty(3 * len(mesh.data.vertices), dtype=np.float32)
        mesh.data.vertices.foreach_get("co", points)
        to_world = _unmirrored(obj) @ np.array(obj.matrix_world.inverted_safe() @ mesh.matrix_world)
        found.append(points.reshape(-1, 3) @ to_world[:3, :3].T + to_world[:3, 3])
    return np.concatenate(found)


def scale_of(obj: bpy.types.Object) -> float:
    """Metres of the world in a unit of the armature."""
    return float(abs(np.linalg.det(np.array(obj.matrix_world.to_3x3()))) ** (1 / 3))


def _unmirrored(obj: bpy.types.Object) -> np.ndarray:
    """(4,4) from the armature's space to the world, without the reflection that a negative scale brings."""
    world = np.array(obj.matrix_world, dtype=np.float64)
    if np.linalg.det(world) < 0:
        world[:, 0] *= -1.0
    return world
