"""Re-create the four networks: `python -m engine.training.train --data ../shared/data`.

Two networks per part, trained apart as in the paper: angles through the forward kinematics with the
true bone lengths, bone lengths by themselves.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..networks import WEIGHTS
from ..skeleton import Skeleton, body_skeleton, hand_skeleton
from .bodies import recorded_arms, sample_bodies
from .fit import FittedHands, fit_hands
from .hand_data import HandRecordings, load_hands
from .model_card import write_model_card
from .network import export, lengths_from_raw, perceptron, rotation_from_six, spread
from .samples import Batch, body_batch, hand_batch, pose_points

SEED = 7
BATCH = 512
ANGLE_STEPS, LENGTH_STEPS = 12_000, 4_000
ANGLE_SHAPE, LENGTH_SHAPE = (512, 3), (256, 2)  # width, hidden layers
LEARNING_RATE = 1e-3
BODIES = 300_000
#: Weights of the angle loss: radians, metres (times ten), rotation matrix entries.
ANGLE, POSITION, ROOT = 1.0, 10.0, 1.0

Draw = Callable[[int], Batch]


def main() -> None:
    """Fit, sample, train, export, and write the model card."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with body_mocap and hands")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # the same sums in the same order on every machine of a kind
    errors: dict[str, dict[str, float]] = {}
    for part, read in (("body", body_data), ("hand", hand_data)):
        torch.manual_seed(SEED)
        skeleton, draw, draw_dev, facts = read(arguments.data)
        angles = train_angles(skeleton, draw)
        lengths = train_lengths(skeleton, draw)
        errors[part] = facts | evaluate(skeleton, angles, lengths, draw_dev)
        export(angles, arguments.out / f"{part}_angles.npz")
        export(lengths, arguments.out / f"{part}_lengths.npz")
        print(part, json.dumps(errors[part], indent=1), flush=True)
    write_model_card(arguments.out / "MODEL_CARD.md", errors, ANGLE_STEPS, BATCH)


def hand_data(data: Path) -> tuple[Skeleton, Draw, Draw, dict[str, float]]:
    """Hands: recorded, fitted, split by recording."""
    recordings = load_hands(data)
    fitted = fit_hands(recordings)
    train, dev = (recordings.split == k for k in (0, 1))
    facts = _fit_facts(recordings, fitted)

    def draw_from(rows: "np.ndarray") -> Draw:
        angles, lengths = (torch.as_tensor(a[rows]) for a in (fitted.angles, fitted.lengths))
        return lambda count: hand_batch(count, angles, lengths)

    return hand_skeleton(), draw_from(train), draw_from(dev), facts


def _fit_facts(recordings: HandRecordings, fitted: FittedHands) -> dict[str, float]:
    return {
        f"fit_residual_median_mm_{name}": round(
            1000.0 * float(np.median(fitted.residual[recordings.source == source])), 2
        )
        for source, name in enumerate(("leap", "quest"))
    }


def body_data(data: Path) -> tuple[Skeleton, Draw, Draw, dict[str, float]]:
    """Bodies: arms of the CMU training clips and of the signing space; dev has CMU dev clips."""
    splits = json.loads((data / "body_mocap" / "splits.json").read_text())
    draws: list[Draw] = []
    for seed, split in enumerate(("train", "dev")):
        arms = recorded_arms(data, splits[split])
        count = BODIES if split == "train" else BODIES // 10
        bodies = torch.as_tensor(sample_bodies(count, arms, np.random.default_rng(SEED + seed)))
        draws.append(lambda count, bodies=bodies: body_batch(count, bodies))
    return body_skeleton(), draws[0], draws[1], {}


def train_angles(skeleton: Skeleton, draw: Draw) -> nn.Sequential:
    """Angles with true bone lengths through FK: L1 of angles, 3D distance, root rotation."""
    width, depth = ANGLE_SHAPE
    network = perceptron(draw(1).features.shape[1], width, depth, 6 + draw(1).angles.shape[1])

    def loss(batch: Batch) -> Tensor:
        raw = network(batch.features)
        root, angles = rotation_from_six(raw[:, :6]), spread(skeleton, raw[:, 6:])
        points = pose_points(skeleton, root, angles, batch.lengths)
        return (
            ANGLE * (angles - batch.angles).abs().mean()
            + POSITION * distances(skeleton, points, batch.points).mean()
            + ROOT * (root - batch.root).abs().mean()
        )

    _optimise(network, loss, draw, ANGLE_STEPS)
    return network


def distances(skeleton: Skeleton, points: Tensor, truth: Tensor) -> Tensor:
    """(N,J) metres between joints, wrist on wrist for a hand, neck on neck for a body.

    The hips, a body's root, are often out of the picture; the neck never is.
    """
    anchor = skeleton.joints.index("neck") if "neck" in skeleton.joints else 0
    difference = points - truth
    return (difference - difference[:, anchor, None]).norm(dim=-1)


def train_lengths(skeleton: Skeleton, draw: Draw) -> nn.Sequential:
    """Bone lengths: L1 of their logarithms."""
    width, depth = LENGTH_SHAPE
    network = perceptron(draw(1).features.shape[1], width, depth, len(skeleton.bones))

    def loss(batch: Batch) -> Tensor:
        lengths = lengths_from_raw(skeleton, network(batch.features))
        return (lengths / batch.lengths).log().abs().mean()

    _optimise(network, loss, draw, LENGTH_STEPS)
    return network


def _optimise(network: nn.Sequential, loss: Callable[[Batch], Tensor], draw: Draw, steps: int) -> None:
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
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
def evaluate(
    skeleton: Skeleton, angle_network: nn.Sequential, length_network: nn.Sequential, draw: Draw
) -> dict[str, float]:
    """Median and mean joint error, cm, on the dev split: with true and with predicted bones."""
    torch.manual_seed(SEED + 1)
    batch = draw(20_000)
    raw = angle_network(batch.features)
    root, angles = rotation_from_six(raw[:, :6]), spread(skeleton, raw[:, 6:])
    predicted = lengths_from_raw(skeleton, length_network(batch.features))
    result: dict[str, float] = {}
    for name, lengths in (("true_bones", batch.lengths), ("predicted_bones", predicted)):
        points = pose_points(skeleton, root, angles, lengths)
        distance = 100.0 * distances(skeleton, points, batch.points)
        result[f"dev_median_cm_{name}"] = round(distance.median().item(), 3)
        result[f"dev_mean_cm_{name}"] = round(distance.mean().item(), 3)
    trace = (root.mT @ batch.root).diagonal(dim1=-2, dim2=-1).sum(-1)
    turn = torch.acos(((trace - 1) / 2).clamp(-1, 1))
    result["dev_median_degrees_root"] = round(torch.rad2deg(turn).median().item(), 2)
    mean_angle = (angles - batch.angles).abs().mean().item()
    result["dev_mean_degrees_angles"] = round(float(np.degrees(mean_angle)), 2)
    return result


if __name__ == "__main__":
    main()
