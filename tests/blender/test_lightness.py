"""Enabling the extension costs nothing that only an import needs."""

import subprocess
import sys
from pathlib import Path

import bpy

ROOT = Path(__file__).resolve().parents[2]
REGISTER = f"""
import importlib.util, sys, bpy
spec = importlib.util.spec_from_file_location("sign_mocap", {str(ROOT / "__init__.py")!r},
                                              submodule_search_locations=[{str(ROOT)!r}])
package = sys.modules["sign_mocap"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
before = set(sys.modules)
package.register()
loaded = set(sys.modules) - before
assert "sign_mocap.addon.ui.panel" in loaded
options = {{"sign_mocap.engine", "sign_mocap.engine.errors", "sign_mocap.engine.options"}}
heavy = [name for name in loaded - options if ".engine" in name or name.split(".")[0] in ("numpy", "mediapipe", "av")]
assert not heavy, heavy
print("registered lightly", flush=True)
import os
os._exit(0)
"""


def test_registration_imports_of_the_engine_only_the_record_of_options() -> None:
    blender = [bpy.app.binary_path, "-b", "--factory-startup", "--python-exit-code", "9", "--python-expr"]
    command = blender if bpy.app.binary_path else [sys.executable, "-c"]
    result = subprocess.run([*command, REGISTER], capture_output=True, text=True)
    assert "registered lightly" in result.stdout, result.stderr
