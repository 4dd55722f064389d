"""Bodies for the bones, since armatures do not render: solid enough to judge elbows, palms and fingers."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Sequence
from itertools import pairwise
from math import pi
from typing import Any

import bmesh
import bpy
from mathutils import Matrix, Vector

from ..objects import armature_of
from .head_mesh import has_head

_FINGERS = ("index", "middle", "ring", "pinky")
_SIDES = ("L", "R")
#: Bones, and their radii at both ends, metres.
_LIMBS = (
    ("upper_arm", 0.044, 0.034),
    ("forearm", 0.034, 0.023),
    ("thigh", 0.07, 0.05),
    ("shin", 0.048, 0.032),
    ("foot", 0.036, 0.024),
)
COLOURS = {
    "body": (0.24, 0.28, 0.33, 1.0),
    "face": (0.80, 0.80, 0.78, 1.0),
    "L": (0.85, 0.33, 0.10, 1.0),
    "R": (0.02, 0.40, 0.42, 1.0),
    "palm": (1.0, 0.93, 0.78, 1.0),
}
"""Linear RGBA: a hand's back and fingers have its side's colour, both palms are pale."""


def add_mannequin(scene: bpy.types.Scene, rig: bpy.types.Object) -> None:
    """Add solids to the scene that follow the bones of `rig`, which has the upper or the full body."""
    torso = Part(rig, "body")
    ends = [f"{bone}.{side}" for bone in ("shoulder", "hip") for side in _SIDES]
    torso.hull([(end, (0.0, depth, 0.0)) for end in ends for depth in (-0.05, 0.06)])
    if has_head(rig):
        torso.stick("neck", 0.036, 0.036)  # it goes into the head's own neck, whose collar is hardly wider
    else:
        for bone in ("neck", "head"):
            torso.stick(bone, 0.042, 0.042)
        _add_head(scene, rig)
    torso.finish(scene)
    for side in _SIDES:
        _add_limbs(scene, rig, side)
        _add_hand(scene, rig, side)


def _add_head(scene: bpy.types.Scene, rig: bpy.types.Object) -> None:
    """As wide as the ears are apart, reaching almost to the tip of the nose."""
    bones = armature_of(rig).bones
    middle, nose = bones["head"].tail_local, bones["nose"].tail_local
    half_width = (bones["ear.L"].tail_local - bones["ear.R"].tail_local).length / 2
    depth = (nose - middle).length
    head = Part(rig, "body")
    head.ball("head", (0.0, -0.15 * depth, 0.12 * depth), (1.1 * half_width, 0.75 * depth, 1.05 * depth))
    head.finish(scene)
    face = Part(rig, "face")
    face.ball("nose", (0.0, 0.1 * depth, 0.0), (0.012, 0.02, 0.016))
    for side in _SIDES:
        face.ball(f"eye.{side}", (0.0, -0.06 * depth, 0.0), (0.013, 0.013, 0.011))
    face.hull([(f"mouth.{side}", (0.0, y, z)) for side in _SIDES for y in (-0.01, 0.03) for z in (-0.005, 0.005)])
    face.finish(scene)


def _add_limbs(scene: bpy.types.Scene, rig: bpy.types.Object, side: str) -> None:
    for bone, thick, thin in _LIMBS:
        if f"{bone}.{side}" in armature_of(rig).bones:
            part = Part(rig, "body")
            part.stick(f"{bone}.{side}", thick, thin)
            part.finish(scene)


def _add_hand(scene: bpy.types.Scene, rig: bpy.types.Object, side: str) -> None:
    palm = Part(rig, side)
    hand = armature_of(rig).bones[f"hand.{side}"].matrix_local.to_3x3()
    across, normal = hand.col[0], hand.col[2]
    corners = [(f"forearm.{side}", across * x) for x in (-0.021, 0.021)]
    knuckles = ("palm.thumb", "palm.index", "hand", "palm.ring", "palm.pinky")
    corners += [(f"{bone}.{side}", Vector()) for bone in knuckles]
    palm.hull([(bone, (offset + normal * z)[:]) for bone, offset in corners for z in (-0.008, 0.008)])
    palm.paint_facing(normal, "palm")
    palm.finish(scene)
    for name, radius in (("thumb", 0.0115), *((f"f_{finger}", 0.009) for finger in _FINGERS)):
        part = Part(rig, side)
        for joint, (thick, thin) in enumerate(pairwise((radius, 0.94 * radius, 0.85 * radius, 0.72 * radius)), start=1):
            part.stick(f"{name}.{joint:02}.{side}", thick, thin)
        part.finish(scene)


class Part:
    """One mesh under construction; every vertex follows one bone of the rig."""

    def __init__(self, rig: bpy.types.Object, colour: str) -> None:
        self._rig, self._mesh = rig, bmesh.new()
        self._bones = armature_of(rig).bones
        self._size = sum(self._bones[f"upper_arm.{side}"].length for side in _SIDES) / 0.57
        self._colours = [colour]
        self._weights = self._mesh.verts.layers.deform.new()

    def stick(self, bone: str, thick: float, thin: float) -> None:
        """A tapered rod along a bone with round ends, radii in metres for an average person."""
        length = self._bones[bone].length
        frame = self._bones[bone].matrix_local
        middle = frame @ Matrix.Rotation(-pi / 2, 4, "X") @ Matrix.Translation((0, 0, length / 2))
        thick, thin = thick * self._size, thin * self._size
        made = bmesh.ops.create_cone(
            self._mesh, cap_ends=False, segments=12, radius1=thick, radius2=thin, depth=length, matrix=middle
        )
        self._bind(made["verts"], bone)
        for end, radius in ((0.0, thick), (length, thin)):
            self._ball(frame @ Matrix.Translation((0, end, 0)) @ Matrix.Scale(radius, 4), bone)

    def ball(self, bone: str, offset: Sequence[float], radii: Sequence[float]) -> None:
        """An ellipsoid at a bone's end, upright at rest; metres for an average person."""
        centre = self._bones[bone].tail_local + Vector(offset) * self._size
        self._ball(Matrix.Translation(centre) @ Matrix.Diagonal((*(Vector(radii) * self._size), 1.0)), bone)

    def hull(self, corners: Sequence[tuple[str, Sequence[float]]]) -> None:
        """The convex hull of bones' ends, each moved by an offset, metres for an average person."""
        vertices = []
        for bone, offset in corners:
            vertices.append(self._mesh.verts.new(self._bones[bone].tail_local + Vector(offset) * self._size))
            self._bind(vertices[-1:], bone)
        bmesh.ops.convex_hull(self._mesh, input=vertices)

    def paint_facing(self, normal: Vector, colour: str) -> None:
        """Give the faces that look along `normal` another colour."""
        self._mesh.normal_update()
        self._colours.append(colour)
        for face in self._mesh.faces:
            face.material_index = int(face.normal.dot(normal) > 0.3)

    def finish(self, scene: bpy.types.Scene) -> None:
        """Put the mesh into the scene, bound to the rig."""
        data = bpy.data.meshes.new("mannequin")
        for face in self._mesh.faces:
            face.smooth = len(self._colours) == 1
        self._mesh.to_mesh(data)
        self._mesh.free()
        for colour in self._colours:
            data.materials.append(_material(colour))
        obj = bpy.data.objects.new("mannequin", data)
        for bone in self._bones:
            obj.vertex_groups.new(name=bone.name)
        modifier = obj.modifiers.new("bones", "ARMATURE")
        modifier.object = self._rig
        obj.matrix_world = self._rig.matrix_world
        scene.collection.objects.link(obj)

    def _ball(self, place: Matrix, bone: str) -> None:
        made = bmesh.ops.create_uvsphere(self._mesh, u_segments=16, v_segments=12, radius=1.0, matrix=place)
        self._bind(made["verts"], bone)

    def _bind(self, vertices: Sequence[bmesh.types.BMVert], bone: str) -> None:
        for vertex in vertices:
            weights: Any = vertex[self._weights]
            weights[self._bones.find(bone)] = 1.0


def _material(colour: str) -> bpy.types.Material:
    material = bpy.data.materials.get(colour) or bpy.data.materials.new(colour)
    material.diffuse_color = COLOURS[colour]
    return material
