"""Pictures of a moving armature, for the asset browser: by Workbench, in a scene of their own."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix

from ...engine.geometry.arrays import Array
from ...engine.process import silenced
from ..objects import is_ours, pose_bones, whole_of
from ..signer.mannequin import add_mannequin

#: Pixels to each side, as many as in Blender's own.
SIZE = 128
#: How much is seen, and where its middle is above the hips, both over the distance from the hips to the head's end.
_SEEN, _MIDDLE = 1.4, 0.58
#: Metres; what is seen from there does not depend on it.
_AWAY = 10.0

#: A frame of the scene -> RGBA (SIZE,SIZE,4) float32 0..1, the lowest row first; None where Blender cannot draw.
Draw = Callable[[int], Array | None]


@contextmanager
def portraits(obj: bpy.types.Object, bones: dict[str, str]) -> Iterator[Draw]:
    """Draw an armature and all that it carries from the front, as its action has it, inside the block.

    `bones` are the names of its bones `pelvis`, `head`, `upper_arm.L` and `upper_arm.R`.
    """
    scene, whole = bpy.data.scenes.new("portraits"), whole_of(obj)
    try:
        for part in whole:
            scene.collection.objects.link(part)
        if is_ours(obj):
            add_mannequin(scene, obj)
        _set_up(scene)
        scene.camera = _camera(scene, obj, bones)
        with tempfile.TemporaryDirectory(prefix="sign_mocap_") as folder:
            yield lambda frame: _draw(scene, frame, Path(folder) / "portrait.png")
    finally:
        own = set(scene.collection.objects) - whole
        bpy.data.batch_remove([*own, *(part.data for part in own), scene])


def show_portrait(action: bpy.types.Action, picture: Array) -> None:
    """Make a picture the preview of an action."""
    preview = action.preview_ensure()
    assert preview is not None
    preview.image_size = (SIZE, SIZE)
    preview.image_pixels_float.foreach_set(picture.ravel())


def _draw(scene: bpy.types.Scene, frame: int, path: Path) -> Array | None:
    scene.frame_set(frame)
    scene.render.filepath = str(path)
    with silenced():
        bpy.ops.render.render(scene=scene.name, write_still=True)
    if not path.is_file():
        return None
    image = bpy.data.images.load(str(path))
    picture = np.empty((SIZE, SIZE, 4), dtype=np.float32)
    image.pixels.foreach_get(picture.ravel())
    bpy.data.images.remove(image)
    path.unlink()
    return picture


def _set_up(scene: bpy.types.Scene) -> None:
    render, shading = scene.render, scene.display.shading
    render.engine = "BLENDER_WORKBENCH"
    render.resolution_x = render.resolution_y = SIZE
    render.resolution_percentage = 100
    render.film_transparent = True
    render.image_settings.file_format, render.image_settings.color_mode = "PNG", "RGBA"
    scene.view_settings.view_transform = "Standard"
    shading.light, shading.color_type, shading.show_object_outline = "STUDIO", "MATERIAL", True


def _camera(scene: bpy.types.Scene, obj: bpy.types.Object, bones: dict[str, str]) -> bpy.types.Object:
    """Before the armature as it rests, whichever way that faces."""
    known = {name: pose_bones(obj)[bone].bone for name, bone in bones.items()}
    hips, left, right = (obj.matrix_world @ known[name].head_local for name in ("pelvis", "upper_arm.L", "upper_arm.R"))
    upwards = obj.matrix_world @ known["head"].tail_local - hips
    up = upwards.normalized()
    back = up.cross(left - right).normalized()
    data = bpy.data.cameras.new("portraits")
    data.type, data.ortho_scale = "ORTHO", _SEEN * upwards.length
    camera = bpy.data.objects.new("portraits", data)
    frame = Matrix((up.cross(-back), up, -back)).transposed().to_4x4()  # a camera looks along its -Z
    frame.translation = hips + _MIDDLE * upwards - _AWAY * back
    camera.matrix_world = frame
    scene.collection.objects.link(camera)
    return camera
