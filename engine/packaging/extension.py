"""Builds the extension: one zip per platform, with unmodified wheels and without numpy and torch.

`python -m engine.packaging.extension [--out DIR]`. The wheels are those of the
manifest; pip fetches them into wheels/ once and checks them against wheels.txt.
"""

import argparse
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from ..errors import EngineError

ROOT = Path(__file__).resolve().parents[2]
PINS = Path(__file__).with_name("wheels.txt")

SHIPPED = ("__init__.py", "blender_manifest.toml", "LICENSE", "NOTICE", "addon", "docs/window.md", "engine", "rigs")
NOT_SHIPPED = ("__pycache__", "calibration", "demo", "measuring", "packaging", "training", "ruff.toml")

PIP_PLATFORMS = {
    "linux-x64": "manylinux_2_28_x86_64",
    "macos-arm64": "macosx_14_0_arm64",
    "windows-x64": "win_amd64",
}
"""Blender's name of a platform to pip's."""


class PackagingError(EngineError):
    """The extension cannot be built."""


def listed_wheels() -> list[Path]:
    """The wheels of the manifest, for every platform."""
    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))
    return [ROOT / wheel for wheel in manifest["wheels"]]


def download_wheels() -> None:
    """Complete wheels/ by pip, which checks every file against wheels.txt."""
    if all(wheel.is_file() for wheel in listed_wheels()):
        return
    for name in PIP_PLATFORMS.values():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        command += ["--only-binary=:all:", "--python-version=3.11", "--implementation=cp"]
        command += ["--abi=abi3", "--abi=none", f"--platform={name}", f"--dest={ROOT / 'wheels'}"]
        _run([*command, f"--requirement={PINS}"])
    missing = [wheel.name for wheel in listed_wheels() if not wheel.is_file()]
    if missing:
        raise PackagingError(f"The manifest lists wheels that wheels.txt does not pin: {', '.join(missing)}.")


def build(out: Path) -> list[Path]:
    """Build and validate the zip of every platform in the folder out; return their paths."""
    if not list((ROOT / "engine" / "detection" / "models").glob("*.task")):
        raise PackagingError("There are no models yet: run `python -m engine.packaging.models` first.")
    download_wheels()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as source, tempfile.TemporaryDirectory() as built:
        stage(Path(source))
        (Path(source) / "wheels").mkdir()
        for wheel in listed_wheels():
            shutil.copy(wheel, Path(source) / "wheels")
        _blender_ext("build", "--split-platforms", f"--source-dir={source}", f"--output-dir={built}")
        for zip_path in Path(built).glob("*.zip"):
            _blender_ext("validate", str(zip_path))
            shutil.move(zip_path, out / zip_path.name)
    return sorted(out.glob("sign_mocap-*.zip"))


def stage(folder: Path) -> None:
    """Copy what ships into folder, wheels aside: a checkout also holds what a developer left in it."""
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(*NOT_SHIPPED))
        else:
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, folder / name)


def _blender_ext(*arguments: str) -> None:
    """Run Blender's own extension tool, out of the installed bpy module."""
    spec = importlib.util.find_spec("bpy")
    if spec is None or spec.origin is None:
        raise PackagingError("Building needs the bpy module of pip: its extension tool makes the zip.")
    tool = next(Path(spec.origin).parent.glob("*/scripts/addons_core/bl_pkg/cli/blender_ext.py"))
    _run([sys.executable, str(tool), *arguments])


def _run(command: list[str]) -> None:
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if run.returncode:
        raise PackagingError(f"{' '.join(command[1:4])} failed:\n{run.stdout}")


def main() -> int:
    """Build, then print each zip with its size."""
    parser = argparse.ArgumentParser(prog="python -m engine.packaging.extension", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("dist"), help="the folder for the zips (default: dist)")
    try:
        for path in build(parser.parse_args().out):
            print(f"{path}  {path.stat().st_size / 1e6:.1f} MB")
    except PackagingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
