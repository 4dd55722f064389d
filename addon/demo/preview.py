"""The rig as pictures, frame by frame: as the video's camera sees it, and from its right side."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from math import radians
from pathlib import Path

import bpy
from mathutils import Euler, Vector

from ...engine.errors import OutputError
from ...engine.motion import Motion
from ...engine.process import silenced
from ..signer.mannequin import add_mannequin
from ..signer.placement import place
from .framing import Framing

VIEWS = ("front", "side")
_BACKGROUND = (0.80, 0.81, 0.80)
_OVERSAMPLED = 150  # percent
_FORWARD = 0.22  # of the panel's width: how far the trunk stands off its middle, to leave room for the arms


@contextmanager
def draw_views(motion: Motion, framing: Framing) -> Iterator[list[Path]]:
    """Draw every frame of the scene, whose one armature plays `motion`.

    Yields a folder per view with 0001.png, 0002.png, ...; they exist inside the block. The scene
    is for drawing only from then on.
    """
    scene = bpy.context.scene
    rig = next(obj for obj in scene.objects if obj.type == "ARMATURE")
    add_mannequin(scene, rig)
    _set_up(scene, framing)
    if len(motion.time) == 1:
        scene.frame_end = scene.frame_start
    cameras = _cameras(scene, rig, motion, framing)
    with tempfile.TemporaryDirectory(prefix="sign_mocap_") as folder:
        folders = [Path(folder) / view for view in VIEWS]
        for camera, target in zip(cameras, folders, strict=True):
            scene.camera = camera
            scene.render.filepath = str(target / "####")
            with silenced():
                bpy.ops.render.render(animation=True)
            if not target.is_dir():
                raise OutputError("Blender cannot draw here; it needs EGL: apt-get install libegl1 libgl1-mesa-dri.")
        yield folders


def _set_up(scene: bpy.types.Scene, framing: Framing) -> None:
    render, shading = scene.render, scene.display.shading
    render.engine = "BLENDER_WORKBENCH"
    render.resolution_x, render.resolution_y = framing.panel
    render.resolution_percentage = _OVERSAMPLED
    render.image_settings.file_format = "PNG"
    render.image_settings.color_mode = "RGB"
    render.image_settings.compression = 0
    scene.view_settings.view_transform = "Standard"
    scene.world = bpy.data.worlds.new("preview")
    scene.world.color = _BACKGROUND
    scene.display.render_aa = "OFF"  # in software, larger pictures made smaller cost less
    shading.light = "STUDIO"
    shading.color_type = "MATERIAL"
    shading.show_object_outline = True
    shading.object_outline_color = (0.03, 0.03, 0.04)


def _cameras(scene: bpy.types.Scene, rig: bpy.types.Object, motion: Motion, framing: Framing) -> list[bpy.types.Object]:
    """The front one has the video's view of the box; the side one its scale, following the trunk."""
    focal, _, cx, cy = (float(x) for x in motion.camera.numbers)
    left, top, width, height = framing.box
    placement = place(rig, motion)
    trunk = Vector(rig.pose.bones[0].bone.head_local)
    camera = Vector(placement.camera)
    aside = Vector((trunk.x - placement.distance, trunk.y, camera.z))
    shift_y = (cy - top - height / 2) / width
    poses = (
        (camera, 0.0, (left + width / 2 - cx) / width),
        (aside, radians(-90), _FORWARD),
    )
    cameras = []
    for view, (position, turn, shift_x) in zip(VIEWS, poses, strict=True):
        data = bpy.data.cameras.new(view)
        data.sensor_fit = "HORIZONTAL"
        data.lens = focal * data.sensor_width / width
        data.shift_x, data.shift_y = shift_x, shift_y
        obj = bpy.data.objects.new(view, data)
        obj.location = position
        obj.rotation_euler = Euler((radians(90), 0.0, turn))
        scene.collection.objects.link(obj)
        cameras.append(obj)
    follow = cameras[-1].constraints.new("COPY_LOCATION")
    follow.target, follow.subtarget = rig, rig.pose.bones[0].name
    follow.use_x = follow.use_z = False
    return cameras
