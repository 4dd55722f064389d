"""The command line as users run it: a process of its own, real videos, real models."""

import json
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest

from engine.geometry.rotations import CAMERA_FROM_BLENDER
from engine.keypoints import KEYPOINT_NAMES, Side
from engine.motion import Motion, load_motion
from engine.skeleton import forward_kinematics, joint_positions

ROOT = Path(__file__).resolve().parents[1]


def run(*arguments: str | Path, stdin: int = subprocess.DEVNULL) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "engine", "track", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=stdin, check=False)


@pytest.fixture(scope="module")
def tracked(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Motion:
    out = tmp_path_factory.mktemp("tracked")
    result = run(data_dir / "sample.mp4", "--end", "2", "--out", out)
    assert result.returncode == 0, result.stderr
    assert [path.name for path in out.iterdir()] == ["sample.npz"]
    return load_motion(out / "sample.npz")


def write_video(path: Path, frames: int, size: tuple[int, int], value: int = 90) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        picture = np.full((size[1], size[0], 3), value, np.uint8)
        for _ in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def test_the_result_keeps_the_public_contract(tracked: Motion) -> None:
    frames, joints = len(tracked.time), len(tracked.joints)
    assert frames == 60
    assert tracked.positions.shape == (frames, joints, 3)
    assert tracked.angles.shape == (frames, 71)
    assert tracked.spread is not None and tracked.spread.shape == tracked.angles.shape and tracked.spread.min() > 0
    assert tracked.expected_error is not None and 0 < np.median(tracked.expected_error) < 0.3
    for name in (
        *("positions", "translation", "angles", "bone_lengths", "keypoints", "confidence"),
        *("spread", "expected_error"),
    ):
        assert getattr(tracked, name).dtype == np.float32
    assert tracked.seen.all(axis=0)[0]
    assert tracked.bone_lengths[tracked.skeleton.parents.index(-1)] == 0
    assert tracked.size == (720, 720)
    assert tracked.fps == pytest.approx(30.0)


def test_positions_are_the_forward_kinematics_of_legal_angles(tracked: Motion) -> None:
    skeleton = tracked.skeleton
    angles = tracked.angles.astype(np.float64)
    assert ((angles >= skeleton.lower) & (angles <= skeleton.upper))[:, 3:].all()
    pose = forward_kinematics(skeleton, angles, tracked.lengths_of_bones())
    expected = joint_positions(skeleton, pose) @ CAMERA_FROM_BLENDER.T
    np.testing.assert_allclose(tracked.positions, expected, atol=1e-5)
    parents = np.array(skeleton.parents)
    lengths = np.linalg.norm(tracked.positions - tracked.positions[:, parents], axis=-1)[:, parents >= 0]
    np.testing.assert_allclose(lengths, np.broadcast_to(tracked.bone_lengths[1:], lengths.shape), atol=1e-5)


def test_the_rig_lies_over_the_picture(tracked: Motion) -> None:
    """Joints projected by the stated camera fall on the detected points: a tenth of the shoulders' width."""
    names = tracked.joints
    placed = tracked.positions + tracked.translation[:, None]
    points = tracked.camera.project(placed)
    shoulders = [KEYPOINT_NAMES.index(f"{side}_shoulder") for side in Side]
    width = np.linalg.norm(np.diff(tracked.keypoints[:, shoulders], axis=1)[:, 0], axis=-1)
    for joint in ("left_elbow", "right_elbow", "left_wrist", "right_wrist", "right_hand_index_finger_tip", "nose"):
        detected = tracked.keypoints[:, KEYPOINT_NAMES.index(joint)]
        distance = np.linalg.norm(points[:, names.index(joint)] - detected, axis=-1) / width
        assert np.median(distance) < 0.1, joint


def test_height_scales_the_person_and_nothing_else(data_dir: Path, tmp_path: Path) -> None:
    for height in ("1.5", "1.8"):
        assert (
            run(data_dir / "sample.mp4", "--end", "0.2", "--height", height, "--out", tmp_path / height).returncode == 0
        )
    small, tall = (load_motion(tmp_path / height / "sample.npz") for height in ("1.5", "1.8"))
    np.testing.assert_allclose(tall.bone_lengths, small.bone_lengths * 1.2, rtol=1e-5)
    np.testing.assert_allclose(tall.angles, small.angles, atol=2e-3)


def test_a_person_file_is_made_from_one_input_and_used_for_the_next(data_dir: Path, tmp_path: Path) -> None:
    again, file = tmp_path / "again.mp4", tmp_path / "person.json"
    again.write_bytes((data_dir / "sample.mp4").read_bytes())
    cut = ("--start", "1", "--end", "1.2", "--person-file", file)
    result = run(data_dir / "sample.mp4", *cut, "--out", tmp_path / "out")
    assert result.returncode == 0 and json.loads(file.read_text())["body"] == "upper body", result.stderr
    assert run(again, "--end", "0.2", "--person-file", file, "--out", tmp_path / "out").returncode == 0
    first, second = (load_motion(tmp_path / "out" / f"{name}.npz") for name in ("sample", "again"))
    np.testing.assert_allclose(second.bone_lengths, first.bone_lengths, atol=1e-5)
    file.write_text("{}")
    result = run(again, "--end", "0.2", "--person-file", file, "--out", tmp_path / "out")
    assert result.returncode == 1 and result.stderr.count("\n") == 1 and str(file) in result.stderr


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes.mp4", b"this is not a video\n" * 50, "notes.mp4"),
        ("empty.mp4", b"", "empty.mp4"),
        ("folder.mp4", None, "folder"),
    ],
)
def test_what_is_no_video_is_one_sentence(name: str, content: bytes | None, words: str, tmp_path: Path) -> None:
    source, out = tmp_path / name, tmp_path / "out"
    source.mkdir() if content is None else source.write_bytes(content)
    result = run(source, "--out", out)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert not out.exists() or not any(out.iterdir())


