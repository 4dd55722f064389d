"""A file of 3D points of another program lands as keys on a new armature, and on a character."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from pathlib import Path

import bpy
import numpy as np
import pytest

from engine.geometry.rotations import CAMERA_FROM_BLENDER
from engine.keypoints import HAND_NAMES, POSE_NAMES, Side
from engine.options import TrackOptions
from engine.skeleton import load_skeleton
from engine.track import track
from tests.blender.characters import directions, pose_matrices
from tests.blender.curves import fcurves
from tests.blender.motions import addon, random_motion
from tests.blender.rigs import metarig
from tests.blender.scene import datablocks, import_video
from tests.points.pose_bytes import write_picture

TRC = Path(__file__).resolve().parents[1] / "data" / "points" / "pose2sim_static.trc"
#: Degrees: in the file forearms stand 16 degrees off straight arms, to the side and back, which no hinge does.
NEAR = 12.0


def written(start: str, end: str) -> np.ndarray:
    """(3,) from one marker to another in the first frame, in Blender's axes: X is the file's front, Y up, Z right."""
    lines = TRC.read_text(encoding="utf-8").splitlines()
    names = [name for name in lines[3].split("\t")[2:] if name]
    points = np.array([float(cell) for cell in lines[5].split("\t")[2:]]).reshape(-1, 3)
    x, y, z = points[names.index(end)] - points[names.index(start)]
    return np.array([-z, -x, y])


def degrees(vector: np.ndarray, other: np.ndarray) -> float:
    cosine = vector @ other / np.linalg.norm(vector) / np.linalg.norm(other)
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


LIMBS = {
    f"{bone}.{side}": (f"{side}{start}", f"{side}{end}")
    for side in "LR"
    for bone, start, end in (
        ("upper_arm", "Shoulder", "Elbow"),
        ("forearm", "Elbow", "Wrist"),
        ("thigh", "Hip", "Knee"),
        ("shin", "Knee", "Ankle"),
    )
}


def test_an_armature_stands_as_the_markers_do() -> None:
    assert import_video(TRC, use_scene_rate=True) == {"FINISHED"}
    obj = bpy.context.active_object
    scene = bpy.context.scene
    assert (obj.name, scene.render.fps, scene.frame_end) == ("pose2sim_static", 60, 12)
    assert len(fcurves(obj)) > 79
    ways = directions(obj, [1])
    for bone, markers in LIMBS.items():
        assert degrees(ways[bone][0], written(*markers)) < NEAR, bone
    feet = [pose_matrices(obj, 1)[f"foot.{side}"][2, 3] for side in "LR"]
    assert all(0.0 < foot < 0.2 for foot in feet), "on the ground"


def test_no_video_is_shown_that_is_not_there() -> None:
    assert import_video(TRC, reference="plane") == {"FINISHED"}
    assert not [name for name in datablocks() if name.startswith(("Camera", "Image"))]


def test_a_character_stands_as_the_markers_do() -> None:
    obj = metarig()
    assert import_video(TRC, import_to="selected", contacts=0.0) == {"FINISHED"}
    ways = directions(obj, [1])
    for bone, markers in LIMBS.items():
        assert degrees(ways[bone][0], written(*markers)) < NEAR, bone


def test_the_command_imports_it(tmp_path: Path) -> None:
    assert addon("command.cli").main([str(TRC), "-o", str(tmp_path / "take.bvh")]) == 0
    assert "Frames: 12" in (tmp_path / "take.bvh").read_text(encoding="utf-8")


def test_a_pose_file_plays_as_the_engine_lifts_it(tmp_path: Path) -> None:
    """Body and hands in a picture, at a rate that is not whole: every bone ends where the engine's joint is."""
    shown = random_motion(load_skeleton())
    parts = {"POSE_LANDMARKS": POSE_NAMES[:17], **{f"{side.upper()}_HAND_LANDMARKS": HAND_NAMES for side in Side}}
    names = [*POSE_NAMES[:17], *(name for side in Side for name in side.hand_names)]
    joints = [shown.joints.index(name) for name in names]
    pixels = shown.camera.project((shown.positions + shown.translation[:, None])[:, joints].astype(np.float64))
    path = write_picture(tmp_path / "take.pose", parts, pixels, shown.size, 30000 / 1001)
    motion = track(path, TrackOptions())
    assert import_video(path, use_scene_rate=True, end=60.0) == {"FINISHED"}
    scene, obj = bpy.context.scene, bpy.context.active_object
    assert scene.render.fps / scene.render.fps_base == pytest.approx(30000 / 1001)
    assert (obj.name, scene.frame_end) == ("take", len(motion.time))
    camera = addon("signer.placement").place(obj, motion).camera
    for frame in range(len(motion.time)):
        poses = pose_matrices(obj, frame + 1)
        for bone in motion.skeleton.bones:
            joint = list(motion.joints).index(bone.joint)
            expected = motion.positions[frame, joint] + motion.translation[frame]
            length = obj.pose.bones[bone.name].bone.length
            seen = (poses[bone.name] @ [0.0, length, 0.0, 1.0])[:3]
            assert np.abs((seen - camera) @ CAMERA_FROM_BLENDER.T - expected).max() < 1e-4, bone.name
