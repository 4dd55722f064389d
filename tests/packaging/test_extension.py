"""The zips that users install hold what they need, unmodified, and nothing else."""

import hashlib
import io
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from engine.packaging.extension import PINS, PIP_PLATFORMS, ROOT, build
from tests.imports import modules_in, unresolved

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.version_info >= (3, 12), reason="the zips are built and checked once, on 3.11"),
]


@pytest.fixture(scope="module")
def zips() -> dict[str, zipfile.ZipFile]:
    paths = build(ROOT / "dist")  # they stay: the real Blender's test installs one
    platforms = {path.stem.rsplit("-", 1)[1].replace("_", "-"): path for path in paths}
    return {platform: zipfile.ZipFile(path) for platform, path in platforms.items()}


def wheels(archive: zipfile.ZipFile) -> list[str]:
    return [name for name in archive.namelist() if name.endswith(".whl")]


def test_there_is_a_zip_under_100_mb_for_each_platform(zips: dict[str, zipfile.ZipFile]) -> None:
    assert set(zips) == set(PIP_PLATFORMS)
    for archive in zips.values():
        assert Path(str(archive.filename)).stat().st_size < 100e6


def test_every_wheel_is_the_pinned_file_and_the_manifest_lists_it(zips: dict[str, zipfile.ZipFile]) -> None:
    pins = PINS.read_text(encoding="utf-8")
    for archive in zips.values():
        manifest = tomllib.loads(archive.read("blender_manifest.toml").decode())
        assert sorted(manifest["build"]["generated"]["wheels"]) == sorted(f"./{name}" for name in wheels(archive))
        assert {name.split("/")[1].split("-")[0] for name in wheels(archive)} == {
            "absl_py",
            "av",
            "c3d",
            "defusedxml",
            "flatbuffers",
            "mediapipe",
            "pympi_ling",
            "tqdm",
        }
        for name in wheels(archive):
            assert f"sha256:{hashlib.sha256(archive.read(name)).hexdigest()}" in pins, name


def test_models_weights_and_rigs_are_inside_and_tests_and_training_are_not(zips: dict[str, zipfile.ZipFile]) -> None:
    for archive in zips.values():
        names = archive.namelist()
        assert {"holistic_landmarker.task", "hand_landmarker.task", "LICENSE.mediapipe.txt"} <= {
            name.removeprefix("engine/detection/models/") for name in names
        }
        assert any(name.startswith("engine/lifting/weights/") and name.endswith(".npz") for name in names)
        assert any(name.startswith("rigs/skeletons/") for name in names)
        assert {name.split("/")[0] for name in names} == {
            *("__init__.py", "blender_manifest.toml", "LICENSE", "NOTICE", "addon", "docs", "engine", "rigs", "wheels")
        }
        assert [name for name in names if name.startswith("docs/") and name != "docs/"] == ["docs/window.md"]
        unwanted = ("engine/training", "engine/packaging", "__pycache__", "ruff.toml")
        assert not [name for name in names if any(part in name for part in unwanted)]


def test_no_file_that_ships_imports_torch(zips: dict[str, zipfile.ZipFile]) -> None:
    for archive in zips.values():
        for name in archive.namelist():
            if name.endswith(".py"):
                assert "import torch" not in archive.read(name).decode(), name


def held_by(wheel: bytes) -> set[str]:
    """The packages and modules that a wheel holds."""
    return {name.split("/")[0].removesuffix(".py") for name in zipfile.ZipFile(io.BytesIO(wheel)).namelist()}


def test_every_import_is_of_the_zip_its_wheels_python_or_blender(
    zips: dict[str, zipfile.ZipFile], tmp_path: Path
) -> None:
    for platform, archive in zips.items():
        archive.extractall(tmp_path / platform, [name for name in archive.namelist() if name.endswith(".py")])
        modules = modules_in(tmp_path / platform, "sign_mocap")
        outside = {
            *sys.stdlib_module_names,
            "numpy",
            "addon_utils",
            "bpy",
            "bmesh",
            "bpy_extras",
            "gpu",
            "gpu_extras",
            "mathutils",
        }
        outside |= {held for name in wheels(archive) for held in held_by(archive.read(name))}
        assert len(modules) > 50 and not unresolved(modules, outside)
