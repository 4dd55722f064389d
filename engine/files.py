"""Files of arrays read, and files written, whole or not at all."""

import os
import secrets
import time
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import OutputError

#: Bytes: hours of a full body at 60 frames a second. What unpacks to more was made to fill the memory.
_LARGEST = 4 * 2**30
#: What zipfile and NumPy raise where an archive, or the header of an array in it, makes no sense.
_DAMAGED = (zipfile.BadZipFile, zlib.error, RuntimeError, MemoryError, TokenError)
#: What the name of a draft begins with, after its dot.
DRAFT = "draft-"
_DAY = 86400.0  # seconds


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """All arrays of an .npz by name; ValueError where it is missing, damaged, something else or too large."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            return _unpacked(stored)
    except (OSError, EOFError, ValueError, TypeError, *_DAMAGED) as error:
        raise ValueError(f"{path} is missing or damaged ({error})") from error


def _unpacked(stored: Any) -> dict[str, NDArray[Any]]:
    """The arrays of an archive that `np.load` opened, of which anybody may have made the entries."""
    entries: list[zipfile.ZipInfo] = stored.zip.infolist()
    if {entry.compress_type for entry in entries} - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ValueError("it is packed in a way that NumPy does not use")
    size = sum(entry.file_size for entry in entries)
    if size > _LARGEST:
        raise ValueError(f"unpacked it has {size / 2**30:.1f} GiB, and at most {_LARGEST / 2**30:.0f} are read")
    arrays = dict(stored)
    if not all(isinstance(array, np.ndarray) for array in arrays.values()):
        raise ValueError("it holds what is no array")
    return arrays


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

    Otherwise nothing is left of it, and what was at `path` stays. Raises OutputError where the system
    does not let it be written.
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
