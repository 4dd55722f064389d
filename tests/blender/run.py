"""The Blender tests, on the bpy module (`python tests/blender/run.py`) or inside a real Blender.

`blender -b --factory-startup --python-exit-code 9 --python tests/blender/run.py -- ARGS` with
BLENDER_USER_RESOURCES set to a temporary folder. ARGS are pytest's.
"""

import os
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent


def main() -> int:
    inside = "--python" in sys.argv
    arguments = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else ([] if inside else sys.argv[1:])
    return pytest.main([f"--rootdir={FOLDER.parents[1]}", "-p", "no:cacheprovider", *(arguments or [str(FOLDER)])])


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # A bpy module can hang in an ordinary exit.
