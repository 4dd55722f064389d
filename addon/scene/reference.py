"""The video itself in the scene, lined up with the armature: behind a camera, or on a plane."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from math import radians
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix

from ...engine.errors import VideoError
from ...engine.motion import Motion
from ..signer.placement import Placement

_BEHIND = 0.5  # metres from the person to the image plane, for a person of the tracked size
_UPRIGHT = Matrix.Rotation(radians(90), 4, "X")  # a camera looks along +Y, a picture faces -Y


def add_camera(
    obj: bpy.types.Object, motion: Motion, placement: Placement, video: Path, first: int, *, mirrored: bool
) -> bpy.types.Object:
    """A camera that sees the armature as the video shows the person, the video behind it.

    Linked to no scene. It matches where the scene renders in the video's proportions.
    """
    width, height = (float(x) for x in motion.size)
    focal, _, cx, cy = (float(x) for x in motion.camera.numbers)
    data = bpy.data.cameras.new(f"{obj.name} camera")
    data.sensor_fit = "HORIZONTAL"
    data.lens = focal * data.sensor_width / width
    data.shift_x = (width / 2 - cx) / width
    data.shift_y = (cy - height / 2) / width
    data.show_background_images = True
    background = data.background_images.new()
    background.alpha = 1.0
    background.image = _load(video)
    _play(background.image_user, background.image, motion, first)
    background.use_flip_x = mirrored
    camera = bpy.data.objects.new(data.name, data)
    camera.matrix_world = _standing(obj, placement.camera)
    return camera


def add_plane(
    obj: bpy.types.Object, motion: Motion, placement: Placement, video: Path, first: int, *, mirrored: bool
) -> bpy.types.Object:
    """An image empty behind the armature, of its size: from the front the person covers the rig.

    Linked to no scene.
    """
    width, height = (float(x) for x in motion.size)
    focal, _, cx, cy = (float(x) for x in motion.camera.numbers)
    metres = placement.distance / focal  # of a pixel where the person is
    centre = np.array([(width / 2 - cx) * metres, 0.0, (cy - height / 2) * metres])
    behind = placement.distance + _BEHIND * placement.scale
    empty = bpy.data.objects.new(f"{obj.name} video", None)
    empty.empty_display_type = "IMAGE"
    empty.empty_display_size = max(width, height) * metres
    empty.data = _load(video)
    assert empty.image_user is not None
    _play(empty.image_user, empty.data, motion, first)
    empty.matrix_world = _standing(obj, placement.camera + centre + [0.0, behind, 0.0])
    if mirrored:
        empty.scale.x *= -1
    return empty


def _standing(obj: bpy.types.Object, position: np.ndarray) -> Matrix:
    """An upright frame at a point (3,) of the armature's space, its Z towards the front (-Y)."""
    return obj.matrix_world @ Matrix.Translation(position.tolist()) @ _UPRIGHT


def _load(video: Path) -> bpy.types.Image:
    try:
        return bpy.data.images.load(str(video), check_existing=True)
    except RuntimeError as error:
        raise VideoError(f"{video} cannot be shown as a reference: {str(error).strip()}") from error


def _play(user: bpy.types.ImageUser, image: bpy.types.Image, motion: Motion, first: int) -> None:
    """Show the picture of the motion's first pose at frame `first`, and so on."""
    if image.source != "MOVIE":
        return
    user.frame_duration = max(1, image.frame_duration)
    user.frame_start = first - round(float(motion.time[0] * motion.fps))
    user.use_auto_refresh = True
