"""Re-create the six networks: `python -m engine.training.train --data ../shared/data`.

Two networks per part, trained apart as in the paper: angles through the forward kinematics with the
true bone lengths, bone lengths by themselves.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..features import BODY_POINTS, FULL_POINTS
from ..keypoints import HAND_NAMES
from ..networks import WEIGHTS
from ..skeleton import Skeleton, body_skeleton, hand_skeleton, legs_skeleton
from .bodies import recorded_arms, sample_bodies
from .fit import fit_recordings
from .hand_data import load_hands
from .legs import recorded_legs, sample_legs
from .model_card import write_model_card
from .multiview import load_handshapes, photographed_hands
from .network import export, lengths_from_raw, perceptron, rotation_from_six, spread, turn_between
from .objective import Objective
from .observed import join, mirrored, observe
from .rendered import DATA, TRAIN_SETS, load_rendered
from .samples import (
    OBSERVED,
    Batch,
    both,
    drawn_bodies,
    drawn_hands,
    drawn_legs,
    observed_bodies,
    observed_hands,
    pose_points,
    some,
)

SEED = 7
BATCH = 512
ANGLE_STEPS, LENGTH_STEPS = 6_000, 1_000
ANGLE_SHAPE, LENGTH_SHAPE = (512, 3), (128, 2)  # width, hidden layers
LEARNING_RATE = 2e-3
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


def main() -> None:
    """Fit, sample, train, export, and write the model card."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with body_mocap and hands")
    parser.add_argument("--rendered", type=Path, default=DATA, help="folder of train.npz and dev.npz")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # the same sums in the same order on every machine of a kind
    errors: dict[str, dict[str, float]] = {}
    for name, part in load_parts(arguments.data, arguments.rendered).items():
        torch.manual_seed(SEED)
        angles = train_angles(part, Objective())
        lengths = train_lengths(part)
        errors[name] = part.facts | evaluate(part, angles, lengths)
        export(angles, arguments.out / f"{name}_angles.npz")
        export(lengths, arguments.out / f"{name}_lengths.npz")
        print(name, json.dumps(errors[name], indent=1), flush=True)
    write_model_card(arguments.out / "MODEL_CARD.md", errors, ANGLE_STEPS, BATCH)


def load_parts(data: Path, rendered: Path) -> dict[str, Part]:
    """Read and fit everything that the networks learn from."""
    sets = [load_rendered(rendered / f"{name}.npz") for name in TRAIN_SETS]
    residual = np.concatenate([part.residual for part in sets])
    seen = [observe(part) for part in sets]
    bodies = join([body for body, _ in seen])
    hands = join([hand.rows(hand.plane.norm(dim=-1).mean(1) < LOST) for _, hand in seen])
    dev_bodies, dev_hands = observe(load_rendered(rendered / "dev.npz"))
    recordings = load_hands(data)
    train = recordings.split == 0
    recorded = fit_recordings(recordings)
    fingers, bones = (torch.as_tensor(a[train]) for a in (recorded.angles, recorded.lengths))
    # Photographed handshapes are few and clear: a fifth of the poses, with bones of the table's proportions.
    shapes = torch.as_tensor(load_handshapes()[0]).repeat(len(fingers) // 100, 1)
    fingers = torch.cat([fingers, shapes])
    bones = torch.cat([bones, torch.as_tensor(hand_skeleton().lengths).float().expand(len(shapes), -1)])
    photographed = photographed_hands()
    splits = json.loads((data / "body_mocap" / "splits.json").read_text())
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


def train_angles(
    part: Part, objective: Objective, steps: int = ANGLE_STEPS, width: int = ANGLE_SHAPE[0]
) -> nn.Sequential:
    """Angles with true bone lengths through FK."""
    depth = ANGLE_SHAPE[1]
    network = perceptron(part.dev.features.shape[1], width, depth, 6 + part.dev.angles.shape[1])

    def loss(batch: Batch) -> Tensor:
        raw = network(batch.features)
        root, angles = rotation_from_six(raw[:, :6]), spread(part.skeleton, raw[:, 6:])
        points = pose_points(part.skeleton, root, angles, batch.lengths)
        return objective(batch, root, angles, points[:, part.joints], batch.points[:, part.joints])

    _optimise(nn.ModuleList([network, objective]), loss, part.draw, steps)
    return network


def train_lengths(part: Part) -> nn.Sequential:
    """Bone lengths: L1 of their logarithms."""
    width, depth = LENGTH_SHAPE
    network = perceptron(part.dev.features.shape[1], width, depth, len(part.skeleton.bones))

    def loss(batch: Batch) -> Tensor:
        lengths = lengths_from_raw(part.skeleton, network(batch.features))
        return (lengths * batch.size[:, None] / batch.lengths).log().abs().mean()

    _optimise(network, loss, part.rendered, LENGTH_STEPS)
    return network


def _optimise(network: nn.Module, loss: Callable[[Batch], Tensor], draw: Draw, steps: int) -> None:
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=steps, pct_start=0.1)
    start = time.monotonic()
    for step in range(steps):
        value = loss(draw(BATCH))
        optimizer.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 2000 == 0:
            print(f"step {step} loss {value.item():.4f} {time.monotonic() - start:.0f} s", flush=True)


@torch.no_grad()
def evaluate(part: Part, angle_network: nn.Sequential, length_network: nn.Sequential) -> dict[str, float]:
    """Median and mean joint error (t), cm, on the dev split: with true and with predicted bones."""
    batch = part.dev
    raw = angle_network(batch.features)
    root, angles = rotation_from_six(raw[:, :6]), spread(part.skeleton, raw[:, 6:])
    predicted = lengths_from_raw(part.skeleton, length_network(batch.features)) * batch.size[:, None]
    truth = batch.points[:, part.joints]
    result: dict[str, float] = {}
    for name, lengths in (("true_bones", batch.lengths), ("predicted_bones", predicted)):
        points = pose_points(part.skeleton, root, angles, lengths)[:, part.joints]
        apart = (points - points.mean(1, keepdim=True)) - (truth - truth.mean(1, keepdim=True))
        distance = 100.0 * apart.norm(dim=-1)
        result[f"dev_median_cm_{name}"] = round(distance.median().item(), 3)
        result[f"dev_mean_cm_{name}"] = round(distance.mean().item(), 3)
    turn = turn_between(root, batch.root)
    result["dev_median_degrees_root"] = round(torch.rad2deg(turn).median().item(), 2)
    mean_angle = (angles - batch.angles).abs().mean().item()
    result["dev_mean_degrees_angles"] = round(float(np.degrees(mean_angle)), 2)
    return result


if __name__ == "__main__":
    main()
