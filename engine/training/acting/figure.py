"""The figures that are rendered: rest skeleton, skin weights and face points, rig-independent.

Two rig families (Mixamo names, Unreal "game_engine" names) are read into one bone table. From then on
nothing asks Blender: poses are world rotations per bone, skinning is one matrix product.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ...geometry.arrays import Array, Index, check_shapes
from ...keypoints import Side
from .joint_centres import correct_joints

FINGERS = ("thumb", "index", "middle", "ring", "pinky")

# name, parent, Mixamo name, game_engine name; {S} is Left/Right there and {s} l/r.
_TRUNK = (
    ("hips", "", "Hips", "pelvis"),
    ("spine", "hips", "Spine", "spine_01"),
    ("spine1", "spine", "Spine1", "spine_02"),
    ("chest", "spine1", "Spine2", "spine_03"),
    ("neck", "chest", "Neck", "neck_01"),
    ("head", "neck", "Head", "head"),
)
_LIMBS = (
    ("clavicle", "chest", "{S}Shoulder", "clavicle_{s}"),
    ("upper_arm", "{side}_clavicle", "{S}Arm", "upperarm_{s}"),
    ("forearm", "{side}_upper_arm", "{S}ForeArm", "lowerarm_{s}"),
    ("hand", "{side}_forearm", "{S}Hand", "hand_{s}"),
    ("thigh", "hips", "{S}UpLeg", "thigh_{s}"),
    ("shin", "{side}_thigh", "{S}Leg", "calf_{s}"),
    ("foot", "{side}_shin", "{S}Foot", "foot_{s}"),
    ("toe", "{side}_foot", "{S}ToeBase", "ball_{s}"),
    *(
        (
            f"{finger}{k}",
            "{side}_hand" if k == 1 else "{side}_" + f"{finger}{k - 1}",
            "{S}Hand" + f"{finger.title()}{k}",
            f"{finger}_0{k}_" + "{s}",
        )
        for finger in FINGERS
        for k in (1, 2, 3)
    ),
)


def _bone_table() -> list[tuple[str, str, str, str]]:
    table = list(_TRUNK)
    for side in Side:
        words = {"side": side, "S": side.title(), "s": side[0]}
        for name, parent, mixamo, unreal in _LIMBS:
            table.append(
                (
                    f"{side}_{name}",
                    parent.format(**words),
                    mixamo.format(**words),
                    unreal.format(**words),
                )
            )
    return table


# Share of head, neck and hand weights below which skin is under cloth.
_COLLAR = 0.35
_TABLE = _bone_table()
BONES: tuple[str, ...] = tuple(row[0] for row in _TABLE)
BONE: dict[str, int] = {name: i for i, name in enumerate(BONES)}
PARENTS: tuple[int, ...] = tuple(BONE.get(row[1], -1) for row in _TABLE)


@dataclass(frozen=True)
class Figure:
    """A figure at rest, B bones as BONES, V vertices; metres, Blender's frame, facing -Y."""

    name: str
    heads: Array
    """(B,3) where each bone starts: the joint."""
    tails: Array
    """(B,3) where it ends."""
    vertices: Array
    """(V,3) float32."""
    weights: Array
    """(V,B) float32, each row sums to 1."""
    material: Index
    """(V,) index into `materials`."""
    materials: tuple[str, ...]

    def __post_init__(self) -> None:
        bones, vertices = len(BONES), len(self.vertices)
        check_shapes(
            self,
            heads=(bones, 3),
            tails=(bones, 3),
            vertices=(vertices, 3),
            weights=(vertices, bones),
            material=(vertices,),
        )


