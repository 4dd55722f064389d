"""The example that lets a character sign, run as docs/python.md shows it."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import subprocess
import sys
from pathlib import Path

import bpy
import pytest

from tests.blender.rigs import metarig
from tests.blender.scene import SAMPLE

ROOT = Path(__file__).resolve().parents[2]


def test_a_character_signs_headless(tmp_path: Path) -> None:
    if bpy.app.binary_path:
        pytest.skip("NOT TESTED: a plain script runs on the bpy module, not in a Blender")
    metarig()
    rig, out = tmp_path / "rig.blend", tmp_path / "out.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(rig))
    command = [sys.executable, "-m", "examples.retarget_headless", SAMPLE, rig, out]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "metarig signs from frame 1 to " in result.stdout
    bpy.ops.wm.open_mainfile(filepath=str(out))
    assert bpy.data.objects["metarig"].animation_data.action is not None
