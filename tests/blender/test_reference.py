"""The video beside the rig: what Blender loads, and where it is shown, against the engine's upright picture."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from fractions import Fraction
from math import cos, sin
from pathlib import Path

import bpy
import numpy as np
import pytest
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector

from engine.detection import open_video
from engine.geometry.arrays import Image
from engine.geometry.camera import Camera
from engine.keypoints import Side
from engine.motion import Motion, load_motion, save_motion
from engine.skeleton import load_skeleton
from tests.blender.motions import addon, random_motion
from tests.blender.scene import SAMPLE, import_video

#: What the display matrix takes stored x and y to: all eight.
MATRICES = [(1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0)]
MATRICES += [(-1, 0, 0, 1), (1, 0, 0, -1), (0, 1, 1, 0), (0, -1, -1, 0)]
ASPECT = {"square": None, "anamorphic": Fraction(4, 3)}


def clip(folder: Path, matrix: tuple[int, int, int, int], pixels: str = "square") -> tuple[Path, Image, Motion]:
    """A video, its first picture upright, and a motion before a camera beside the picture's middle."""
    # A real Blender finds PyAV only when the extension, enabled after collection, has brought its wheels.
    from tests.clips import numbered_pictures, turn_clip, write_clip

    path = write_clip(folder / "clip.mp4", numbered_pictures(3, 96, 64), aspect=ASPECT[pixels])
    turn_clip(path, matrix)
    video = open_video(path)
    upright = next(video.frames()).image
    size, orientation = (video.info.width, video.info.height), video.info.orientation
    video.close()
    camera = Camera.of(np.array([120.0, 120.0, size[0] / 2 - 5, size[1] / 2 + 3]))
    motion = random_motion(load_skeleton(), size=size, camera=camera, orientation=orientation)
    save_motion(motion, folder / "clip.npz")
    return path, upright, load_motion(folder / "clip.npz")


def import_with(path: Path, motion: Motion, reference: str, *, mirrored: bool = False) -> bpy.types.Object:
    options = addon("settings").ImportOptions(reference=reference, mirrored=mirrored)
    (obj,) = addon("scene.apply").apply_motions(bpy.context, {path: motion}, options, [])
    bpy.context.view_layer.update()
    return obj


def compare(image: bpy.types.Image, shown: np.ndarray, upright: Image) -> None:
    """Every quarter of the loaded image has, at the upright pixel (2,2,2) where it is shown, the engine's colour."""
    width, height = image.size
    loaded = np.array(list(image.pixels)).reshape(height, width, -1)[::-1, :, :3]
    for row, column in np.ndindex(2, 2):
        x, y = np.floor(shown[row, column]).astype(int)
        colour = loaded[height * (2 * row + 1) // 4, width * (2 * column + 1) // 4]
        np.testing.assert_allclose(upright[y, x] / 255, colour, atol=0.1)


def check_places(shown: np.ndarray, size: tuple[int, int]) -> None:
    """The quarters' middles (2,2,2) are those of a picture of that size."""
    assert shown.min(axis=(0, 1)) == pytest.approx(np.array(size) / 4, abs=0.05)
    assert shown.max(axis=(0, 1)) == pytest.approx(np.array(size) * 3 / 4, abs=0.05)


def quarters(shape: tuple[float, float]) -> np.ndarray:
    """(2,2,2) middles of the quarters of a picture from -1 to 1, by row and column: x right and y up, times `shape`."""
    return np.array([[(x, y) for x in (-0.5, 0.5)] for y in (0.5, -0.5)]) * shape


@pytest.mark.parametrize("pixels", ASPECT)
@pytest.mark.parametrize("matrix", MATRICES)
def test_the_image_plane_is_the_upright_picture_before_the_camera(
    matrix: tuple[int, int, int, int], pixels: str, tmp_path: Path
) -> None:
    path, upright, motion = clip(tmp_path, matrix, pixels)
    import_with(path, motion, "plane")
    scene, (plane,) = bpy.context.scene, [o for o in bpy.data.objects if o.type == "EMPTY"]
    across = np.array(plane.data.size) * plane.data.display_aspect
    places = quarters(tuple(across / across.max() * plane.empty_display_size / 2)).reshape(4, 2)
    seen = [world_to_camera_view(scene, scene.camera, plane.matrix_world @ Vector((*place, 0))) for place in places]
    shown = (np.array([(x, 1 - y) for x, y, _ in seen]) * motion.size).reshape(2, 2, 2)
    check_places(shown, motion.size)
    compare(plane.data, shown, upright)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("matrix", MATRICES)
def test_the_background_is_the_upright_picture(
    matrix: tuple[int, int, int, int], mirrored: bool, tmp_path: Path
) -> None:
    """By the matrix of Blender's overlay: fit into the frame and scaled, flipped, then turned clockwise."""
    path, upright, motion = clip(tmp_path, matrix)
    import_with(path, motion, "camera", mirrored=mirrored)
    (background,) = bpy.context.scene.camera.data.background_images
    frame = np.array(motion.size, float)
    size = np.array(background.image.size) * background.image.display_aspect
    fit = size * min(frame / size) * background.scale / 2
    places = quarters(tuple(fit)) * [-1 if background.use_flip_x else 1, 1]
    angle = -background.rotation
    places = places @ np.array([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]]).T
    shown = places * [1, -1] + frame / 2
    check_places(shown, motion.size)
    compare(background.image, shown, upright[:, ::-1] if mirrored else upright)


