"""`python -m addon.measuring.faces --data DIR`: draws a signer's face on our head and on a character, docs/face.png."""

import os
import sys

from ...headless import run

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does; before NumPy is imported
# A machine without a screen rarely has a driver to draw with; Mesa in software is everywhere.
os.environ.setdefault("LIBGL_ALWAYS_SOFTWARE", "1")

if __name__ == "__main__":
    run("measuring.faces.picture", sys.argv[1:])
