"""Every Blender test starts from an empty file, with the extension enabled from this checkout.

bpy is imported, not asked for: without it these tests fail, they are never skipped.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULE = "bl_ext.user_default.sign_mocap"

if "BLENDER_USER_RESOURCES" not in os.environ:
    if "bpy" in sys.modules:
        raise RuntimeError("set BLENDER_USER_RESOURCES to a temporary folder before Blender starts")
    os.environ["BLENDER_USER_RESOURCES"] = tempfile.mkdtemp(prefix="sign_mocap_")
RESOURCES = Path(os.environ["BLENDER_USER_RESOURCES"])
for name in ("config", "scripts", "extensions/user_default"):
    (RESOURCES / name).mkdir(parents=True, exist_ok=True)
# The extension is a link to this checkout, there before test modules import what is in it.
LINK = RESOURCES / "extensions" / "user_default" / "sign_mocap"
if not LINK.exists():
    LINK.symlink_to(ROOT, target_is_directory=True)

# A real Blender finds the wheels of an installed extension, not of a linked one; those of Python alone are read packed.
sys.path += [str(wheel) for wheel in sorted((ROOT / "wheels").glob("*-none-any.whl"))]

# isort: off
import bpy  # noqa: E402
import addon_utils  # noqa: E402  (bpy puts it on the path)


@pytest.fixture(scope="session", autouse=True)
def extension() -> Iterator[str]:
    """Enable the extension; give its module name."""
    assert addon_utils.enable(MODULE, default_set=True) is not None, f"{MODULE} does not register"
    yield MODULE
    addon_utils.disable(MODULE, default_set=True)
    shutil.rmtree(RESOURCES)


@pytest.fixture(autouse=True)
def empty_file() -> None:
    """Start each test from an empty file."""
    bpy.ops.wm.read_homefile(use_empty=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a run in which no test was executed into a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and not reporter.stats.get("passed") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
