"""Measures lifting as Zimmermann and Brox (2017), its rivals, and what their prior does for hidden points.

    python -m engine.training.prior --networks DIR

reads the networks that `engine.training.prior.learn` trained into DIR and writes docs/hand_prior.md.
"""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import torch

from ..clips import DATA, load_clips
from ..measuring.hands_truth import load_hands_truth
from ..photographs import load_photographs
from .learn import COORDINATES, LEARNING, SHIPPED, TRIALS, load
from .real_hands import photographed, withheld
from .samples import to_learn_from
from .tables import hidden, lifting, missing
from .text import ABOUT, ON_HIDDEN, ON_LIFTING, ON_MISSING, ON_PHOTOGRAPHS
from .ways import Way, by_neighbours, by_network, by_prior, refined_completed, refined_forgotten, refined_without

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "hand_prior.md"
#: Rendered sets with hidden points: that to choose by, and those of unseen characters and motions.
SETS = ("dev", "test", "hard", "signing", "asl")


def main() -> None:
    """Measure, then write."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.prior", description=__doc__)
    parser.add_argument("--networks", type=Path, required=True, help="folder that engine.training.prior.learn wrote")
    parser.add_argument("--out", type=Path, default=DOCUMENT)
    arguments = parser.parse_args()
    absent = [name for name in TRIALS if not (arguments.networks / f"{name}.npz").exists()]
    if absent:
        parser.error(f"{arguments.networks} holds no {', '.join(absent)}; train with engine.training.prior.learn")
    torch.set_num_threads(1)
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(document(arguments.networks)))
    arguments.out.write_text(text.rstrip() + "\n", encoding="utf-8")


def document(folder: Path) -> Iterator[str]:
    """The lines of docs/hand_prior.md."""
    torch.manual_seed(0)  # which known hands there are to be near to
    networks = {name: load(name, folder) for name in TRIALS}
    inputs: dict[str, dict[str, Way]] = {
        shown: {name: by_network(networks[f"{name}, {shown}"]) for name in names} for shown, names in LEARNING.items()
    }
    inputs[COORDINATES]["Nearest neighbour"] = by_neighbours(to_learn_from(photographs=False))
    photographs, truth = load_photographs(), load_hands_truth()
    yield ABOUT
    yield from lifting(load_clips(DATA / "test.npz"), inputs)
    yield ON_LIFTING
    yield "## On photographs of a real hand"
    yield ON_PHOTOGRAPHS
    real = {f"{name}, {shown}": way for shown, ways in inputs.items() for name, way in ways.items()}
    real |= {f"*{SHIPPED}*": by_network(networks[SHIPPED]), "solver `prior`": by_prior, "today": refined_without}
    yield from photographed(real, photographs, truth)
    yield "## Missing points"
    yield ON_MISSING
    told = {"*Proposed*, told all in training": networks[f"Proposed, {COORDINATES}"], f"*{SHIPPED}*": networks[SHIPPED]}
    yield from missing(load_clips(DATA / "test.npz"), told)
    ways = {
        "today, missing at weight 0": refined_forgotten,
        "today, missing as the prior says": refined_completed,
        "solver `prior`": by_prior,
    }
    yield from withheld(ways, photographs, truth)
    yield "## Hidden hands"
    yield ON_HIDDEN
    yield from hidden({name: load_clips(DATA / f"{name}.npz") for name in SETS})


if __name__ == "__main__":
    main()
