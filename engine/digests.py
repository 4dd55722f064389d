"""SHA-256 of files, by which weights that are damaged are told from those that were learnt."""

import hashlib
from pathlib import Path

#: Beside weights: a line for each .npz, as `sha256sum --check` reads them.
SUMS = "SHA256SUMS"
_BLOCK = 2**20


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            sha.update(block)
    return sha.hexdigest()


def write_sums(folder: Path) -> None:
    """Write those of a folder's .npz files, after any of them changed."""
    lines = [f"{digest(path)}  {path.name}\n" for path in sorted(folder.glob("*.npz"))]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8", newline="\n")


def check_sum(path: Path) -> None:
    """ValueError where a file is not as the sums beside it say, or one of both is missing."""
    try:
        if f"{digest(path)}  {path.name}" not in path.with_name(SUMS).read_text(encoding="utf-8").splitlines():
            raise ValueError(f"{path} is not as {SUMS} beside it says")
    except OSError as error:
        raise ValueError(f"{path} or {SUMS} beside it is missing") from error
