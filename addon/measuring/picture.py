"""The README's picture: frames of the sample, and characters that sign them."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from fractions import Fraction
from pathlib import Path

import bpy
import numpy as np

from ...engine.detection.video import open_video
from ...engine.geometry.arrays import Image
from ...engine.retarget import Performance
from ...engine.training.rendering.stage import draw, over, place_camera
from ...engine.training.rendering.stage_camera import aim_camera
from ..demo.side_by_side import encode, resized
from .played import play
from .rigs import RIGS, RealRig, open_rig, signer

#: Of the sample.
FRAMES = (30, 70, 100, 130)
WALL = np.array([226.0, 228.0, 230.0])
SIZE = (230, 300)
#: How far the camera is from the character and how much of it is seen, over the length of its trunk.
_DISTANCE, _SEEN = 4.0, 2.3


def draw_characters(video: Path, performance: Performance, data: Path, path: Path) -> None:
    """Write a PNG: a row of pictures of the video, and one of each character below."""
    with open_video(video) as source:
        shown = [frame.image for number, frame in enumerate(source.frames()) if number in FRAMES]
    width, height = SIZE
    rows = [[resized(_middle(image, width / height), SIZE) for image in shown]]
    cast: list[RealRig] = [signer(2), signer(7), next(rig for rig in RIGS if rig.name == "Geneva")]
    rows += [_signing(rig, performance, data) for rig in cast]
    encode(path, [np.vstack([np.hstack(row) for row in rows])], "png", Fraction(1), "rgb24")


def _middle(image: Image, shape: float) -> Image:
    """The middle of a picture, of a width over height."""
    width = round(image.shape[0] * shape)
    left = (image.shape[1] - width) // 2
    return image[:, left : left + width]


def _signing(rig: RealRig, performance: Performance, data: Path) -> list[Image]:
    """A rig's pictures of FRAMES, contacts and limits on."""
    obj = open_rig(rig, data)
    body = play(obj, performance, contacts=1.0, limits=True).character.body
    scene = bpy.context.scene
    eye = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    scene.collection.objects.link(eye)
    scene.camera = eye
    focal = SIZE[1] * _DISTANCE / _SEEN
    middle = body.neck - [0.0, 0.0, 0.25 * body.trunk]
    place_camera(scene, aim_camera(middle, _DISTANCE * body.trunk, np.zeros(3), focal, SIZE))
    scene.render.engine, scene.render.film_transparent = "BLENDER_WORKBENCH", True
    scene.render.image_settings.file_format, scene.render.image_settings.color_mode = "TARGA_RAW", "RGBA"
    scene.display.shading.color_type, scene.display.shading.light = "MATERIAL", "STUDIO"
    scene.display.shading.show_shadows, scene.display.render_aa = True, "8"
    pictures: list[Image] = []
    for frame in FRAMES:
        scene.frame_set(1 + frame)
        pictures.append(over(draw(scene), WALL))
    return pictures
