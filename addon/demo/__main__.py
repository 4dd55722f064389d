"""`python -m addon.demo VIDEO -o DIR`: the video's .blend, .glb and preview (.png, .mp4), tracked once."""

import os
import sys

from ..headless import run

# A machine without a screen rarely has a driver to draw with; Mesa in software is everywhere.
os.environ.setdefault("LIBGL_ALWAYS_SOFTWARE", "1")

if __name__ == "__main__":
    run("demo.command", sys.argv[1:])
