"""Writes the flags into README.md: `python -m addon.demo.options`."""

import importlib

from engine.packaging.options_table import options_table
from engine.training.markers import put_into

from ..headless import PACKAGE, ROOT, load_package

README = ROOT / "README.md"


def tables() -> dict[str, list[str]]:
    """Name -> lines of the table of flags of both commands, and of those that the add-on's has beside them."""
    load_package()
    settings = importlib.import_module(f"{PACKAGE}.addon.settings")
    beside = options_table(settings.SceneOptions, settings.CharacterOptions)
    return {"options": list(options_table(settings.TrackOptions)), "options of the add-on": list(beside)}


if __name__ == "__main__":
    for name, lines in tables().items():
        put_into(README, name, lines)
