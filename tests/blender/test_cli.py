"""The headless command: files out, exit status, one sentence per failed input."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import shutil
import subprocess
import sys
from pathlib import Path

import bpy
import pytest

from tests.blender.motions import addon
from tests.blender.scene import SAMPLE

SHORT = ["--end", "0.2"]


def run(*arguments: object) -> int:
    return addon("command.cli").main([*SHORT, *map(str, arguments)])


@pytest.mark.parametrize("suffix", ["blend", "glb", "fbx", "bvh", "csv"])
def test_a_file_is_written_whole(suffix: str, tmp_path: Path) -> None:
    target = tmp_path / "deep" / f"result.{suffix}"
    assert run(SAMPLE, "-o", target) == 0
    assert [p.name for p in target.parent.iterdir()] == [target.name]


def test_the_file_opens_with_the_animation(tmp_path: Path) -> None:
    assert run(SAMPLE, "-o", tmp_path / "result.blend") == 0
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "result.blend"))
    assert bpy.data.objects["sample"].animation_data.action is not None
    assert bpy.context.scene.frame_end > 1


def test_exports_run_at_the_videos_rate(tmp_path: Path) -> None:
    assert run(SAMPLE, "-o", tmp_path / "result.bvh") == 0
    frame_time = (tmp_path / "result.bvh").read_text().split("Frame Time:")[1].split()[0]
    render = bpy.context.scene.render
    assert float(frame_time) == pytest.approx(render.fps_base / render.fps, abs=1e-5)


def test_a_csv_needs_a_face_and_no_rig(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(SAMPLE, "-o", tmp_path / "result.csv", "--no-face") == 1
    assert "No face was seen" in capfd.readouterr().err
    rig = tmp_path / "rig.blend"
    assert run(SAMPLE, "-o", tmp_path / "result.csv", "--rig", rig) == 1
    assert "leave --rig out" in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_several_inputs_go_to_a_folder_and_one_failure_is_the_status(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_text("no video")
    twin = Path(shutil.copy(SAMPLE, tmp_path / "sample.mov"))
    assert run(SAMPLE, bad, twin, "-o", tmp_path / "out", "--format", "bvh") == 1
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["sample.mov.bvh", "sample.mp4.bvh"]
    lines = [line for line in capfd.readouterr().err.splitlines() if "bad.mp4" in line]
    assert len(lines) == 1 and lines[0].startswith(str(bad)) and lines[0].count(str(bad)) == 1


def test_an_output_that_cannot_be_written_is_a_sentence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert run(SAMPLE, "-o", tmp_path / "file" / "result.blend") == 1
    assert "Cannot write" in capfd.readouterr().err


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as end:
        run(SAMPLE, "-o", tmp_path / "result.xyz")
    assert end.value.code == 2


def test_the_plain_script_ends_with_the_status(tmp_path: Path) -> None:
    if bpy.app.binary_path:
        pytest.skip("NOT TESTED: a plain script runs on the bpy module, not in a Blender")
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "addon.headless", *SHORT]
    bad = subprocess.run([*command, __file__, "-o", tmp_path / "a.blend"], cwd=root, capture_output=True, text=True)
    assert bad.returncode == 1 and bad.stderr.count(__file__) == 1 and "Traceback" not in bad.stderr
    assert subprocess.run([*command, SAMPLE, "-o", tmp_path / "b.blend"], cwd=root).returncode == 0
