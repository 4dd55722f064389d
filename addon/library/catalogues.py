"""The asset browser's catalogues beside a .blend: one for each tier, by Blender's text format."""

import re
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID, uuid5

from ...engine.errors import InputError
from ...engine.files import written_whole

FILE = "blender_assets.cats.txt"
#: What names of tiers are hashed with, so that the same tier has the same catalogue in every library.
_TIERS = UUID("7f0c0f2e-6d3a-4c57-9a53-3f6c5d9d4f1b")
_HEADER = """\
# This is an Asset Catalog Definition file for Blender.
#
# Empty lines and lines starting with `#` will be ignored.
# The first non-ignored line should be the version indicator.
# Other lines are of the format "UUID:catalog/path/for/assets:simple catalog name"

VERSION 1

"""


def catalogue_of(tier: str) -> str:
    """The UUID of a tier's catalogue."""
    return str(uuid5(_TIERS, tier))


def read_catalogues(folder: Path) -> str:
    """What the file in a folder says, or that of one without catalogues. Raises InputError where it is none."""
    path = folder / FILE
    try:
        text = path.read_text("utf-8") if path.exists() else _HEADER
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read; repair or remove it.") from error
    if not re.search(r"^VERSION 1$", text, re.MULTILINE):
        raise InputError(f"{path} is no catalogue file of version 1; repair or remove it.")
    return text


def add_catalogues(folder: Path, tiers: Iterable[str]) -> None:
    """Write the catalogues of tiers into a folder's file, whole; what is there stays, renamed ones of tiers too.

    Raises InputError where the file is none, OutputError where it cannot be written.
    """
    text = read_catalogues(folder)
    there = {line.partition(":")[0].strip().lower() for line in text.splitlines()}
    new = [tier for tier in sorted(set(tiers)) if catalogue_of(tier) not in there]
    if not new:
        return
    lines = "".join(f"{catalogue_of(tier)}:{_path(tier)}:{_path(tier)}\n" for tier in new)
    with written_whole(folder / FILE) as draft:
        draft.write_text(text if text.endswith("\n") else f"{text}\n", "utf-8")
        with draft.open("a", encoding="utf-8") as file:
            file.write(lines)


def _path(tier: str) -> str:
    """A tier's name as the path of a catalogue of the first level: without what divides paths and lines."""
    return re.sub(r"[:/\\\s\x00-\x1f\x7f-\x9f]+", " ", tier).strip() or "unnamed"
