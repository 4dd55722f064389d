"""A plain head on our armature that shows its face: a mesh with ARKit's shape keys, and two eyeballs that look."""

# The stubs take data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from math import degrees, pi

import bmesh
import bpy
import numpy as np
from mathutils import Matrix, Vector

from ...engine.geometry.arrays import Array
from ...engine.keypoints import Side
from ...engine.plain_head.colours import COLOURS, EYE_COLOURS, ROUGHNESS
from ...engine.plain_head.form import head_form
from ...engine.plain_head.shapes import face_shapes
from ...engine.plain_head.skin import EYE, EYE_RADIUS
from ...engine.skeleton import load_skeleton
from ..objects import MARK, armature_of, pose_bones
from .bone_shapes import shape_bone
from .face import HEAD
from .face_drivers import drive, link_face
from .neck import with_neck

#: The head bone's shape stands above the mesh: half its width and depth, and how far up, over the bone's length.
_HALO, _ABOVE = ("tube", 0.75, 0.95), 1.6


def has_head(obj: bpy.types.Object) -> bool:
    """Whether an armature carries one of these heads."""
    return any(child.get(MARK) == HEAD for child in obj.children)


def add_head(obj: bpy.types.Object) -> None:
    """Give an armature of ours that has the face's properties the head that shows them, in its collections."""
    average = with_neck(load_skeleton())
    scale = armature_of(obj).bones[HEAD].length / average.lengths[average.names.index(HEAD)]
    form = head_form()
    points = np.array(form.points)
    mesh = _mesh(f"{obj.name} head", points * scale, form.faces, form.materials)
    head = _child(obj, mesh, Matrix())
    head[MARK] = HEAD
    head.shape_key_add(name="Basis")
    for name, moved in face_shapes(form).items():
        key = head.shape_key_add(name=name)
        key.data.foreach_set("co", ((points + moved) * scale).astype(np.float32).ravel())
    link_face(obj, head)
    for side, sign in zip(Side, (1, -1), strict=True):
        eye = _child(obj, _eyeball(f"{obj.name} {side} eye", scale), _eye_frame(scale, sign))
        for angle, axis in (("pitch", 0), ("yaw", 2)):
            drive(eye, "rotation_euler", axis, obj, f"gaze_{angle}_{side}")
    bone = pose_bones(obj)[HEAD]
    shape_bone(bone, *_HALO)
    bone.custom_shape_translation = (0.0, _ABOVE * bone.length, 0.0)


def _child(obj: bpy.types.Object, mesh: bpy.types.Mesh, frame: Matrix) -> bpy.types.Object:
    """An object that the head bone carries, at rest in a frame of the armature's axes from the bone's end."""
    child = bpy.data.objects.new(mesh.name, mesh)
    child.parent, child.parent_type, child.parent_bone = obj, "BONE", HEAD
    rest = armature_of(obj).bones[HEAD].matrix_local.to_3x3()
    child.matrix_parent_inverse = rest.inverted().to_4x4() @ frame
    for collection in obj.users_collection:
        collection.objects.link(child)
    return child


def _eye_frame(scale: float, side: int) -> Matrix:
    """Y where the eye looks, Z up: so its turns about X and Z are pitch and yaw."""
    return Matrix.Translation(Vector((EYE * [side, 1, 1] * scale).tolist())) @ Matrix.Rotation(pi, 4, "Z")


def _mesh(name: str, points: Array, faces: list[tuple[int, ...]], materials: list[str]) -> bpy.types.Mesh:
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(points.tolist(), [], faces)
    used = list(dict.fromkeys(materials))
    for colour in used:
        mesh.materials.append(_material(colour))
    mesh.polygons.foreach_set("material_index", [used.index(material) for material in materials])
    mesh.polygons.foreach_set("use_smooth", [True] * len(faces))
    return mesh


def _eyeball(name: str, scale: float) -> bpy.types.Mesh:
    """A ball around the middle of an eye."""
    ball, mesh = bmesh.new(), bpy.data.meshes.new(name)
    frame = Matrix.Rotation(-pi / 2, 4, "X")  # its poles on Y
    bmesh.ops.create_uvsphere(ball, u_segments=20, v_segments=24, radius=EYE_RADIUS * scale, matrix=frame)
    for face in ball.faces:
        away = degrees(face.calc_center_median().angle(Vector((0, 1, 0))))
        face.material_index = next(i for i, (_, most) in enumerate(EYE_COLOURS) if away < most)
        face.smooth = True
    ball.to_mesh(mesh)
    ball.free()
    for colour, _ in EYE_COLOURS:
        mesh.materials.append(_material(colour))
    return mesh


def _material(colour: str) -> bpy.types.Material:
    """The file's own material, made where there is none."""
    name = f"Sign Mocap {colour}"
    there = next((m for m in bpy.data.materials if m.name == name and m.library is None), None)
    if there is None:
        there = bpy.data.materials.new(name)
        there.diffuse_color = (*COLOURS[colour], 1.0)
        there.use_nodes = True
        shader = next(node for node in there.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
        shader.inputs["Base Color"].default_value = there.diffuse_color
        shader.inputs["Roughness"].default_value = there.roughness = ROUGHNESS
    return there
