"""The README's table of the flags that the add-on has beside the engine's: `python -m addon.demo.options`."""

import importlib
import json
import sys

from engine.packaging.options_table import options_table

from ..headless import PACKAGE, load_package

if __name__ == "__main__":
    load_package()
    settings = importlib.import_module(f"{PACKAGE}.addon.settings")
    sys.stdout.write(json.dumps(list(options_table(settings.SceneOptions, settings.CharacterOptions))) + "\n")
