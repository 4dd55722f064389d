"""GestureNet: three fully connected layers from a hand's pose to the letter that it shows."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ...letters import LETTERS, letter_features
from ..clips import DATA, load_clips
from ..learning.detector_errors import observe
from ..learning.network import perceptron
from ..learning.parts import LOST
from .examples import Hands, held, join, other_hands, recorded_letters, static_hands
from .samples import as_seen, drawn_letters, drawn_others

WIDTH, STEPS, BATCH, RATE = 128, 3000, 512, 3e-3
#: Samples of each letter; so many times more show none. Each is learnt as it is and as it is seen.
EACH, OTHERS = 250, 24
#: Rendered hands whose errors are used again.
POOL = 4000
#: Radians that angles are varied by at each step, and directions, of length 1.
NOISE = 0.05
SEED = 5

Encode = Callable[[Hands], Tensor]


def by_angles(hands: Hands) -> Tensor:
    """(N,29) what `engine.letters` sees."""
    return letter_features(torch.as_tensor(hands.angles).float(), torch.as_tensor(hands.axes).float())


def by_points(hands: Hands) -> Tensor:
    """(N,63) the 21 points from the wrist, in units of the distance from there to the middle knuckle."""
    points = hands.points
    return (points / points[:, 9:10].norm(dim=-1, keepdim=True)).flatten(1)


SHIPPED = "joint angles"
ENCODINGS: dict[str, Encode] = {SHIPPED: by_angles, "21 points": by_points}


def lessons(data: Path, rendered: Path = DATA) -> tuple[Hands, Hands]:
    """What is learnt from: poses as they are drawn, and the same as the product sees them."""
    torch.manual_seed(SEED)
    chance = np.random.default_rng(SEED)
    static = static_hands(data)
    recorded = join(*(own.rows(held(own.angles, 60.0)) for own in recorded_letters(data, "train")))
    is_letter = static.letter != ""
    known = join(static.rows(is_letter), recorded)
    others = join(other_hands(data), *[static.rows(~is_letter)] * 20)
    drawn = [
        drawn_letters(known, np.arange(len(known.letter)) < is_letter.sum(), EACH, chance),
        drawn_others(known, others, OTHERS * EACH, chance),
    ]
    exact = join(*drawn)
    hands = observe(load_clips(rendered / "train.npz"))[1]
    fine = torch.as_tensor(np.flatnonzero(hands.plane.norm(dim=-1).mean(1).numpy() < LOST))
    pool = hands.rows(fine[torch.as_tensor(chance.choice(len(fine), min(POOL, len(fine)), replace=False))])
    return exact, as_seen(exact, pool, chance)


def numbers(hands: Hands) -> Tensor:
    """(N,) place of each letter in LETTERS, after them that of none."""
    return torch.tensor([LETTERS.index(own) if own else len(LETTERS) for own in hands.letter.tolist()])


def learn(exact: Hands, seen: Hands, encode: Encode, steps: int = STEPS) -> nn.Sequential:
    """Cross entropy, AdamW, one cycle; every sample is as exact as it is seen, in equal parts."""
    torch.manual_seed(SEED)
    hands = join(exact, seen)
    features, letters = encode(hands), numbers(hands)
    network = perceptron(features.shape[1], WIDTH, 2, len(LETTERS) + 1)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.1)
    for _ in range(steps):
        rows = torch.randint(len(features), (BATCH,))
        shown = features[rows] + NOISE * torch.randn(BATCH, features.shape[1])
        loss = nn.functional.cross_entropy(network(shown), letters[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return network
