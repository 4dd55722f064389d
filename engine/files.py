"""Files of arrays read, and files written, whole or not at all."""

import math
import os
import re
import secrets
import time
import tokenize
import tomllib
import zipfile
import zlib
from collections.abc import Collection, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from .errors import OutputError

#: What the name of a draft begins with, after its dot.
DRAFT = "draft-"
_DAY = 86400.0  # seconds
_NPY: Any = np.lib.format  # has no types
#: An .npz that becomes larger than this many bytes and times its own size is none of motions or networks.
LARGEST_SMALL, MOST_PACKED = 256 * 2**20, 100
#: Letters of files of settings, and of files of recorded points, that are read at all.
LARGEST_SETTINGS, LARGEST_RECORDING = 2**20, 128 * 2**20
_MOST_DOTS = 32  # of a key in TOML: the time to read one grows with their square
_NO_KEY = re.compile(r"[^\w.\-\"' \t]+")


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """All arrays of an .npz by name; ValueError where it is missing, damaged, too large or something else."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            size = sum(entry.file_size for entry in entries)
            if size > max(LARGEST_SMALL, MOST_PACKED * path.stat().st_size):
                raise ValueError(f"it would grow to {size / 2**20:.0f} MB")
            return {entry.filename.removesuffix(".npy"): _member(archive, entry) for entry in entries}
    except (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{path} is missing or damaged ({error})") from error


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> NDArray[Any]:
    with archive.open(entry) as file:
        return _read_array(file, entry.file_size)


def read_array(path: Path) -> NDArray[Any]:
    """The array of an .npy; ValueError where that is damaged, cut, or none of plain numbers or texts."""
    with path.open("rb") as file:
        return _read_array(file, path.stat().st_size)


def _read_array(file: IO[bytes], size: int) -> NDArray[Any]:
    """An .npy of `size` bytes: NumPy makes room for what the header tells, which is looked at before."""
    try:
        version = _NPY.read_magic(file)
        reader = {(1, 0): _NPY.read_array_header_1_0, (2, 0): _NPY.read_array_header_2_0}[version]
        shape, in_columns, kind = reader(file)
    except (KeyError, ValueError, SyntaxError, tokenize.TokenError, RecursionError, OverflowError) as error:
        raise ValueError("its header is none of NumPy's") from error
    count = math.prod(shape)
    if kind.hasobject or min(shape, default=0) < 0 or count * kind.itemsize > size:
        raise ValueError(f"its header tells of {count} values, which are not in it")
    data = file.read(count * kind.itemsize)
    if len(data) < count * kind.itemsize:
        raise ValueError("it is cut")
    return np.frombuffer(bytearray(data), kind, count).reshape(shape, order="F" if in_columns else "C")


def own_files(folder: Path, endings: Collection[str]) -> list[Path]:
    """A folder's own files with one of these endings, but for hidden ones; none of what cannot be looked into."""
    try:
        found = (path for path in folder.iterdir() if path.suffix.lower() in endings and not path.name.startswith("."))
        return sorted(path for path in found if path.is_file())
    except OSError:
        return []


def read_text(path: Path, most: int = LARGEST_SETTINGS, encoding: str = "utf-8", errors: str = "strict") -> str:
    """A file's text; ValueError where it is larger than so many letters, or no text (UnicodeDecodeError), OSError."""
    with path.open(encoding=encoding, errors=errors) as file:
        text = file.read(most + 1)
    if len(text) > most:
        raise ValueError(f"it is longer than {most:,} letters")
    return text


def parse_toml(text: str) -> dict[str, Any]:
    """The table that a text is; ValueError where it is none."""
    if any(part.count(".") > _MOST_DOTS for part in _NO_KEY.split(text)):
        raise ValueError("it has a key of too many parts")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def check_writable(path: Path) -> None:
    """Raise OutputError where `written_whole` is known to fail: a folder that is none or closed, a name too long."""
    try:
        folder = next(parent for parent in path.absolute().parents if parent.exists())
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            raise OutputError(f"Cannot write {path}: {folder} is no folder to write to; choose another place.")
        path.exists()
    except OSError as error:
        raise OutputError(f"Cannot write {path}: {error.strerror}; choose another place.") from error


def remove_old_drafts(folder: Path) -> None:
    """Remove what processes that were killed left half-written below a folder a day ago or earlier."""
    for draft in folder.rglob(f".{DRAFT}*"):
        with suppress(OSError):
            if time.time() - draft.stat().st_mtime > _DAY:
                draft.unlink()


@contextmanager
def written_whole(path: Path) -> Generator[Path]:
    """Give a draft beside `path`, of the same ending; it takes the place of `path` when the block ends well.

    Otherwise nothing is left of it, and what was at `path` stays. A link at `path` is replaced itself, never what it
    leads to. Raises OutputError where the system does not let it be written.
    """
    draft = path.absolute().with_name(f".{DRAFT}{os.getpid()}-{secrets.token_hex(3)}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        with draft.open("rb+") as file:
            os.fsync(file.fileno())  # else a power cut may leave the name without what it names
        draft.replace(path)
    except OSError as error:
        raise OutputError(f"Cannot write {path}: {error.strerror}; choose another place.") from error
    finally:
        with suppress(OSError):
            draft.unlink()