@pytest.mark.parametrize("reference", ["camera", "plane"])
def test_the_camera_of_a_second_video_stands_before_the_second_armature(reference: str) -> None:
    motion = random_motion(load_skeleton())
    first = import_with(SAMPLE, motion, reference)
    camera = bpy.context.scene.camera
    second = import_with(SAMPLE, motion, reference)
    apart = bpy.context.scene.camera.matrix_world.translation - camera.matrix_world.translation
    assert apart == second.matrix_world.translation - first.matrix_world.translation and apart.x > 0


def test_the_camera_sees_every_joint_where_the_motion_projects_it() -> None:
    """To a hundredth of a pixel: what the rig is off the plane's picture by is tracking's alone."""
    motion = random_motion(load_skeleton(), size=(96, 64), camera=Camera.of(np.array([120.0, 120.0, 43.0, 35.0])))
    obj = import_with(SAMPLE, motion, "plane")
    scene, skeleton = bpy.context.scene, motion.skeleton
    projected = motion.camera.project((motion.positions + motion.translation[:, None]).astype(np.float64))
    for frame, pixels in enumerate(projected):
        scene.frame_set(1 + frame)
        for bone, pixel in zip(skeleton.joint_bones, pixels, strict=True):
            if bone >= 0:
                tail = obj.matrix_world @ obj.pose.bones[skeleton.names[bone]].tail
                x, y, _ = world_to_camera_view(scene, scene.camera, tail)
                assert np.array([x, 1 - y]) * motion.size == pytest.approx(pixel, abs=0.01)


def test_the_sample_lies_over_its_image_plane() -> None:
    """True wrists in the video, within 10 of 720 pixels of where the camera that the plane fills sees the rig's."""
    import_video(SAMPLE, reference="plane")
    scene, obj = bpy.context.scene, bpy.context.active_object
    (plane,) = [o for o in bpy.data.objects if o.type == "EMPTY"]
    size = np.array(plane.data.size, float)
    corner = Vector((*(size / size.max() * plane.empty_display_size / 2), 0))
    assert world_to_camera_view(scene, scene.camera, plane.matrix_world @ corner)[:2] == pytest.approx((1, 1), abs=1e-4)
    errors: list[float] = []
    with np.load(SAMPLE.with_suffix(".npz")) as truth:
        names = truth["joints"].tolist()
        for frame in range(0, 10, 3):
            scene.frame_set(1 + frame)
            for side in Side:
                wrist = obj.matrix_world @ obj.pose.bones[side.bone("hand")].head
                x, y, _ = world_to_camera_view(scene, scene.camera, wrist)
                true = truth["keypoints"][frame, names.index(f"{side}_wrist")]
                errors.append(float(np.linalg.norm(np.array([x, 1 - y]) * size - true)))
    assert np.mean(errors) < 10 * size.min() / 720


def test_a_folder_of_pictures_plays_from_its_first(tmp_path: Path) -> None:
    """Blender shows of a sequence the picture number (frame - frame_start + 1 + frame_offset)."""
    from tests.clips import numbered_pictures, write_sequence

    folder = write_sequence(tmp_path / "take", numbered_pictures(5), "take_{:04}.png", first=7)
    motion = random_motion(load_skeleton(), size=(64, 48))
    import_with(folder, motion, "camera")
    (background,) = bpy.context.scene.camera.data.background_images
    user = background.image_user
    assert background.image.source == "SEQUENCE"
    assert Path(background.image.filepath).name == "take_0007.png"
    first = bpy.context.scene.frame_start - round(float(motion.time[0] * motion.fps))
    assert (user.frame_start, user.frame_duration, user.frame_offset) == (first, 5, 6)
    other = write_sequence(tmp_path / "other", numbered_pictures(2))
    with pytest.raises(addon("scene.reference").VideoError, match="last number of their names"):
        import_with(other, motion, "camera")
