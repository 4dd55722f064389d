"""Calibration files as other programs write them, and which camera took which video."""

from pathlib import Path

import numpy as np
import pytest

from engine.cameras.calibration import Calibrated, cameras_of
from engine.cameras.read import load_calibration
from engine.cameras.toml import save_calibration
from engine.errors import InputError
from engine.geometry.rotations import euler_to_matrix, rotation_vector

# As Pose2Sim 0.10 writes Calib.toml: its demo's first two cameras, numbers shortened.
POSE2SIM = """
[cam_01]
name = "cam_01"
size = [ 1088.0, 1920.0]
matrix = [ [ 1681.244873046875, 0.0, 540.0], [ 0.0, 1681.075439453125, 964.0], [ 0.0, 0.0, 1.0]]
distortions = [ -0.00072, 0.0021, 9.5e-06, 1.07e-05]
rotation = [ 1.65, 1.07, -0.43]
translation = [ 0.39, 0.97, 2.84]
fisheye = false

[cam_02]
name = "cam_02"
size = [ 1088.0, 1920.0]
matrix = [ [ 1681.5, 0.0, 544.0], [ 0.0, 1681.4, 960.0], [ 0.0, 0.0, 1.0]]
distortions = [ 0.0, 0.0, 0.0, 0.0]
rotation = [ 0.0, 0.0, 0.0]
translation = [ 0.0, 0.0, 0.0]
fisheye = false

[metadata]
adjusted = false
error = 0.0
"""
# As Qualisys Track Manager exports it; the second is a camera for markers.
QUALISYS = """<?xml version="1.0" encoding="UTF-8"?>
<calibration created="2021-06-01" source="x.qtm"><cameras>
 <camera active="1" avg-residual="0.57" serial="21113" model="Miqus Video" viewrotation="0">
  <fov_video left="0" top="0" right="1919" bottom="1087"/>
  <transform x="1000.0" y="-4000.0" z="1500.0" r11="1" r12="0" r13="0" r21="0" r22="0" r23="1"
   r31="0" r32="-1" r33="0"/>
  <intrinsic focallength="9" focalLengthU="107520" focalLengthV="107520" centerPointU="61440" centerPointV="34816"
   skew="0" radialDistortion1="-6.4" radialDistortion2="0" radialDistortion3="0" tangentalDistortion1="0"
   tangentalDistortion2="0"/></camera>
 <camera active="1" avg-residual="0.57" serial="555" model="Miqus M3">
  <fov_video left="0" top="0" right="1919" bottom="1087"/></camera>
 <camera active="1" avg-residual="0.5" serial="22222" model="Miqus Video">
  <fov_video left="0" top="0" right="1919" bottom="1087"/>
  <transform x="0" y="0" z="0" r11="1" r12="0" r13="0" r21="0" r22="1" r23="0" r31="0" r32="0" r33="1"/>
  <intrinsic focalLengthU="64000" focalLengthV="64000" centerPointU="64" centerPointV="64" radialDistortion1="0"
   radialDistortion2="0" tangentalDistortion1="0" tangentalDistortion2="0"/></camera>
</cameras></calibration>
"""
# As cv::FileStorage 4 writes YAML, with the names of EasyMocap.
EASYMOCAP = """%YAML:1.0
---
names:
   - "left"
   - "right"
K_left: !!opencv-matrix
   rows: 3
   cols: 3
   dt: d
   data: [ 1000., 0., 640., 0., 1001., 360., 0., 0., 1. ]
dist_left: !!opencv-matrix
   rows: 1
   cols: 5
   dt: d
   data: [ -1.0000000000000001e-01, 0., 0., 0., 0. ]
R_left: !!opencv-matrix
   rows: 3
   cols: 1
   dt: d
   data: [ 0., 0., 0. ]
T_left: !!opencv-matrix
   rows: 3
   cols: 1
   dt: d
   data: [ 0., 0., 3. ]
K_right: !!opencv-matrix
   rows: 3
   cols: 3
   dt: d
   data: [ 900., 0., 640., 0., 900., 360., 0., 0., 1. ]
dist_right: !!opencv-matrix
   rows: 1
   cols: 5
   dt: d
   data: [ 0., 0., 0., 0., 0. ]
Rot_right: !!opencv-matrix
   rows: 3
   cols: 3
   dt: d
   data: [ 0., 0., -1., 0., 1., 0., 1., 0., 0. ]
T_right: !!opencv-matrix
   rows: 3
   cols: 1
   dt: d
   data: [ 1., 2., 3. ]
"""


def loaded(tmp_path: Path, text: str, name: str = "cameras.txt") -> list[Calibrated]:
    path = tmp_path / name
    path.write_text(text)
    return load_calibration(path)


def test_pose2sims_file_is_read_and_ours_reads_as_it_was_written(tmp_path: Path) -> None:
    first, second = cameras = loaded(tmp_path, POSE2SIM)
    assert (first.name, second.name, first.size) == ("cam_01", "cam_02", (1088.0, 1920.0))
    np.testing.assert_allclose(first.camera.numbers, [1681.244873046875, 1681.075439453125, 540.0, 964.0])
    np.testing.assert_allclose(first.coefficients, [-0.00072, 0.0021, 9.5e-06, 1.07e-05, 0, 0, 0, 0])
    np.testing.assert_allclose(rotation_vector(first.extrinsics.rotation), [1.65, 1.07, -0.43])
    save_calibration(cameras, tmp_path / "again.toml")
    for own, again in zip(cameras, load_calibration(tmp_path / "again.toml"), strict=True):
        assert (own.name, own.size) == (again.name, again.size)
        np.testing.assert_allclose(own.camera.numbers, again.camera.numbers)
        np.testing.assert_allclose(own.coefficients, again.coefficients)
        np.testing.assert_allclose(own.extrinsics.rotation, again.extrinsics.rotation, atol=1e-12)
        np.testing.assert_allclose(own.extrinsics.translation, again.extrinsics.translation)


