"""Re-create the six networks: `python -m engine.training.learning.train --data ../shared/data`.

Two networks per part, trained apart as in the paper: angles through the forward kinematics with the
true bone lengths, bone lengths by themselves.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from ...lifting.networks import WEIGHTS
from ..clips import DATA
from ..measuring.metrics import joint_errors, rotations_apart
from .batches import Batch
from .detector_errors import pose_points
from .model_card import write_model_card
from .network import export, lengths_from_raw, pose_from_raw
from .objective import Objective, surprise
from .parts import Part, load_parts
from .recipe import LENGTHS, SHIPPED, Recipe

T = TypeVar("T")


def main() -> None:
    """Fit, sample, train, export, and write the model card."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.learning.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with body_mocap and hands")
    parser.add_argument("--rendered", type=Path, default=DATA, help="folder of train.npz and dev.npz")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # the same sums in the same order on every machine of a kind
    seed, errors = Recipe().seed, dict[str, dict[str, float]]()
    for part in load_parts(arguments.data, arguments.rendered, seed):
        recipe = SHIPPED[part.name]
        torch.manual_seed(seed)
        angles, lengths = train_angles(part, recipe), train_lengths(part, LENGTHS)
        errors[part.name] = part.facts | evaluate(part, angles, lengths)
        export(angles, arguments.out / f"{part.name}_angles.npz")
        export(lengths, arguments.out / f"{part.name}_lengths.npz")
        print(part.name, json.dumps(errors[part.name], indent=1), flush=True)
    write_model_card(arguments.out / "MODEL_CARD.md", errors)


def train_angles(part: Part, recipe: Recipe) -> nn.Sequential:
    """Angles with true bone lengths through FK."""
    inputs, outputs = part.dev.features.shape[1], 2 * len(part.skeleton.freedoms) + 1
    network = recipe.build(inputs, recipe.width, recipe.depth, outputs)
    objective = Objective(recipe, part.weights(recipe.wrists))

    def loss(batch: Batch) -> Tensor:
        root, angles, spreads = pose_from_raw(part.skeleton, network(batch.features))
        points = pose_points(part.skeleton, root, angles, batch.lengths)
        loss = objective(batch, root, angles, points[:, part.joints], batch.points[:, part.joints])
        return loss + surprise(batch, root.detach(), angles.detach(), spreads)

    optimise(nn.ModuleList([network, objective]), loss, lambda: part.draw(recipe), recipe)
    return network


def train_lengths(part: Part, recipe: Recipe) -> nn.Sequential:
    """Bone lengths, of rendered samples alone: L1 of their logarithms."""
    inputs, outputs = part.dev.features.shape[1], len(part.skeleton.bones)
    network = recipe.build(inputs, recipe.width, recipe.depth, outputs)

    def loss(batch: Batch) -> Tensor:
        lengths = lengths_from_raw(part.skeleton, network(batch.features))
        return (lengths * batch.size[:, None] / batch.lengths).log().abs().mean()

    optimise(network, loss, lambda: part.rendered(recipe.batch), recipe)
    return network


def optimise(network: nn.Module, loss: Callable[[T], Tensor], draw: Callable[[], T], recipe: Recipe) -> None:
    """Train with a loss of what is drawn each step."""
    rate, steps = recipe.learning_rate, recipe.steps
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, pct_start=0.1)
    start = time.monotonic()
    for step in range(steps):
        value = loss(draw())
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
    root, angles, _ = pose_from_raw(part.skeleton, angle_network(batch.features))
    predicted = lengths_from_raw(part.skeleton, length_network(batch.features)) * batch.size[:, None]
    truth = batch.points[:, part.joints].numpy()
    result: dict[str, float] = {}
    for name, lengths in (("true_bones", batch.lengths), ("predicted_bones", predicted)):
        points = pose_points(part.skeleton, root, angles, lengths)[:, part.joints].numpy()
        distance = 100.0 * joint_errors(points, truth, "t")
        result[f"dev_median_cm_{name}"] = round(float(np.median(distance)), 3)
        result[f"dev_mean_cm_{name}"] = round(float(distance.mean()), 3)
    turn = rotations_apart(root.numpy(), batch.root.numpy())
    result["dev_median_degrees_root"] = round(float(np.median(turn)), 2)
    mean_angle = (angles - batch.angles).abs().mean().item()
    result["dev_mean_degrees_angles"] = round(float(np.degrees(mean_angle)), 2)
    return result


if __name__ == "__main__":
    main()
