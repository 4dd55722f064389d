"""A file of 3D points of another program lands as keys on a new armature, and on a character."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from pathlib import Path

import bpy
import numpy as np

from tests.blender.characters import directions, pose_matrices
from tests.blender.curves import fcurves
from tests.blender.motions import addon
from tests.blender.rigs import metarig
from tests.blender.scene import datablocks, import_video

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
