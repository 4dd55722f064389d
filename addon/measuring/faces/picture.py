"""The picture: frames of the film, and below them our head and a character that show what was tracked in it."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import argparse
import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ....engine.detection.video import open_video
from ....engine.face.names import FACE_NAMES
from ....engine.geometry.arrays import Array, Image
from ....engine.keypoints import POSE_NAMES
from ....engine.motion import Motion
from ....engine.options import TrackOptions
from ....engine.process import prepare_process
from ....engine.track import track
from ....engine.training.faces.shapes import shapes_of
from ....engine.training.faces.studio import add_mouth
from ....engine.training.rendering.stage import draw, over, place_camera
from ....engine.training.rendering.stage_camera import aim_camera
from ...demo.side_by_side import encode, resized
from ...objects import deformed_meshes
from ...scene.apply import apply_motions
from ...settings import ImportOptions
from ...signer.mannequin import add_mannequin
from ...signer.performances import performance_of_motion
from ..picture import WALL
from ..played import play
from ..rigs import open_rig, signer, signer_path
from .film import FRAMES, make_film

PICTURE = Path(__file__).resolve().parents[3] / "docs" / "face.png"
SIZE = (210, 250)
#: The character, of other people than the film's.
_CHARACTER = 4
#: How far the camera is and how much of the head it sees, metres, and of the film over the distance of its ears.
_DISTANCE, _SEEN, _OF_EARS = 1.2, 0.34, 2.1


def main(argv: list[str]) -> int:
    """Film, track, draw; 0."""
    parser = argparse.ArgumentParser(prog="python -m addon.measuring.faces", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of characters/, faces/ and hands/")
    parser.add_argument("--out", type=Path, default=PICTURE)
    arguments = parser.parse_args(argv)
    prepare_process()
    with tempfile.TemporaryDirectory(prefix="sign_mocap_") as folder:
        video = Path(folder) / "film.mp4"
        make_film(arguments.data, video)
        motion = track(video, TrackOptions())
        rows = [_filmed(video, motion), _on_our_head(motion), _on_a_character(motion, arguments.data)]
    encode(arguments.out, [np.vstack([np.hstack(row) for row in rows])], "png", Fraction(1), "rgb24")
    return 0


def _filmed(video: Path, motion: Motion) -> list[Image]:
    """The face in the film's frames."""
    with open_video(video) as source:
        frames = [frame.image for number, frame in enumerate(source.frames()) if number in FRAMES]
    points = motion.keypoints[list(FRAMES)]
    ears = points[:, [POSE_NAMES.index(f"{side}_ear") for side in ("left", "right")]]
    width = _OF_EARS * float(np.linalg.norm(ears[0, 0] - ears[0, 1]))
    shown: list[Image] = []
    for image, middle in zip(frames, ears.mean(1), strict=True):
        size = np.array([width, width * SIZE[1] / SIZE[0]])
        left, top = np.clip(middle - size / 2, 0, None).astype(int).tolist()
        right, bottom = (np.array([left, top]) + size).astype(int).tolist()
        shown.append(resized(image[top:bottom, left:right], SIZE))
    return shown


def _on_our_head(motion: Motion) -> list[Image]:
    """The armature that an import makes, and the demo's body for its bones."""
    bpy.ops.wm.read_homefile(use_empty=True)
    (rig,) = apply_motions(bpy.context, {Path("film.mp4"): motion}, ImportOptions(), [])
    add_mannequin(bpy.context.scene, rig)
    return _close_ups(lambda: rig.matrix_world @ rig.pose.bones["head"].tail)


def _on_a_character(motion: Motion, data: Path) -> list[Image]:
    """A character with shape keys of ARKit's names."""
    rig = open_rig(signer(_CHARACTER), data)
    (body,) = deformed_meshes(rig)
    name = Path(signer_path(_CHARACTER)).stem
    mouth = add_mouth(bpy.context.scene, body.data, name, data)
    head = next(bone.name for bone in rig.data.bones if bone.name.endswith("Head"))
    mouth.vertex_groups.new(name=head).add(range(len(mouth.data.vertices)), 1.0, "REPLACE")
    mouth.modifiers.new("Armature", "ARMATURE").object = rig
    for obj, shapes in zip((body, mouth), shapes_of(data, name), strict=True):
        _add_keys(obj, shapes)
    play(rig, performance_of_motion(motion), contacts=0.0)
    return _close_ups(lambda: rig.matrix_world @ rig.pose.bones[head].head.lerp(rig.pose.bones[head].tail, 0.35))


def _add_keys(obj: bpy.types.Object, shapes: Array) -> None:
    """Shape keys that move the mesh's vertices by (52,N,3)."""
    rest = np.empty(shapes[0].size, np.float32)
    obj.data.vertices.foreach_get("co", rest)
    obj.shape_key_add(name="Basis")
    for name, moved in zip(FACE_NAMES, shapes, strict=True):
        key = obj.shape_key_add(name=name, from_mix=False)
        key.value = 0.0  # Blender 5 begins at 1
        key.data.foreach_set("co", rest + moved.ravel())


def _close_ups(middle: Callable[[], Any]) -> list[Image]:
    """The scene's head in the film's frames; `middle` tells where it is."""
    scene = bpy.context.scene
    eye = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    scene.collection.objects.link(eye)
    scene.camera = eye
    scene.render.engine, scene.render.film_transparent = "BLENDER_WORKBENCH", True
    scene.render.image_settings.file_format, scene.render.image_settings.color_mode = "TARGA_RAW", "RGBA"
    scene.view_settings.view_transform = "Standard"
    scene.display.shading.color_type, scene.display.shading.light = "MATERIAL", "STUDIO"
    scene.display.render_aa = "8"
    pictures: list[Image] = []
    for frame in FRAMES:
        scene.frame_set(1 + frame)
        place_camera(scene, aim_camera(np.array(middle()), _DISTANCE, np.zeros(3), SIZE[1] * _DISTANCE / _SEEN, SIZE))
        pictures.append(over(draw(scene), WALL))
    return pictures
