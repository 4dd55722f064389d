"""Writes the digests of all weights that ship, as training does: `python -m engine.packaging.sums`."""

from ..digests import write_sums
from ..face.regressor import WEIGHTS as FACE
from ..lifting.networks import WEIGHTS as LIFTING

FOLDERS = (FACE, LIFTING)

if __name__ == "__main__":
    for own in FOLDERS:
        write_sums(own)
