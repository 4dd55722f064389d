"""What the networks of each part learn from: rendered, photographed and drawn samples, and those of dev."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ...geometry.arrays import Array
from ...keypoints import HAND_NAMES, Side
from ...lifting.features import BODY_POINTS, FULL_POINTS
from ...skeleton import Skeleton, body_skeleton, hand_skeleton, legs_skeleton
from ..clips import TRAIN_SETS, load_clips
from ..fitting.fit import fit_recordings
from ..fitting.recorded_legs import recorded_legs
from ..poses.bodies import recorded_arms, sample_bodies
from ..poses.cmu import read_splits
from ..poses.hand_recordings import HandRecordings, load_hands
from ..poses.legs import sample_legs
from .batches import Batch, Jitter, both, observed_bodies, observed_hands, some
from .detector_errors import Observed, ObservedBodies, join, mirrored, observe
from .photographed import photographed_hands
from .recipe import Recipe
from .synthetic import drawn_bodies, drawn_hands, drawn_legs

BODIES, DEV_LEGS = 300_000, 5_000
#: Share of photographs in the rendered samples of hands; few handshapes, so they are varied more.
PHOTOGRAPHED = 1 / 3
PHOTOGRAPH_JITTER = Jitter(roll=0.4, turn=0.15, angles=0.25, bones=0.06)
#: Mean error of a hand's points, in its radii, that means another hand, or none: nothing to learn from.
LOST = 1.0

Draw = Callable[[int], Batch]


@dataclass(frozen=True)
class Part:
    """What the networks of one part are trained on."""

    name: str
    """ "body", "hand" or "legs"."""
    skeleton: Skeleton
    joints: list[int]
    """(K) the joints that are MediaPipe's points."""
    rendered: Draw
    """Rendered training samples; only they tell how long bones are. Drawn ones where nothing is rendered."""
    drawn: Draw
    """Training samples with a detector's errors from a noise model."""
    dev: Batch
    """The rendered samples of the development split, as they are; legs of its recorded motion."""
    facts: dict[str, float]
    wrists: list[int] = field(default_factory=list[int])
    """Which of the K points are a body's wrists."""
    fingertips: list[int] = field(default_factory=list[int])
    """Which of the K points are a hand's fingertips."""

    def weights(self, wrists: float) -> Tensor:
        """(K,) how much each joint counts, where wrists count `wrists` times."""
        weights = torch.ones(len(self.joints))
        weights[self.wrists] = wrists
        return weights

    def draw(self, recipe: Recipe) -> Batch:
        """Training samples of both kinds, as a recipe mixes and shows them."""
        share = round(recipe.rendered * recipe.batch)
        return recipe.show(both(self.rendered(share), self.drawn(recipe.batch - share)))


def load_parts(data: Path, folder: Path, seed: int) -> tuple[Part, Part, Part]:
    """Read and fit everything that the networks of body, hand and legs learn from; `folder` is that of the sets."""
    # Weights come out the same, bit for bit, as long as draws keep their order. NumPy's: bodies, legs of the training
    # split, legs of dev. PyTorch's: whether depths of dev's hands are known, dev's legs; training seeds again.
    torch.manual_seed(seed)
    chance, splits = np.random.default_rng(seed), read_splits(data)
    drawn = torch.as_tensor(sample_bodies(BODIES, recorded_arms(data, splits["train"]), chance))
    sets = [load_clips(folder / f"{name}.npz") for name in TRAIN_SETS]
    bodies, hands = zip(*map(observe, sets), strict=True)
    dev_bodies, dev_hands = observe(load_clips(folder / "dev.npz"))
    residual = np.concatenate([own.residual for own in sets])
    return (
        _body(join(bodies), dev_bodies, drawn, residual[:, 0]),
        _hand(join(hands), dev_hands, load_hands(data), residual[:, 1:]),
        _legs(data, splits, drawn, chance),
    )


def _body(seen: ObservedBodies, dev: ObservedBodies, drawn: Tensor, residual: Array) -> Part:
    """`drawn` (M,19) angles, `residual` (N,) metres."""
    skeleton, bodies = body_skeleton(), join([seen, mirrored(seen)])
    return Part(
        name="body",
        skeleton=skeleton,
        joints=[skeleton.joints.index(name) for name in BODY_POINTS],
        rendered=lambda count: observed_bodies(some(count, bodies)),
        drawn=lambda count: drawn_bodies(count, drawn),
        dev=observed_bodies(dev, None),
        facts={"rendered_samples": len(bodies.row), "fit_residual_mm": _millimetres(residual)},
        wrists=[BODY_POINTS.index(f"{side}_wrist") for side in Side],
    )


def _hand(seen: Observed, dev: Observed, recordings: HandRecordings, residual: Array) -> Part:
    """`residual` (N,2) metres."""
    skeleton, photographed = hand_skeleton(), photographed_hands()
    hands = seen.rows(seen.plane.norm(dim=-1).mean(1) < LOST)
    recorded, train = fit_recordings(recordings), recordings.split == 0
    fingers, bones = (torch.as_tensor(array[train]) for array in (recorded.angles, recorded.lengths))

    def rendered(count: int) -> Batch:
        share = round(PHOTOGRAPHED * count)
        photographs = observed_hands(some(share, photographed), PHOTOGRAPH_JITTER)
        return both(observed_hands(some(count - share, hands)), photographs)

    facts = {"rendered_samples": len(hands.row), "fit_residual_mm": _millimetres(residual)}
    for source, name in enumerate(("leap", "quest")):
        facts[f"fit_residual_mm_{name}"] = _millimetres(recorded.residual[recordings.source == source])
    return Part(
        name="hand",
        skeleton=skeleton,
        joints=[skeleton.joints.index(name) for name in Side.RIGHT.hand_names],
        rendered=rendered,
        drawn=lambda count: drawn_hands(count, fingers, bones),
        dev=observed_hands(dev, None),
        facts=facts,
        fingertips=[point for point, name in enumerate(HAND_NAMES) if name.endswith("tip")],
    )


def _legs(data: Path, splits: dict[str, dict[str, list[str]]], bodies: Tensor, chance: np.random.Generator) -> Part:
    """Below drawn `bodies` (M,19)."""
    skeleton = legs_skeleton()
    (poses, misfit), (others, _) = (recorded_legs(data, splits[split]) for split in ("train", "dev"))
    legs, dev = (torch.as_tensor(sample_legs(BODIES, own, chance)) for own in (poses, others))

    def drawn(count: int) -> Batch:
        return drawn_legs(count, bodies, legs)

    return Part(
        name="legs",
        skeleton=skeleton,
        joints=[skeleton.joints.index(name) for name in FULL_POINTS[17:]],
        rendered=drawn,
        drawn=drawn,
        dev=drawn_legs(DEV_LEGS, bodies, dev),
        facts={"fit_residual_mm_legs": round(1000 * misfit, 2)},
    )


def _millimetres(residual: Array) -> float:
    return round(1000 * float(np.median(residual)), 2)
