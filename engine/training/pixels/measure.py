"""How far points are from the exact ones, in the way of Zimmermann and Brox's Table 1."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ...geometry.arrays import Array, Mask
from ..measuring.metrics import auc
from ..measuring.scores import percentile
from .learn import AROUND, crops, onto, square_around, to_tensor
from .networks import PICTURE, HandSegNet, PoseNet, expected, highest
from .windows import SIZE, Windows

#: Errors are told as if a window had so many pixels to a side, as their pictures have.
THEIRS = 320
#: Pixels of theirs up to which the curve of correct keypoints goes.
END = 30.0
#: Head -> how its score maps become points.
HEADS = {"score maps, highest": highest, "soft argmax": expected}
CROPS = ("true crop", "its own crop")


@dataclass(frozen=True)
class Score:
    """Errors in pixels of theirs."""

    median: float
    mean: float
    area: float
    """Under the curve of correct keypoints up to END, 0 to 1."""


def score(points: Array, windows: Windows, which: Mask) -> Score:
    """Of points (N,21,2), pixels of the windows, in some of them (N,)."""
    gaps = (points - windows.points)[which]
    errors = (gaps**2).sum(-1) ** 0.5 * (THEIRS / SIZE)
    return Score(percentile(errors), float(errors.mean()), auc(errors, END))


@torch.no_grad()
def answers(windows: Windows, segment: HandSegNet, heads: dict[str, PoseNet]) -> dict[tuple[str, str], Array]:
    """Head and crop -> points (N,21,2), pixels of the windows."""
    pictures = to_tensor(windows)
    scores = segment(nn.functional.avg_pool2d(pictures, SIZE // PICTURE))
    squares = (square_around(torch.as_tensor(windows.points)), found_squares(scores))
    found: dict[tuple[str, str], Array] = {}
    for crop, square in zip(CROPS, squares, strict=True):
        shown, to_window = crops(pictures, *square)
        for head, network in heads.items():
            found[head, crop] = onto(HEADS[head](network(shown)[1]), to_window).numpy()
    return found


def found_squares(scores: Tensor) -> tuple[Tensor, Tensor]:
    """Middles (N,2) and sides (N,) of a hand's square in windows, from scores (N,64,64).

    Around what hangs together with the highest score, as they find it: grown from there as long as scores are positive.
    """
    hand = (scores > 0).float()
    grown = (scores == scores.amax((1, 2), keepdim=True)).float()
    for _ in range(PICTURE):
        grown = torch.maximum(nn.functional.max_pool2d(grown, 3, 1, 1) * hand, grown)
    middles, sides = torch.zeros(len(scores), 2), torch.zeros(len(scores))
    for row, own in enumerate(grown):
        places = own.nonzero().flip(-1).float() + 0.5
        middle, side = square_around(places[None] * (SIZE / PICTURE))
        middles[row], sides[row] = middle[0], side[0]
    return middles, sides.clamp(min=AROUND * SIZE / 8)  # a single pixel is no hand
