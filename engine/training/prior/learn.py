"""Train every network of docs/hand_prior.md: `python -m engine.training.prior.learn --out DIR [--only NAME...]`.

They are all yardsticks but *shipped*, whose weights go to engine/lifting/weights.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ...lifting.features import prior_features
from ...lifting.networks import WEIGHTS
from ..learning.network import export
from ..learning.recipe import Recipe
from ..learning.train import optimise
from .methods import METHODS, Build, Method, Proposed, coordinates, score_map_streams
from .samples import Draw, Hands, to_learn_from, with_missing

#: The product's: two streams of this width and depth.
SHIPPED = "shipped"


@dataclass(frozen=True)
class Trial:
    """A network to train."""

    method: Callable[[Build], Method]
    build: Build
    recipe: Recipe
    photographs: bool = False
    missing: bool = False
    """Whether points are missing from samples."""


COORDINATES, MAPS = "coordinates", "score maps"
#: The methods that learn from each input.
LEARNING = {COORDINATES: tuple(METHODS), MAPS: ("Direct", "Proposed")}
_INPUTS = {
    COORDINATES: (coordinates(512, 2), Recipe(steps=5_000, batch=512)),
    MAPS: (score_map_streams(8, 256), Recipe(steps=1_000, batch=64, learning_rate=1e-3)),
}
TRIALS: dict[str, Trial] = {
    **{f"{name}, {shown}": Trial(METHODS[name], *_INPUTS[shown]) for shown in _INPUTS for name in LEARNING[shown]},
    SHIPPED: Trial(Proposed, coordinates(256, 2), Recipe(steps=12_000, batch=512), photographs=True, missing=True),
}


def train(trial: Trial, draw: Draw) -> Method:
    """A trained network; the same samples in the same order for all that are alike."""
    torch.manual_seed(trial.recipe.seed)
    network = trial.method(trial.build)

    def some() -> Hands:
        hands = draw(trial.recipe.batch)
        return with_missing(hands) if trial.missing else hands

    def loss(hands: Hands) -> Tensor:
        return network.loss(prior_features(hands.points, hands.seen), hands.joints)

    optimise(network, loss, some, trial.recipe)
    return network.eval()


def save(network: Method, path: Path) -> None:
    """Keep a network's weights."""
    np.savez_compressed(path, **{name: values.numpy() for name, values in network.state_dict().items()})


def load(name: str, folder: Path) -> Method:
    """Read a trained network."""
    network = TRIALS[name].method(TRIALS[name].build)
    with np.load(folder / f"{name}.npz", allow_pickle=False) as stored:
        network.load_state_dict({key: torch.as_tensor(values) for key, values in stored.items()})
    return network.eval()


def ship(network: Method) -> None:
    """Put the weights where the product finds them."""
    assert isinstance(network, Proposed)
    for stream in ("coordinates", "viewpoint"):
        export(getattr(network, stream), WEIGHTS / f"prior_{stream}.npz")


def main() -> None:
    """Train and keep."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.prior.learn", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the networks")
    parser.add_argument("--only", nargs="*", default=list(TRIALS), choices=list(TRIALS), help="some of them")
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # the same sums in the same order on every machine of a kind
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.only:
        print(name, flush=True)
        trial = TRIALS[name]
        network = train(trial, to_learn_from(photographs=trial.photographs))
        save(network, arguments.out / f"{name}.npz")
        if name == SHIPPED:
            ship(network)


if __name__ == "__main__":
    main()
