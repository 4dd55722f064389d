"""Points on the meshes of the MakeHuman characters: the same vertex on each, by the texture that they share."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import numpy as np

from ...engine.geometry.arrays import Array, Mask
from ...engine.geometry.rotations import unit
from .played import Played, show_frames

#: Texture coordinates farther apart than this are not of one vertex.
_SAME = 1e-4


def mesh_of(obj: bpy.types.Object) -> bpy.types.Object:
    """The mesh that an armature deforms."""
    return next(child for child in bpy.context.scene.objects if child.type == "MESH" and child.find_armature() == obj)


def texture_of(mesh: bpy.types.Object) -> Array:
    """(V,2) where each vertex lies in the texture; on seams, one of its places."""
    data = mesh.data
    corners, places = np.empty(len(data.loops), np.int32), np.empty(2 * len(data.loops), np.float32)
    data.loops.foreach_get("vertex_index", corners)
    data.uv_layers.active.data.foreach_get("uv", places)
    found = np.full((len(data.vertices), 2), np.nan)
    found[corners[::-1]] = places.reshape(-1, 2)[::-1]
    return found


def find_vertices(mesh: bpy.types.Object, places: dict[str, Array]) -> dict[str, int]:
    """Vertices by their places (2,) in the texture; raises ValueError where the mesh has none."""
    texture = texture_of(mesh)
    found = dict[str, int]()
    for name, place in places.items():
        distance = np.nan_to_num(np.linalg.norm(texture - place, axis=1), nan=np.inf)
        found[name] = int(distance.argmin())
        if distance[found[name]] > _SAME:
            raise ValueError(f"{mesh.name} has no vertex for {name}")
    return found


def follow_vertices(obj: bpy.types.Object, vertices: dict[str, int], count: int) -> dict[str, Array]:
    """Name -> (F,3) where a vertex is on the deformed mesh in so many frames from 1 on, in Blender's world."""
    mesh = mesh_of(obj)
    rows = list[Array]()
    for _ in show_frames(count):
        shown = mesh.evaluated_get(bpy.context.evaluated_depsgraph_get())
        world = np.array(shown.matrix_world)
        points = np.array([shown.data.vertices[vertex].co for vertex in vertices.values()])
        rows.append(points @ world[:3, :3].T + world[:3, 3])
    return dict(zip(vertices, np.stack(rows, axis=1), strict=True))


def points_of(mesh: bpy.types.Object) -> Array:
    """(V,3) the vertices at rest, in Blender's world."""
    points = np.empty(3 * len(mesh.data.vertices), np.float32)
    mesh.data.vertices.foreach_get("co", points)
    world = np.array(mesh.matrix_world)
    return points.reshape(-1, 3) @ world[:3, :3].T + world[:3, 3]


def weights_of(mesh: bpy.types.Object, bone: str) -> Array:
    """(V,) how far a bone moves each vertex."""
    group = mesh.vertex_groups[bone].index
    return np.array([next((g.weight for g in v.groups if g.group == group), 0.0) for v in mesh.data.vertices])


def materials_of(mesh: bpy.types.Object, name: str) -> Mask:
    """(V,) which vertices are of the material `name`."""
    slots = [slot.name.split(".")[0] for slot in mesh.data.materials]
    found = np.zeros(len(mesh.data.vertices), bool)
    for polygon in mesh.data.polygons:
        if slots[polygon.material_index] == name:
            found[list(polygon.vertices)] = True
    return found


def touching_places(obj: bpy.types.Object, bones: dict[str, tuple[str, ...]], played: Played) -> dict[str, int]:
    """Vertices that signs bring together: fingertips, palms, and places of face and chest, by the shape at rest."""
    mesh = mesh_of(obj)
    points, rest = points_of(mesh), played.rest
    found = dict[str, int]()
    for side in "LR":
        for finger in ("thumb", "f_index", "f_middle"):
            last = f"{finger}.03.{side}"
            along = rest.turns[last] @ played.tips[last]
            mine = np.flatnonzero(weights_of(mesh, bones[last][-1]) > 0.5)
            found[f"{finger}.{side}"] = int(mine[np.argmax(points[mine] @ along)])
        found[f"palm.{side}"] = _palm(points, played, side)
    return found | _front(points, materials_of(mesh, "skin"), rest.heads["upper_arm.L"], rest.heads["upper_arm.R"])


def _palm(points: Array, played: Played, side: str) -> int:
    """The middle of a palm's inside."""
    wrist, index, pinky = (played.rest.heads[f"{name}.{side}"] for name in ("hand", "f_index.01", "f_pinky.01"))
    inside = np.cross(index - wrist, pinky - wrist) * (1.0 if side == "L" else -1.0)
    wanted = (wrist + index + pinky) / 3 + 0.05 * unit(inside)
    return int(np.linalg.norm(points - wanted, axis=1).argmin())


def _front(points: Array, skin: Mask, left: Array, right: Array) -> dict[str, int]:
    """Nose, chin, forehead and cheek of who faces -Y; the chest's middle and its left."""
    neck, breadth = (left + right) / 2, float(np.linalg.norm(left - right))

    def foremost(across: float, low: float, high: float, mask: Mask) -> int:
        """At `across` to the left, between two heights, in shoulder breadths from the neck."""
        off = (points - neck) / breadth
        rows = np.flatnonzero((np.abs(off[:, 0] - across) < 0.03) & (off[:, 2] > low) & (off[:, 2] < high) & mask)
        return int(rows[points[rows, 1].argmin()])

    everywhere = np.ones(len(points), bool)
    nose = foremost(0.0, 0.2, 1.2, skin)
    height = (points[nose, 2] - neck[2]) / breadth
    return {
        "nose": nose,
        "chin": foremost(0.0, height - 0.24, height - 0.18, skin),
        "forehead": foremost(0.0, height + 0.22, height + 0.30, skin),
        "cheek": foremost(0.12, height - 0.04, height + 0.02, skin),
        "chest": foremost(0.0, -0.42, -0.36, everywhere),
        "left of the chest": foremost(0.22, -0.50, -0.44, everywhere),
    }
