"""One row of the ablation for one part: trained as the row says, then measured on dev."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from ..learning.batches import Batch
from ..learning.detector_errors import pose_points
from ..learning.network import pose_from_raw, turn_between
from ..learning.objective import Objective
from ..learning.parts import Part
from ..learning.train import train_angles
from ..measuring.alignment import ALIGNMENTS, align
from .replaced import replaced
from .rows import BODY, HAND, Row

#: Of a part's points.
ENDS = {BODY: [15, 16], HAND: [4, 8, 12, 16, 20]}


@dataclass(frozen=True)
class Errors:
    """Errors on dev."""

    median: float
    """Joints, cm, t."""
    mean: float
    """The same."""
    ends: float
    """Median of wrists or fingertips, cm, t."""
    aligned: float
    """Median, cm, R and t."""
    root: float
    """Median, degrees."""


def run(part: Part, row: Row, steps: int) -> nn.Sequential:
    """Train one row's network."""
    torch.manual_seed(row.seed)
    with replaced(row.settings):
        return train_angles(_shown(part, row), objective(row), steps, row.width)


def _shown(part: Part, row: Row) -> Part:
    """A part whose features are as the row shows them."""

    def batch(whole: Batch) -> Batch:
        return replace(whole, features=row.shown(whole.features))

    rendered, drawn = ((lambda count, draw=draw: batch(draw(count))) for draw in (part.rendered, part.drawn))
    return replace(part, rendered=rendered, drawn=drawn, dev=batch(part.dev))


def objective(row: Row) -> Objective:
    """The objective of a row."""
    result = Objective(row.terms, learned=row.learned)
    with torch.no_grad():
        for term, factor in row.weights:
            result.uncertainty[row.terms.index(term)] -= float(np.log(factor))
    return result


@torch.no_grad()
def measure(part: Part, row: Row, network: nn.Sequential) -> Errors:
    """Errors of a row's network on the dev samples."""
    batch = _shown(part, row).dev
    root, angles = pose_from_raw(part.skeleton, network(batch.features))
    return compare(part, batch, root, pose_points(part.skeleton, root, angles, batch.lengths))


def compare(part: Part, batch: Batch, root: Tensor, points: Tensor) -> Errors:
    """Errors of roots (N,3,3) and joints (N,J,3) of a batch."""
    own, truth = (x[:, part.joints].double().numpy() for x in (points, batch.points))
    distances = {
        name: 100.0 * np.linalg.norm(align(own, truth, **ALIGNMENTS[name]) - truth, axis=-1) for name in ("t", "R, t")
    }
    return Errors(
        median=float(np.median(distances["t"])),
        mean=float(distances["t"].mean()),
        ends=float(np.median(distances["t"][:, ENDS[part.skeleton.names[0]]])),
        aligned=float(np.median(distances["R, t"])),
        root=float(np.degrees(np.median(turn_between(root, batch.root).numpy()))),
    )