def test_a_camera_of_qualisys_sees_what_is_before_it(tmp_path: Path) -> None:
    """It stands at (1, -4, 1.5) m, its x to the right, its y up, and looks along the room's y."""
    own, other = loaded(tmp_path, QUALISYS)
    assert (own.name, other.name, own.size) == ("21113", "22222", (1920.0, 1088.0))
    np.testing.assert_allclose(own.camera.numbers, [1680.0, 1680.0, 960.0, 544.0])
    assert own.coefficients[0] == pytest.approx(-0.1)
    stands = -own.extrinsics.rotation.T @ own.extrinsics.translation
    np.testing.assert_allclose(stands, [1.0, -4.0, 1.5], atol=1e-12)


def test_opencvs_yaml_is_read_with_the_names_of_easymocap(tmp_path: Path) -> None:
    left, right = loaded(tmp_path, EASYMOCAP)
    assert (left.name, right.name) == ("left", "right")
    np.testing.assert_allclose(left.camera.numbers, [1000.0, 1001.0, 640.0, 360.0])
    assert left.coefficients[0] == -0.1
    np.testing.assert_allclose(right.extrinsics.rotation, [[0, 0, -1], [0, 1, 0], [1, 0, 0]])
    np.testing.assert_allclose(right.extrinsics.translation, [1.0, 2.0, 3.0])


@pytest.mark.parametrize("ending", ["yml", "xml"])
def test_what_opencv_itself_writes_of_two_cameras_is_read(tmp_path: Path, ending: str) -> None:
    cv2 = pytest.importorskip("cv2", reason="NOT TESTED: opencv-python is not installed")
    turn = euler_to_matrix(np.array([0.1, 0.8, -0.2]), "XYZ")
    matrix = np.array([[1000.0, 0.0, 640.0], [0.0, 990.0, 360.0], [0.0, 0.0, 1.0]])
    storage = cv2.FileStorage(str(tmp_path / f"stereo.{ending}"), cv2.FILE_STORAGE_WRITE)
    written = {"M1": matrix, "D1": np.full((1, 14), 0.0), "M2": matrix, "D2": np.array([[0.1, 0.2, 0.3, 0.4, 0.5]])}
    written |= {"D1": np.zeros((1, 5)), "R": turn, "T": np.array([[0.5], [0.0], [0.1]])}
    for name, value in written.items():
        storage.write(name, value)
    storage.release()
    first, second = load_calibration(tmp_path / f"stereo.{ending}")
    np.testing.assert_allclose(first.extrinsics.rotation, np.eye(3))
    np.testing.assert_allclose(second.extrinsics.rotation, turn)
    np.testing.assert_allclose(second.extrinsics.translation, [0.5, 0.0, 0.1])
    np.testing.assert_allclose(second.coefficients[:5], [0.1, 0.2, 0.3, 0.4, 0.5])


def test_cameras_belong_to_videos_by_name_or_by_order(tmp_path: Path) -> None:
    cameras = loaded(tmp_path, EASYMOCAP)
    named = cameras_of(cameras, [Path("take3_right.mp4"), Path("left.mov")], tmp_path)
    assert [own.name for own in named] == ["right", "left"]
    assert cameras_of(cameras, [Path("a.mp4"), Path("b.mp4")], tmp_path) == cameras
    for videos in (["a.mp4", "b.mp4", "c.mp4"], ["left.mp4", "b.mp4"], ["left.mp4", "x_left.mp4"]):
        with pytest.raises(InputError, match="let each video's name end with its camera's") as error:
            cameras_of(cameras, [Path(video) for video in videos], tmp_path)
        assert "\n" not in str(error.value)


def test_a_picture_of_another_size_has_the_same_camera_and_one_of_another_shape_is_refused(tmp_path: Path) -> None:
    first, _ = loaded(tmp_path, POSE2SIM)
    np.testing.assert_allclose(first.for_size((544, 960), "a.mp4").numbers, first.camera.numbers / 2)
    with pytest.raises(InputError, match="film as it was calibrated"):
        first.for_size((1920, 1088), "a.mp4")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not a calibration",
        "<html></html>",
        "<broken",
        POSE2SIM.split("[cam_02]")[0],
        POSE2SIM.replace("translation = [ 0.39, 0.97, 2.84]", ""),
        POSE2SIM.replace("[ 0.0, 0.0, 1.0]]", "]"),
        POSE2SIM.replace("1681.244873046875", "-5.0"),
        POSE2SIM.replace("fisheye = false", "fisheye = true"),
        POSE2SIM.replace("0.39", "nan"),
        EASYMOCAP.replace("T_right", "T_other"),
        EASYMOCAP.replace("data: [ 0., 0., -1., 0.,", "data: [ 5., 0., -1., 0.,"),
        QUALISYS.replace("focalLengthU", "focal"),
        QUALISYS.replace('x="1000.0"', 'x="wide"'),
    ],
)
def test_a_file_that_is_no_calibration_is_one_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError) as error:
        loaded(tmp_path, text)
    assert "cameras.txt" in str(error.value) and "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Cannot read the calibration"):
        load_calibration(tmp_path / "nowhere.toml")
