"""What a run of training may vary."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from torch import Tensor, nn

from .batches import Batch
from .network import perceptron

#: Terms of the objective, and their weights where these are fixed: radians, matrix entries, decimetres, tenths
#: of the size.
ANGLES, ROOT, JOINTS, REPROJECTION = ("angles", 1.0), ("root", 1.0), ("joints", 10.0), ("reprojection", 10.0)


def unchanged(features: Tensor) -> Tensor:
    """All features (N,C)."""
    return features


@dataclass(frozen=True)
class Recipe:
    """How a network is trained; as it is, the angle networks of hands and legs."""

    steps: int = 6_000
    batch: int = 512
    """Samples a step."""
    width: int = 512
    """Units of a hidden layer."""
    depth: int = 3
    """Hidden layers."""
    learning_rate: float = 2e-3
    """The largest of the one-cycle schedule."""
    rendered: float = 0.75
    """Share of samples that are rendered ones."""
    terms: tuple[tuple[str, float], ...] = (ANGLES, ROOT, JOINTS, REPROJECTION)
    """Of the objective, each with its weight, or the one that it starts from."""
    learned: bool = True
    """Whether the terms' weights are learned."""
    wrists: float = 2.0
    """How much a body's wrists count beside its other joints: they carry what hangs on them."""
    build: Callable[[int, int, int, int], nn.Sequential] = perceptron
    """Inputs, width, depth and outputs -> the network."""
    shown: Callable[[Tensor], Tensor] = unchanged
    """What the network gets of the features."""
    seed: int = 7

    def show(self, batch: Batch) -> Batch:
        """Samples whose features are as the network gets them."""
        return replace(batch, features=self.shown(batch.features))


#: The angle networks that ship. Rendered arms are in the signing space alone, those of real people anywhere; with twice
#: the steps bodies fit rendered signers no better, and real people worse.
SHIPPED = {"body": Recipe(steps=3_000, rendered=0.5), "hand": Recipe(), "legs": Recipe()}
#: The length networks that ship.
LENGTHS = Recipe(steps=1_000, width=128, depth=2)
