"""Characters with shape keys: small ones made for a test, and the data folder's with its shapes; what Blender shows."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Iterable
from typing import Any

import bpy
import numpy as np

from engine.face.face import Face
from tests.blender.characters import FIRST, UPPER, pose_matrices
from tests.blender.motions import addon, random_motion
from tests.blender.rigs import metarig, opened
from tests.blender.scene import apply
from tests.performed_faces import stored_shapes

CHARACTER = "signer_01_mixamo"
_BASE = 19158
FRAMES = 5
FRONT = np.array([0.0, -1.0, 0.0])


def with_keys(rig: bpy.types.Object, name: str, keys: Iterable[str]) -> bpy.types.Object:
    """A small mesh that the armature deforms, with shape keys that move it anywhere."""
    chance = np.random.default_rng(len(bpy.data.meshes))
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(chance.normal(size=(6, 3)).tolist(), [], [(0, 1, 2), (3, 4, 5)])
    obj = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(obj)
    add_keys(obj, {key: coordinates(mesh.vertices) + chance.normal(size=(6, 3)) for key in keys})
    obj.modifiers.new("Armature", "ARMATURE").object = rig
    return obj


def add_keys(obj: bpy.types.Object, shapes: dict[str, np.ndarray]) -> None:
    """Shape keys at 0 that put the mesh's vertices at (N,3)."""
    obj.shape_key_add(name="Basis")
    for name, points in shapes.items():
        key = obj.shape_key_add(name=name, from_mix=False)
        key.value = 0.0
        key.data.foreach_set("co", points.astype("f4").ravel())


def faced(*meshes: Iterable[str]) -> tuple[bpy.types.Object, list[bpy.types.Object]]:
    """A metarig, and meshes with shape keys of these names."""
    rig = metarig()
    return rig, [with_keys(rig, f"mesh {number}", keys) for number, keys in enumerate(meshes)]


def shaped(start: str) -> tuple[bpy.types.Object, bpy.types.Object]:
    """The data folder's first character, its rig and its mesh, with its visemes ("viseme_") or its other shapes."""
    shapes: Any = stored_shapes()
    rig = opened(f"characters/{CHARACTER}.blend")
    (mesh,) = (obj for obj in bpy.data.objects if obj.type == "MESH" and obj.find_armature() == rig)
    points, moved = coordinates(mesh.data.vertices), dict[str, np.ndarray]()
    for name in shapes["names"].tolist():
        if name.startswith("viseme_") == (start == "viseme_"):
            delta = np.zeros((_BASE, 3))
            delta[shapes[f"shape/{name}/index"]] = shapes[f"shape/{name}/delta"]
            delta = delta[shapes[f"{CHARACTER}/map"].astype(int)]
            moved[name] = points + delta * shapes[f"{CHARACTER}/scale"][:, None]
    add_keys(mesh, moved)
    return rig, mesh


def coordinates(points: Any) -> np.ndarray:
    """(N,3) of vertices, or of a shape key's points."""
    flat = np.empty(3 * len(points), dtype="f4")
    points.foreach_get("co", flat)
    return flat.reshape(-1, 3).astype(np.float64)


def shown(mesh: bpy.types.Object, frame: int) -> np.ndarray:
    """(N,3) what Blender makes of a mesh's shape keys at a frame, its modifiers left out."""
    for modifier in mesh.modifiers:
        modifier.show_viewport = False
    bpy.context.scene.frame_set(frame)
    return coordinates(mesh.evaluated_get(bpy.context.evaluated_depsgraph_get()).data.vertices)


def summed(mesh: bpy.types.Object, weights: dict[str, float]) -> np.ndarray:
    """(N,3) the base and the weighted differences of its shape keys from it."""
    blocks = mesh.data.shape_keys.key_blocks
    base = coordinates(blocks[0].data)
    return base + sum((w * (coordinates(blocks[name].data) - base) for name, w in weights.items()), np.zeros_like(base))


def play(rig: bpy.types.Object, face: Face | None, **options: object) -> None:
    """A motion with this face onto the character, from frame FIRST on."""
    frames = FRAMES if face is None else len(face.seen)
    character = addon("character.character").CharacterObject.of(rig)
    apply(random_motion(UPPER, frames, face=face), character, first_frame=FIRST, contacts=0.0, **options)


def told(rig: bpy.types.Object) -> str:
    return addon("character.character").CharacterObject.of(rig).description


def looks(rig: bpy.types.Object, bone: str, head: str, frame: int, rest_look: np.ndarray = FRONT) -> np.ndarray:
    """(3,) where a bone looks that looks to the front at rest, seen from the head, in the armature's space."""
    rest, pose = rig.data.bones, pose_matrices(rig, frame)
    turned = pose[bone][:3, :3] @ np.array(rest[bone].matrix_local)[:3, :3].T
    own = pose[head][:3, :3] @ np.array(rest[head].matrix_local)[:3, :3].T
    return own.T @ turned @ rest_look
