"""What the networks of each part learn from: rendered, photographed and drawn samples, and those of dev."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ...keypoints import HAND_NAMES
from ...lifting.features import BODY_POINTS, FULL_POINTS
from ...skeleton import Skeleton, body_skeleton, hand_skeleton, legs_skeleton
from ..clips import TRAIN_SETS, load_clips
from ..fitting.fit import fit_recordings
from ..fitting.fitted_handshapes import load_handshapes
from ..poses.bodies import recorded_arms, sample_bodies
from ..poses.cmu import read_splits
from ..poses.hand_recordings import load_hands
from ..poses.legs import recorded_legs, sample_legs
from .batches import Batch, both, observed_bodies, observed_hands, some
from .detector_errors import join, mirrored, observe
from .photographed import photographed_hands
from .synthetic import drawn_bodies, drawn_hands, drawn_legs

SEED = 7
#: Share of samples that are rendered ones.
OBSERVED = 0.75
#: Share of photographs in the rendered samples of hands.
PHOTOGRAPHED = 1 / 6
BODIES, DEV_LEGS = 300_000, 5_000
#: Mean error of a hand's points, in its radii, that means another hand, or none: nothing to learn from.
LOST = 1.0

Draw = Callable[[int], Batch]


@dataclass(frozen=True)
class Part:
    """What the networks of one part are trained on."""

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

    def draw(self, count: int) -> Batch:
        """Training samples of both kinds."""
        share = round(OBSERVED * count)
        return both(self.rendered(share), self.drawn(count - share))


def load_parts(data: Path, rendered: Path) -> dict[str, Part]:
    """Read and fit everything that the networks learn from."""
    sets = [load_clips(rendered / f"{name}.npz") for name in TRAIN_SETS]
    residual = np.concatenate([part.residual for part in sets])
    seen = [observe(part) for part in sets]
    bodies = join([body for body, _ in seen])
    hands = join([hand.rows(hand.plane.norm(dim=-1).mean(1) < LOST) for _, hand in seen])
    dev_bodies, dev_hands = observe(load_clips(rendered / "dev.npz"))
    recordings = load_hands(data)
    train = recordings.split == 0
    recorded = fit_recordings(recordings)
    fingers, bones = (torch.as_tensor(a[train]) for a in (recorded.angles, recorded.lengths))
    # Photographed handshapes are few and clear: a fifth of the poses, with bones of the table's proportions.
    shapes = torch.as_tensor(load_handshapes()[0]).repeat(len(fingers) // 100, 1)
    fingers = torch.cat([fingers, shapes])
    bones = torch.cat([bones, torch.as_tensor(hand_skeleton().lengths).float().expand(len(shapes), -1)])
    photographed = photographed_hands()
    splits = read_splits(data)
    arms = recorded_arms(data, splits["train"])
    chance = np.random.default_rng(SEED)
    drawn = torch.as_tensor(sample_bodies(BODIES, arms, chance))
    poses, misfit = recorded_legs(data, splits["train"])
    others, _ = recorded_legs(data, splits["dev"])
    legs, dev_legs = (torch.as_tensor(sample_legs(BODIES, own, chance)) for own in (poses, others))
    bodies = join([bodies, mirrored(bodies)])

    def facts(samples: int, residual: np.ndarray) -> dict[str, float]:
        return {"rendered_samples": samples, "fit_residual_mm": round(1000 * float(np.median(residual)), 2)}

    residuals = {
        f"fit_residual_mm_{name}": round(1000 * float(np.median(recorded.residual[recordings.source == source])), 2)
        for source, name in enumerate(("leap", "quest"))
    }
    body, hand, leg = body_skeleton(), hand_skeleton(), legs_skeleton()
    torch.manual_seed(SEED)
    return {
        "body": Part(
            body,
            [body.joints.index(name) for name in BODY_POINTS],
            lambda count: observed_bodies(some(count, bodies)),
            lambda count: drawn_bodies(count, drawn),
            observed_bodies(dev_bodies, vary=False),
            facts(len(bodies.row), residual[:, 0]),
        ),
        "hand": Part(
            hand,
            [hand.joints.index(f"right_hand_{name}") for name in HAND_NAMES],
            lambda count: both(
                observed_hands(some(count - round(PHOTOGRAPHED * count), hands)),
                observed_hands(some(round(PHOTOGRAPHED * count), photographed)),
            ),
            lambda count: drawn_hands(count, fingers, bones),
            observed_hands(dev_hands, vary=False),
            facts(len(hands.row), residual[:, 1:]) | residuals,
        ),
        "legs": Part(
            leg,
            [leg.joints.index(name) for name in FULL_POINTS[17:]],
            lambda count: drawn_legs(count, drawn, legs),
            lambda count: drawn_legs(count, drawn, legs),
            drawn_legs(DEV_LEGS, drawn, dev_legs),
            {"fit_residual_mm_legs": round(1000 * misfit, 2)},
        ),
    }
