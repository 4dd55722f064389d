"""The bones' colours in Object Mode, where Blender draws a whole armature in one colour: a line along each bone."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import gpu
from gpu_extras.batch import batch_for_shader
from mathutils import Vector

from ..objects import MARK, armature_of, pose_bones

_WIDTH = 2.5  # pixels

#: A bone's head and tail in world space, and its colour, RGB.
Line = tuple[Vector, Vector, tuple[float, ...]]

_handlers: list[object] = []


def start() -> None:
    """Draw in every 3D Viewport from now on."""
    _handlers.append(bpy.types.SpaceView3D.draw_handler_add(_draw, (), "WINDOW", "POST_VIEW"))


def stop() -> None:
    """Draw no more."""
    bpy.types.SpaceView3D.draw_handler_remove(_handlers.pop(), "WINDOW")


def lines(obj: bpy.types.Object) -> list[Line]:
    """Of every bone that is visible and has a colour of its own, as it is posed."""
    collections = [c for c in armature_of(obj).collections if c.is_visible_effectively]
    visible = {bone.name for collection in collections for bone in collection.bones}
    to_world = obj.matrix_world
    return [
        (to_world @ bone.head, to_world @ bone.tail, bone.bone.color.custom.normal[:])
        for bone in pose_bones(obj)
        if bone.name in visible and bone.bone.color.palette == "CUSTOM" and not _hidden(bone)
    ]


def _hidden(bone: bpy.types.PoseBone) -> bool:
    """Whether the user hid the bone, which moved from the bone to the pose bone in 5.0."""
    return (bone.bone if bpy.app.version < (5, 0) else bone).hide


def _draw() -> None:
    """Armatures of ours, where the viewport shows bones."""
    context = bpy.context
    space = context.space_data
    if not (space.overlay.show_overlays and space.overlay.show_bones):
        return
    for obj in context.view_layer.objects:
        if obj.type == "ARMATURE" and MARK in obj and obj.mode == "OBJECT" and obj.visible_in_viewport_get(space):
            gpu.state.depth_test_set("NONE" if obj.show_in_front else "LESS_EQUAL")
            _draw_lines(context, lines(obj))
    gpu.state.depth_test_set("NONE")


def _draw_lines(context: bpy.types.Context, found: list[Line]) -> None:
    """The farthest first."""
    towards = context.region_data.view_matrix.row[2].to_3d()
    found.sort(key=lambda line: towards.dot(line[0] + line[1]))
    shader = gpu.shader.from_builtin("POLYLINE_FLAT_COLOR")
    shader.uniform_float("viewportSize", (context.region.width, context.region.height))
    shader.uniform_float("lineWidth", _WIDTH * context.preferences.system.ui_scale)
    ends = [end for head, tail, _ in found for end in (head, tail)]
    colours = [(*colour, 1.0) for *_, colour in found for _ in range(2)]
    batch_for_shader(shader, "LINES", {"pos": ends, "color": colours}).draw(shader)
