"""Workbench pictures of posed figures: a stage that is set once and redrawn per frame."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import mathutils
import numpy as np

from ...geometry.arrays import Array, Image, Index
from ...process import silenced
from ..acting.figure import Figure, load_figure, stretch_figure
from ..acting.pose import Posed
from .skin import Skin, bind_skin, skin_vertices
from .stage_camera import StageCamera
from .truth import read_joints, surface_vertices

_TGA_HEADER, _TGA_SIZE = 18, slice(12, 16)


@dataclass(frozen=True)
class Actor:
    """A figure ready to be posed, in the scene."""

    figure: Figure
    skin: Skin
    surface: Index
    body: Any


@dataclass(frozen=True)
class Look:
    """Colours (linear RGB) per material name, the studio light, shadows."""

    colours: dict[str, tuple[float, float, float]]
    studio_light: str = "Default"
    light_turn: float = 0.0
    shadows: bool = False
    antialias: str = "OFF"


def empty_stage() -> Any:
    """An empty file with a camera, Workbench, no tone mapping."""
    bpy.ops.wm.read_homefile(use_empty=True)
    scene: Any = bpy.context.scene
    eye: Any = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    scene.collection.objects.link(eye)
    scene.camera = eye
    scene.render.engine = "BLENDER_WORKBENCH"
    scene.render.film_transparent = True
    scene.render.image_settings.file_format = "TARGA_RAW"
    scene.render.image_settings.color_mode = "RGBA"
    scene.view_settings.view_transform = "Standard"
    scene.display.shading.color_type = "MATERIAL"
    return scene


def enter_actor(scene: Any, path: Path, proportions: tuple[Array, Array] | None = None) -> Actor:
    """Bring a figure into the scene, as it is or with other `proportions`; see stretch_figure."""
    figure, body = load_figure(path)
    if proportions is not None:
        figure = stretch_figure(figure, *proportions)
    scene.collection.objects.link(body)
    for polygon in body.data.polygons:
        polygon.use_smooth = True
    return Actor(figure, bind_skin(figure), surface_vertices(figure), body)


def leave_actor(actor: Actor) -> None:
    """Take the figure out of the scene again."""
    body = actor.body.data
    materials = list(body.materials)
    bpy.data.objects.remove(actor.body)
    bpy.data.batch_remove((body, *materials))


def dress(scene: Any, actor: Actor, look: Look) -> None:
    """Set colours and light."""
    for name, slot in zip(actor.figure.materials, actor.body.data.materials, strict=True):
        if name in look.colours:
            slot.diffuse_color = (*look.colours[name], 1.0)
    shading = scene.display.shading
    shading.light = "STUDIO"
    shading.studio_light = look.studio_light
    shading.use_world_space_lighting = look.light_turn != 0.0
    shading.studiolight_rotate_z = look.light_turn
    shading.show_shadows = look.shadows
    shading.shadow_intensity = 0.25
    scene.display.render_aa = look.antialias


def place_camera(scene: Any, camera: StageCamera, oversample: float = 1.0) -> None:
    """Give Blender's camera the view of `camera`, drawn `oversample` times as large."""
    data, width = scene.camera.data, camera.size[0]
    data.sensor_fit = "HORIZONTAL"
    data.lens = float(camera.pinhole.focal[0]) / width * data.sensor_width
    scene.render.resolution_x = round(camera.size[0] * oversample)
    scene.render.resolution_y = round(camera.size[1] * oversample)
    scene.render.resolution_percentage = 100
    matrix = np.eye(4)
    matrix[:3, :3] = camera.rotation.T @ np.diag([1.0, -1.0, -1.0])
    matrix[:3, 3] = camera.position
    scene.camera.matrix_world = mathutils.Matrix(matrix.tolist())


def act(actor: Actor, posed: Posed) -> tuple[Array, Array]:
    """Move the mesh to a pose; returns the world joints (J,3) as truth.JOINTS and vertices (V,3)."""
    vertices = skin_vertices(actor.skin, actor.figure, posed)
    mesh = actor.body.data
    mesh.vertices.foreach_set("co", np.ascontiguousarray(vertices, np.float32).ravel())
    mesh.update()
    return read_joints(posed, vertices[actor.surface]), vertices


def crop_stage(scene: Any, camera: StageCamera, vertices: Array) -> tuple[slice, slice]:
    """Draw only where the vertices (V,3) are: rows and columns of the picture, even numbers."""
    pixels = camera.pinhole.project(camera.to_camera(vertices))
    size = np.array(camera.size)
    low = np.clip(pixels.min(axis=0) - 4, 0, size - 16).astype(int) // 2 * 2
    high = np.minimum((np.clip(pixels.max(axis=0) + 4, low + 8, size).astype(int) + 1) // 2 * 2, size)
    render, (left, top), (right, bottom) = scene.render, low / size, high / size
    render.use_border = render.use_crop_to_border = True
    render.border_min_x, render.border_max_x = left, right
    render.border_min_y, render.border_max_y = 1 - bottom, 1 - top
    return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))


def draw(scene: Any) -> Image:
    """Render the stage: BGRA (H,W,4), colour not multiplied by alpha."""
    folder = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path(tempfile.gettempdir())
    path = folder / f"stage_{os.getpid()}.tga"
    scene.render.filepath = str(path)
    with silenced(1):  # Blender's note about each saved picture
        bpy.ops.render.render(write_still=True)
    raw = np.fromfile(path, np.uint8)
    path.unlink()
    width, height = (int(side) for side in raw[_TGA_SIZE].view("<u2"))
    return raw[_TGA_HEADER : _TGA_HEADER + width * height * 4].reshape(height, width, 4)[::-1]


def over(picture: Image, background: Array) -> Image:
    """The drawn picture (H,W,4) over a background (H,W,3) or (3,), 0..255, as RGB."""
    share = picture[..., 3:].astype(np.float32) / 255
    return paint(picture[..., :3] * share, share, background)


def paint(colour: Array, share: Array, background: Array | Image) -> Image:
    """BGR (H,W,3) already multiplied by its share (H,W,1) over a background, 0..255, as RGB."""
    mixed = colour[..., ::-1] + (1 - share) * background
    return np.clip(mixed + 0.5, 0, 255).astype(np.uint8)