def load_figure(path: Path) -> tuple[Figure, Any]:
    """Append the figure of a .blend to the open scene; its mesh is kept without its armature."""
    libraries: Any = bpy.data.libraries
    with libraries.load(str(path), link=False) as (source, target):
        target.objects = list(source.objects)
    objects: list[Any] = list(target.objects)
    rig = next(o for o in objects if o.type == "ARMATURE")
    body = next(o for o in objects if o.type == "MESH")
    prefix = "mixamorig:" if "mixamorig:Hips" in rig.data.bones else ""
    names = [prefix + row[2] if prefix else row[3] for row in _TABLE]
    bones = [rig.data.bones[name] for name in names]
    groups = {group.index: group.name for group in body.vertex_groups}
    column = {name: i for i, name in enumerate(names)}
    weights = np.zeros((len(body.data.vertices), len(names)), np.float32)
    material = np.zeros(len(body.data.vertices), np.intp)
    for vertex in body.data.vertices:
        for link in vertex.groups:
            if groups[link.group] in column:
                weights[vertex.index, column[groups[link.group]]] += link.weight
    coordinates = np.empty(3 * len(weights), np.float32)
    body.data.vertices.foreach_get("co", coordinates)
    weights[weights.sum(axis=1) == 0, BONE["hips"]] = 1.0
    weights /= weights.sum(axis=1, keepdims=True)
    _close_collar(body.data, weights)
    for polygon in body.data.polygons:
        material[list(polygon.vertices)] = polygon.material_index
    body.parent = None
    body.modifiers.clear()
    heads = {name: np.array(bone.head_local) for name, bone in zip(BONES, bones, strict=True)}
    tails = {name: np.array(bone.tail_local) for name, bone in zip(BONES, bones, strict=True)}
    for side in Side:
        correct_joints(heads, tails, side)
    bpy.data.objects.remove(rig)
    figure = Figure(
        name=path.stem,
        heads=np.array(list(heads.values())),
        tails=np.array(list(tails.values())),
        vertices=coordinates.reshape(-1, 3),
        weights=weights,
        material=material,
        materials=tuple(slot.name.split(".")[0] for slot in body.data.materials),
    )
    return figure, body


def _close_collar(mesh: Any, weights: Array) -> None:
    """Paint skin that no head, neck or hand moves as cloth: the garment's own edge is ragged."""
    names = [slot.name.split(".")[0] for slot in mesh.materials]
    bare = [i for i, name in enumerate(BONES) if name in ("head", "neck") or "hand" in name]
    bare += [BONE[f"{side}_{finger}{k}"] for side in Side for finger in FINGERS for k in (1, 2, 3)]
    share = weights[:, bare].sum(axis=1)
    skin, cloth = names.index("skin"), names.index("cloth")
    for polygon in mesh.polygons:
        if polygon.material_index == skin and share[list(polygon.vertices)].mean() < _COLLAR:
            polygon.material_index = cloth


def stretch_figure(figure: Figure, scales: Array, build: Array) -> Figure:
    """Give each bone another length: `scales` (B,) along the bone.

    A plain factor for the trunk and head, on top of `build` (3,): their breadth, depth and height.
    """
    direction = figure.tails - figure.heads
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    along = direction[:, :, None] * direction[:, None, :]
    stretch = np.eye(3) + (scales - 1)[:, None, None] * along
    trunk = slice(0, len(_TRUNK))
    stretch[trunk] = np.diag(build) * scales[trunk, None, None]
    heads = figure.heads.copy()
    for bone, parent in enumerate(PARENTS):
        if parent >= 0:
            offset = figure.heads[bone] - figure.heads[parent]
            heads[bone] = heads[parent] + stretch[parent] @ offset
    tails = heads + np.einsum("bij,bj->bi", stretch, figure.tails - figure.heads)
    shift = heads - np.einsum("bij,bj->bi", stretch, figure.heads)
    moved = np.einsum("vb,bij,vj->vi", figure.weights, stretch, figure.vertices, optimize=True)
    vertices = (moved + figure.weights @ shift).astype(np.float32)
    return replace(figure, heads=heads, tails=tails, vertices=vertices)
