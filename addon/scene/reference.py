"""The video itself in the scene, before a camera that sees the armature as the video shows the person."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import re
from math import atan2, radians
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix

from ...engine.detection.sequence import numbered_pictures
from ...engine.errors import VideoError
from ...engine.motion import Motion
from ...engine.placement import Placement

_BEHIND = 0.5  # metres from the person to the image plane, for a person of the tracked size
_UPRIGHT = Matrix.Rotation(radians(90), 4, "X")  # a camera looks along +Y, a picture faces -Y


def add_camera(obj: bpy.types.Object, motion: Motion, placement: Placement) -> bpy.types.Object:
    """A camera that sees the armature as the video shows the person; linked to no scene.

    It matches where the scene renders in the video's proportions.
    """
    width, height = (float(x) for x in motion.size)
    focal, _, cx, cy = (float(x) for x in motion.camera.numbers)
    data = bpy.data.cameras.new(f"{obj.name} camera")
    data.sensor_fit = "HORIZONTAL"
    data.lens = focal * data.sensor_width / width
    data.shift_x = (width / 2 - cx) / width
    data.shift_y = (cy - height / 2) / width
    camera = bpy.data.objects.new(data.name, data)
    camera.matrix_world = _standing(obj, placement.camera)
    return camera


def add_background(camera: bpy.types.Object, motion: Motion, video: Path, first: int, *, mirrored: bool) -> None:
    """Show the video behind all that the camera of `add_camera` sees, from frame `first` on."""
    camera.data.show_background_images = True
    background = camera.data.background_images.new()
    background.alpha = 1.0
    background.image = _load(video)
    _play(background.image_user, background.image, motion, first)
    turn = _turn(background.image, motion, mirrored=mirrored)
    background.use_flip_x = bool(np.linalg.det(turn) < 0)  # before it is turned, clockwise
    background.rotation = atan2(-turn[0, 1], turn[1, 1])
    background.frame_method = "FIT"  # before it is turned, too
    background.scale = max(motion.size) / min(motion.size) if turn[0, 1] else 1.0


def add_plane(
    obj: bpy.types.Object, motion: Motion, placement: Placement, video: Path, first: int, *, mirrored: bool
) -> bpy.types.Object:
    """An image empty behind the armature that fills what the camera of `add_camera` sees; linked to no scene."""
    width, height = (float(x) for x in motion.size)
    focal, _, cx, cy = (float(x) for x in motion.camera.numbers)
    away = placement.distance + _BEHIND * placement.scale
    pixel = away / focal  # metres
    empty = bpy.data.objects.new(f"{obj.name} video", None)
    empty.empty_display_type = "IMAGE"
    empty.empty_display_size = max(width, height) * pixel
    empty.data = _load(video)
    _play(empty.image_user, empty.data, motion, first)
    centre = np.array([(width / 2 - cx) * pixel, away, (cy - height / 2) * pixel])
    turn = np.eye(4)
    turn[:2, :2] = _turn(empty.data, motion, mirrored=mirrored) * [[1, -1], [-1, 1]]  # y is up there
    empty.matrix_world = _standing(obj, placement.camera + centre) @ Matrix(turn.tolist())
    return empty


def _standing(obj: bpy.types.Object, position: np.ndarray) -> Matrix:
    """An upright frame at a point (3,) of the armature's space, its Z towards the front (-Y)."""
    return obj.matrix_world @ Matrix.Translation(position.tolist()) @ _UPRIGHT


def _load(video: Path) -> bpy.types.Image:
    """A video, a picture, or the first picture of a folder's, which are one video."""
    shown = video
    if video.is_dir():
        number, shown = min(numbered_pictures(video).items())
        if not re.search(f"(?<![0-9])0*{number}$", shown.stem):
            raise VideoError(
                f"{video} cannot be shown as a reference: Blender counts pictures by the last number of their names; "
                "rename them, or leave the reference out."
            )
    try:
        image = bpy.data.images.load(str(shown), check_existing=True)
    except RuntimeError as error:
        raise VideoError(f"{video} cannot be shown as a reference: {str(error).strip()}") from error
    if video.is_dir():
        image.source = "SEQUENCE"
    return image


def _turn(image: bpy.types.Image, motion: Motion, *, mirrored: bool) -> np.ndarray:
    """(2,2) takes places in the picture as Blender loads it to upright ones, x right, y down; makes its pixels square.

    Blender ignores a photograph's orientation, and up to 4.3 a video's; from 4.4 on it turns videos as the
    first column of their matrix says, and mirrors none.
    """
    turn = motion.orientation.matrix
    if image.source == "MOVIE" and bpy.app.version >= (4, 4):
        a, b = turn[:, 0]
        turn = turn @ [[a, b], [-b, a]]
    if mirrored:
        turn = np.diag([-1.0, 1.0]) @ turn
    if all(image.size):
        width, height = np.abs(turn.T) @ motion.size / np.array(image.size)
        image.display_aspect = (max(1.0, width / height), max(1.0, height / width))
    return turn


def _play(user: bpy.types.ImageUser, image: bpy.types.Image, motion: Motion, first: int) -> None:
    """Show the picture of the motion's first pose at frame `first`, and so on."""
    if image.source == "MOVIE":
        user.frame_duration = max(1, image.frame_duration)
    elif image.source == "SEQUENCE":
        numbers = numbered_pictures(Path(bpy.path.abspath(image.filepath)).parent)
        user.frame_duration = max(numbers) - min(numbers) + 1
        user.frame_offset = min(numbers) - 1
    else:
        return
    user.frame_start = first - round(float(motion.time[0] * motion.fps))
    user.use_auto_refresh = True
