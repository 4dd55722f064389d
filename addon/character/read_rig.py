"""An armature of the user's as the engine sees it: upright, at rest, in metres."""

import bpy
import numpy as np

from ...engine.geometry.rotations import nearest_rotation
from ...engine.retarget import Rig
from ..objects import armature_of, deformed_meshes


def read_rig(obj: bpy.types.Object) -> Rig:
    """The bones of an armature object at rest, in the world's axes; a mirrored object's as if it were not."""
    bones = list(armature_of(obj).bones)
    number = {bone.name: place for place, bone in enumerate(bones)}
    world = _unmirrored(obj)
    axes = nearest_rotation(world[:3, :3])
    rest = np.array([bone.matrix_local.to_3x3() for bone in bones], dtype=np.float64).reshape(-1, 3, 3)
    heads, tails = (
        np.array([getattr(bone, end) for bone in bones], dtype=np.float64).reshape(-1, 3) @ world[:3, :3].T
        + world[:3, 3]
        for end in ("head_local", "tail_local")
    )
    return Rig(
        tuple(number),
        tuple(number[bone.parent.name] if bone.parent else -1 for bone in bones),
        nearest_rotation(axes @ rest),  # which Blender's are to 1e-5 alone: much where Euler angles near 90 degrees
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


def uprighting(obj: bpy.types.Object, trunk: np.ndarray) -> np.ndarray:
    """(3,3) what stands a rig of `read_rig` up whose trunk (3,) goes from the hips to the head.

    However its object lies in the scene, a character at rest stands along one of the armature's own axes.
    """
    axes = nearest_rotation(_unmirrored(obj)[:3, :3])
    along = trunk @ axes
    up = int(np.abs(along).argmax())
    sign = np.sign(along[up])
    return np.roll(axes, 2 - up, axis=1).T * np.array([[sign], [1.0], [sign]])


def scale_of(obj: bpy.types.Object) -> float:
    """Metres of the world in a unit of the armature."""
    return float(abs(np.linalg.det(np.array(obj.matrix_world.to_3x3()))) ** (1 / 3))


def _unmirrored(obj: bpy.types.Object) -> np.ndarray:
    """(4,4) from the armature's space to the world, without the reflection that a negative scale brings."""
    world = np.array(obj.matrix_world, dtype=np.float64)
    if np.linalg.det(world) < 0:
        world[:, 0] *= -1.0
    return world
