"""The command of cli.py on the bpy module: `python -m addon.headless INPUT... -o OUT`.

Modules of the add-on import the engine relatively, so the folder above is imported as one package.
"""

import importlib
import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import NoReturn

PACKAGE = "sign_mocap"
ROOT = Path(__file__).resolve().parent.parent


def run(module: str, argv: list[str]) -> NoReturn:
    """Run main(argv) of a module of the add-on on the bpy module, and end the process with its status."""
    try:
        status = _main_of(module)(argv)
    except SystemExit as end:  # argparse
        status = end.code if isinstance(end.code, int) else 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        status = 130
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # a bpy module can hang in an ordinary exit


def load_package() -> ModuleType:
    """The folder above, imported as the package PACKAGE."""
    spec = importlib.util.spec_from_file_location(PACKAGE, ROOT / "__init__.py", submodule_search_locations=[str(ROOT)])
    assert spec is not None and spec.loader is not None
    package = sys.modules[PACKAGE] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(package)
    return package


def _main_of(module: str) -> Callable[[list[str]], int]:
    load_package()
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    return importlib.import_module(f"{PACKAGE}.addon.{module}").main


if __name__ == "__main__":
    run("command.cli", sys.argv[1:])
