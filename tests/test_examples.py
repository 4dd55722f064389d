"""The examples of docs/python.md run as they stand there; the one for Blender in tests/blender/test_examples.py."""

import subprocess
import sys
from pathlib import Path

from engine.motion import load_motion

ROOT = Path(__file__).resolve().parents[1]


def test_a_video_is_tracked_and_its_result_read(data_dir: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "examples.track", data_dir / "sample.mp4", tmp_path]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    frames = len(load_motion(tmp_path / "sample.npz").time)
    assert result.stdout.startswith(f"{frames} frames of the upper body, ")
    assert "right wrist from the camera" in result.stdout


def test_the_page_shows_the_example_as_it_is() -> None:
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    for example in sorted((ROOT / "examples").glob("*.py")):
        assert example.read_text(encoding="utf-8") in page, example.name
