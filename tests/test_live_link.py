"""The face as Live Link Face writes it, read back by the rules of those who read the app's recordings."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError, OutputError
from engine.face.names import FACE_NAMES
from engine.head import head_angles
from engine.live_link import write_live_link
from engine.motion import Motion
from engine.skeleton import camera_positions, load_skeleton
from tests.blender.motions import random_motion
from tests.faces import random_face

SKELETON = load_skeleton()
#: The first line of alexdjulin/LiveLinkFace-CSV-Retarget-For-Motionbuilder, anim/alex_rom_3.csv, as the app wrote it.
RECORDED = (
    "Timecode,BlendShapeCount,EyeBlinkLeft,EyeLookDownLeft,EyeLookInLeft,EyeLookOutLeft,EyeLookUpLeft,EyeSquintLeft,"
    "EyeWideLeft,EyeBlinkRight,EyeLookDownRight,EyeLookInRight,EyeLookOutRight,EyeLookUpRight,EyeSquintRight,"
    "EyeWideRight,JawForward,JawRight,JawLeft,JawOpen,MouthClose,MouthFunnel,MouthPucker,MouthRight,MouthLeft,"
    "MouthSmileLeft,MouthSmileRight,MouthFrownLeft,MouthFrownRight,MouthDimpleLeft,MouthDimpleRight,MouthStretchLeft,"
    "MouthStretchRight,MouthRollLower,MouthRollUpper,MouthShrugLower,MouthShrugUpper,MouthPressLeft,MouthPressRight,"
    "MouthLowerDownLeft,MouthLowerDownRight,MouthUpperUpLeft,MouthUpperUpRight,BrowDownLeft,BrowDownRight,BrowInnerUp,"
    "BrowOuterUpLeft,BrowOuterUpRight,CheekPuff,CheekSquintLeft,CheekSquintRight,NoseSneerLeft,NoseSneerRight,"
    "TongueOut,HeadYaw,HeadPitch,HeadRoll,LeftEyeYaw,LeftEyePitch,LeftEyeRoll,RightEyeYaw,RightEyePitch,RightEyeRoll"
)


def acting(frames: int = 12, fps: float = 25.0, **changes: object) -> Motion:
    return random_motion(SKELETON, frames, fps, **{"face": random_face(frames), **changes})


def written(motion: Motion, folder: Path) -> list[dict[str, str]]:
    write_live_link(motion, folder / "take.csv")
    with (folder / "take.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def seconds(code: str, fps: float) -> float:
    """As importers read it: whole frames and a share of one, `round(fps)` of them in what is called a second."""
    hours, minutes, whole, frames = code.split(":")
    return ((int(hours) * 3600 + int(minutes) * 60 + int(whole)) * round(fps) + float(frames)) / fps


@pytest.mark.parametrize("fps", [24000 / 1001, 24.0, 25.0, 30000 / 1001, 30.0, 60.0])
def test_time_codes_give_the_times_of_the_frames(fps: float, tmp_path: Path) -> None:
    time = 3599.0 + np.arange(200) / fps
    rows = written(acting(200, fps, time=time), tmp_path)
    read = np.array([seconds(row["Timecode"], fps) for row in rows])
    assert np.abs(read - time).max() <= 0.0005 / fps + 1e-9  # thousandths of a frame
    assert all(int(row["Timecode"].split(":")[3][:2]) < round(fps) for row in rows)
    whole = written(acting(4, fps), tmp_path)
    assert [row["Timecode"] for row in whole] == [f"00:00:00:{frame:02}.000" for frame in range(4)]


def test_uneven_times_become_even_ones_at_the_right_moments(tmp_path: Path) -> None:
    time = np.cumsum(np.random.default_rng(1).uniform(0.01, 0.06, 30))
    face = random_face(30)
    ramp = np.repeat(time[:, None] / 2.0, len(FACE_NAMES), axis=1).astype(np.float32)
    rows = written(acting(30, 25.0, time=time, face=replace(face, coefficients=ramp)), tmp_path)
    at = np.array([seconds(row["Timecode"], 25.0) for row in rows])
    jaw = np.array([float(row["JawOpen"]) for row in rows])
    inside = at <= time[-1]
    np.testing.assert_allclose(np.diff(at), 0.04, atol=1e-9)
    np.testing.assert_allclose(jaw[inside], at[inside] / 2.0, atol=2e-5)


def test_columns_are_those_of_the_app_and_hold_what_the_face_does(tmp_path: Path) -> None:
    motion = acting()
    face = motion.face
    assert face is not None
    rows = written(motion, tmp_path)
    assert (tmp_path / "take.csv").read_text().splitlines()[0] == RECORDED
    assert [path.name for path in tmp_path.iterdir()] == ["take.csv"]
    assert {len(row) for row in rows} == {63} and {row["BlendShapeCount"] for row in rows} == {"61"}
    for number, name in enumerate(FACE_NAMES):
        column = [float(row[name[0].upper() + name[1:]]) for row in rows]
        np.testing.assert_allclose(column, face.coefficients[:, number], atol=1e-9)
    for eye, side in enumerate(("Left", "Right")):
        own = {angle: np.array([float(row[f"{side}Eye{angle}"]) for row in rows]) for angle in ("Yaw", "Pitch", "Roll")}
        np.testing.assert_allclose(own["Yaw"], -face.gaze[:, eye, 0], atol=1e-9)  # theirs to the right
        np.testing.assert_allclose(own["Pitch"], -face.gaze[:, eye, 1], atol=1e-9)  # and down
        assert not own["Roll"].any()


def test_the_heads_angles_turn_its_landmarks_as_the_motion_does(tmp_path: Path) -> None:
    """Unreal's rotator: roll about the axis from the face into the head, then pitch, then yaw, each as it is read."""
    motion = acting()
    rows = written(motion, tmp_path)
    names = ("nose", "left_eye", "right_eye", "left_ear", "right_ear", "mouth_left", "mouth_right")
    at = [motion.joints.index(name) for name in names]
    still = np.zeros((1, len(SKELETON.freedoms)))
    resting = camera_positions(SKELETON, still, motion.lengths_of_bones())[0, at]
    moved = motion.positions[:, at]
    for row, points in zip(rows, moved, strict=True):
        yaw, pitch, roll = (float(row[f"Head{angle}"]) for angle in ("Yaw", "Pitch", "Roll"))
        # In the camera's axes (right, down, away), of a person who looks into it: their right is the picture's left.
        cos, sin = np.cos, np.sin
        about_away = np.array([[cos(roll), -sin(roll), 0], [sin(roll), cos(roll), 0], [0, 0, 1]])  # the left ear sinks
        about_right = np.array([[1, 0, 0], [0, cos(pitch), -sin(pitch)], [0, sin(pitch), cos(pitch)]])  # the nose sinks
        about_down = np.array([[cos(yaw), 0, sin(yaw)], [0, 1, 0], [-sin(yaw), 0, cos(yaw)]])  # the nose goes left
        turned = (resting - resting.mean(0)) @ (about_down @ about_right @ about_away).T
        np.testing.assert_allclose(turned, points - points.mean(0), atol=2e-4)


def test_a_head_that_turns_left_looks_up_or_leans_left_is_told_so() -> None:
    names = ("head.Y", "head.X", "head.Z")
    angles = np.zeros((3, len(SKELETON.freedoms)), np.float32)
    for frame, name in enumerate(names):
        angles[frame, SKELETON.angle_names.index(name)] = 0.3
    told = head_angles(random_motion(SKELETON, 3, angles=angles))
    assert told[0, 0] == pytest.approx(0.3, abs=0.01)
    assert told[1] == pytest.approx([0.0, -0.3, 0.0], abs=1e-6)  # X flexes: it looks down
    assert abs(told[2, 2]) == pytest.approx(0.3, abs=0.01)


def test_a_motion_without_a_face_and_a_place_that_is_none_are_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No face was seen"):
        write_live_link(acting(face=None), tmp_path / "take.csv")
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="Cannot write"):
        write_live_link(acting(), tmp_path / "file" / "take.csv")
