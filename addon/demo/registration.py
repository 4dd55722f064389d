"""Registers the add-on in a fresh process; prints {"seconds": s, "heavy": [modules]} as JSON."""

import json
import os
import sys
import time

from ..headless import load_package

_HEAVY = ("numpy", "av", "mediapipe", "torch")


def measure() -> dict[str, object]:
    """Seconds to import and register the add-on, and which heavy modules (or the engine's) that imports."""
    __import__("bpy")  # Blender is there before any add-on, and so is what it imports itself
    before = set(sys.modules)
    start = time.perf_counter()
    package = load_package()
    package.register()
    seconds = time.perf_counter() - start
    engine = f"{package.__name__}.engine"
    roots = (*_HEAVY, engine)
    new = set(sys.modules) - before - {engine, f"{engine}.errors", f"{engine}.options"}
    return {
        "seconds": seconds,
        "heavy": sorted(root for root in roots if any(f"{n}.".startswith(f"{root}.") for n in new)),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure()) + "\n")
    sys.stdout.flush()
    os._exit(0)  # a bpy module can hang in an ordinary exit
