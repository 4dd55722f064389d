"""Learn to tell what faces do, and write the page that measures it.

    python -m engine.training.faces --rendered DIR [--measure]

`DIR` holds what `python -m engine.training.faces.render` wrote. Writes engine/face/weights and docs/faces.md; with
`--measure` only the page.
"""

import argparse
import os
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does; before NumPy is imported

import torch

from .learn import keep, learn
from .measure import write_page
from .samples import load_faces


def main() -> None:
    """Learn, measure, write."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.faces", description=__doc__)
    parser.add_argument("--rendered", type=Path, required=True, help="folder of rendered faces")
    parser.add_argument("--measure", action="store_true", help="only measure")
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # the same sums in the same order on every machine of a kind
    if not arguments.measure:
        faces, dev, *clips = (
            some.rows(some.seen)
            for some in (load_faces(arguments.rendered, name) for name in ("train", "dev*", "dev_clips", "train_clips"))
        )
        keep(*learn(faces), dev, clips)
    write_page(arguments.rendered)


if __name__ == "__main__":
    main()
