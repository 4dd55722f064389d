"""Writes the flags into README.md and docs/batch.md: `python -m addon.demo.options`."""

import importlib
from pathlib import Path

from engine.batch.options import BatchOptions
from engine.packaging.options_table import options_table
from engine.training.markers import put_into

from ..headless import PACKAGE, ROOT, load_package

README, BATCH = ROOT / "README.md", ROOT / "docs" / "batch.md"


def tables() -> list[tuple[Path, str, list[str]]]:
    """Page, name and lines of the tables of flags: of both commands, of the add-on's beside them, and of a batch."""
    load_package()
    settings = importlib.import_module(f"{PACKAGE}.addon.settings")
    return [
        (README, "options", list(options_table(settings.TrackOptions))),
        (README, "options of the add-on", list(options_table(settings.SceneOptions, settings.CharacterOptions))),
        (BATCH, "options of batch", list(options_table(BatchOptions))),
    ]


if __name__ == "__main__":
    for page, name, lines in tables():
        put_into(page, name, lines)
