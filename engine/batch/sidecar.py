"""The .json beside a clip's results: what they were made of, how, and how good they are."""

import errno
import hashlib
import importlib.metadata
import json
import stat
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ..arguments import write_arguments
from ..detection import MODELS_DIR
from ..digests import digest
from ..errors import InputError
from ..files import own_files, read_text, written_whole
from ..options import PICTURES, TrackOptions
from .clips import Clip
from .quality import QUALITIES

ROOT = Path(__file__).resolve().parents[2]
ENDING = ".json"
DONE, FAILED, SET_ASIDE = "done", "failed", "set aside"
_TABLES = ("engine/lifting/weights", "engine/face/weights", "rigs/skeletons")
_KINDS = (".task", ".npz", ".toml")
_LIBRARIES = ("mediapipe", "av", "numpy")
_MOST = 1e15  # of any number
#: What is looked at in a sidecar, which may have been made by others.
_EVERY = {"state": {DONE, FAILED, SET_ASIDE}, "source": str, "input": dict, "outputs": dict}
_FAILURE = {"error": str}
_WRITTEN, _REFUSED = {"bytes": float, "sha256": str}, {"refused": str}
_EXPORT = {"tries": float}
_SUCCESS = {
    "outputs": {"npz": _WRITTEN},
    "quality": dict.fromkeys(QUALITIES, float),
    "doubt": [float],
    "notes": [str],
    "thumbnail": {"size": (float, float), "picture": str, "bones": [(float, float, float, float)]},
    "timings": dict,
}
_SHAPES = {DONE: _SUCCESS, FAILED: _FAILURE, SET_ASIDE: _FAILURE}


def sidecar_path(out: Path, name: str) -> Path:
    """Where a clip's sidecar lies."""
    return out / f"{name}{ENDING}"


def load_sidecar(path: Path) -> dict[str, Any] | None:
    """What a sidecar says; None where there is none, or what is there is damaged and so is to be made again."""
    try:
        if not path.is_file():  # a pipe would never end
            return None
        stored = json.loads(read_text(path))
    except (OSError, ValueError, RecursionError):
        return None
    if not _fits(stored, _EVERY) or not _fits(stored, _SHAPES[stored["state"]]):
        return None
    outputs, exports = stored["outputs"].values(), stored.get("exports", {})
    whole = all(_fits(output, _REFUSED) or _fits(output, _WRITTEN) for output in outputs)
    whole = whole and _fits(exports, {}) and all(_fits(export, _EXPORT) for export in exports.values())
    return stored if whole else None


def _fits(value: Any, shape: Any) -> bool:
    """Whether what JSON held is as `shape`: a type, words, lists of one shape, rows of several, or parts by name."""
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(name in value and _fits(value[name], own) for name, own in shape.items())
    if isinstance(shape, list):
        return isinstance(value, list) and all(_fits(part, shape[0]) for part in value)
    if isinstance(shape, tuple):
        return isinstance(value, list) and len(value) == len(shape) and all(map(_fits, value, shape))
    if isinstance(shape, set):
        return isinstance(value, str) and value in shape
    return -_MOST < value < _MOST if shape is float and isinstance(value, int | float) else isinstance(value, shape)


def save_sidecar(record: Mapping[str, Any], path: Path) -> None:
    """Write it, whole or not at all."""
    with written_whole(path) as draft:
        # Bytes of a file's name that are no text become escapes, which JSON has too.
        draft.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8", "backslashreplace")


def request_of(clip: Clip, person_file: Path | None) -> dict[str, Any]:
    """What a clip's motion depends on beside its file: it is made again where any of that has changed."""
    return {
        "options": write_arguments(clip.options, TrackOptions),
        "bones": None if person_file is None else digest(person_file),
        "models": models_digest(clip.options.models or MODELS_DIR),
        "versions": versions(),
    }


def input_of(source: Path) -> dict[str, Any]:
    """Size, time of the last change and digest of an input; InputError where it cannot be read."""
    try:
        size, changed = _status(source)
        return {"bytes": size, "modified_ns": changed, "sha256": _digest(source)}
    except OSError as error:
        raise InputError(f"{source} cannot be read ({error.strerror}).") from error


def same_input(source: Path, known: Mapping[str, Any]) -> bool:
    """Whether an input is the one that is known: by size and time, and by digest where the time alone differs."""
    try:
        size, changed = _status(source)
        if size != known.get("bytes"):
            return False
        return changed == known.get("modified_ns") or _digest(source) == known.get("sha256")
    except OSError:
        return False


def _status(source: Path) -> tuple[int, int]:
    """Bytes and last change; OSError of what is no file or folder of pictures: a pipe or a device may have no end."""
    states = [path.stat() for path in own_files(source, PICTURES) or [source]]
    if not all(stat.S_ISREG(state.st_mode) for state in states):
        raise OSError(errno.EINVAL, "it is no file")
    return sum(state.st_size for state in states), max(state.st_mtime_ns for state in states)


def _digest(source: Path) -> str:
    """Of a file, or of the pictures in a folder with their names."""
    pictures = own_files(source, PICTURES)
    return _digest_of(pictures) if pictures else digest(source)


def _digest_of(files: Sequence[Path]) -> str:
    """One of several files, by their names and their own."""
    told = "".join(f"{file.name} {digest(file)}\n" for file in files)
    return hashlib.sha256(told.encode(errors="surrogateescape")).hexdigest()  # bytes of a name that are no text stay


@cache
def models_digest(models: Path) -> str:
    """One digest of the bundles in a folder, of all networks of ours, and of the tables of joints."""
    folders = [models, *(ROOT / folder for folder in _TABLES)]
    files = [file for folder in folders for file in sorted(folder.glob("*")) if file.suffix in _KINDS]
    return _digest_of(files)


@cache
def versions() -> dict[str, str]:
    """Of Sign Mocap and of the libraries that results depend on."""
    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))
    return {"sign_mocap": manifest["version"]} | {name: importlib.metadata.version(name) for name in _LIBRARIES}
