"""What was imported, brought into view where it is not."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
from mathutils import Matrix, Vector


def show_result(context: bpy.types.Context, armatures: list[bpy.types.Object]) -> None:
    """Frame the selected armatures in 3D views that do not show them whole, and their keys in timelines."""
    context.view_layer.update()
    for window in context.window_manager.windows:
        for area in window.screen.areas if window.scene == context.scene else ():
            region = next(region for region in area.regions if region.type == "WINDOW")
            with context.temp_override(window=window, area=area, region=region):
                if area.type == "VIEW_3D" and context.mode == "OBJECT":
                    _show_in_view(area.spaces.active.region_3d, armatures)
                elif area.type == "DOPESHEET_EDITOR":
                    _show_in_timeline(region, armatures)


def _show_in_view(view: bpy.types.RegionView3D, armatures: list[bpy.types.Object]) -> None:
    """A view through a camera stays as it is."""
    corners = [obj.matrix_world @ Vector(corner) for obj in armatures for corner in obj.bound_box]
    if view.view_perspective != "CAMERA" and not all(is_seen(corner, view.perspective_matrix) for corner in corners):
        bpy.ops.view3d.view_selected()


def is_seen(point: Vector, projection: Matrix) -> bool:
    """Whether a point of the world, metres, lies in a view of this projection to homogeneous -1 to 1."""
    x, y, _, w = projection @ point.to_4d()
    return w > 0 and max(abs(x), abs(y)) <= w


def _show_in_timeline(region: bpy.types.Region, armatures: list[bpy.types.Object]) -> None:
    left, right = (region.view2d.region_to_view(x, 0)[0] for x in (0, region.width))
    frames = [frame for obj in armatures for frame in obj.animation_data.action.frame_range]
    if min(frames) < left or max(frames) > right:
        bpy.ops.action.view_all()