def test_a_video_without_a_person_and_one_of_a_single_pixel_fail_in_a_sentence(tmp_path: Path) -> None:
    gray = write_video(tmp_path / "gray.mp4", 5, (320, 240))
    tiny = tmp_path / "tiny.png"
    picture = av.VideoFrame.from_ndarray(np.zeros((1, 1, 3), np.uint8), format="rgb24")
    with av.open(str(tiny), "w", format="image2") as container:
        stream = container.add_stream("png", rate=1)
        stream.width = stream.height = 1
        stream.pix_fmt = "rgb24"
        container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    result = run(gray, tiny, "--out", tmp_path / "out")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 2, result.stderr
    assert "gray.mp4" in result.stderr
    assert "tiny.png" in result.stderr
    assert "Traceback" not in result.stderr


def test_one_bad_input_does_not_stop_the_others(data_dir: Path, tmp_path: Path) -> None:
    bad = tmp_path / "sample.mov"
    bad.write_text("no video")
    result = run(bad, data_dir / "sample.mp4", "--end", "0.2", "--out", tmp_path / "out")
    assert result.returncode == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["sample.mp4.npz"]


def test_an_output_that_cannot_be_written_is_one_sentence(data_dir: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    result = run(data_dir / "sample.mp4", "--end", "0.1", "--out", blocked)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "Cannot write" in result.stderr
    assert blocked.read_text() == "in the way"


def test_missing_models_are_named(data_dir: Path, tmp_path: Path) -> None:
    result = run(data_dir / "sample.mp4", "--models", tmp_path, "--out", tmp_path / "out")
    assert result.returncode == 1
    assert ".task" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_worker_reports_in_json_and_ends_with_its_parent(data_dir: Path, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "engine",
        "track",
        str(data_dir / "sample.mp4"),
        "--worker",
        "--out",
        str(tmp_path),
    ]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    assert 0.0 <= first["progress"] <= 1.0
    process.stdin.close()
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert process.poll() not in (None, 0)
    process.stdout.close()
    assert not list(tmp_path.iterdir())
