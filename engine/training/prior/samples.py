"""Hands to learn lifting from: 2D points in, 3D joints out, all as right hands."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ...geometry.arrays import check_shapes
from ...keypoints import Side
from ...skeleton import hand_skeleton
from ..clips import DATA, TRAIN_SETS, load_clips
from ..learning.batches import Jitter, observed_hands, some
from ..learning.detector_errors import CAMERA, Observed, join, observe
from ..learning.parts import LOST, PHOTOGRAPH_JITTER, PHOTOGRAPHED
from ..learning.photographed import photographed_hands

#: Share of training samples whose points are where the joints project to; the others are as the detector saw them.
EXACT = 0.5
#: The most points that a sample may miss; and of the samples that miss any, the share of all and those beyond an edge.
MOST_MISSING, MISSING, BEYOND = 15, 0.5, 0.5
_ORDER = [hand_skeleton().joints.index(name) for name in Side.RIGHT.hand_names]


@dataclass(frozen=True)
class Hands:
    """N hands, left ones as the right hands that their mirror images are, in the axes of a camera turned to them."""

    points: Tensor
    """(N,21,2) on the image plane, of any scale and place."""
    seen: Tensor
    """(N,21) 1 where a point is known, else 0."""
    joints: Tensor
    """(N,21,3) metres."""

    def __post_init__(self) -> None:
        count = len(self.points)
        check_shapes(self, points=(count, 21, 2), seen=(count, 21), joints=(count, 21, 3))

    def without(self, missing: Tensor, beyond: Tensor) -> "Hands":
        """The same with so many (N,) of their points withheld: at random, or those beyond an edge where `beyond` (N,).

        An edge, such as the picture's, is a line of any direction.
        """
        normal = torch.randn(len(self.points), 2, 1)
        across = (self.points @ normal)[..., 0]
        rank = torch.where(beyond[:, None], across, torch.rand(across.shape)).argsort(1).argsort(1)
        return replace(self, seen=self.seen * (rank >= missing[:, None]))


Draw = Callable[[int], Hands]


def to_learn_from(*, photographs: bool) -> Draw:
    """Draws of the rendered hands, varied; a third of them photographed ones where these are wanted, too."""
    sets = [observe(load_clips(DATA / f"{name}.npz"))[1] for name in TRAIN_SETS]
    hands = join(sets)
    hands = hands.rows(hands.plane.norm(dim=-1).mean(1) < LOST)
    if not photographs:
        return lambda count: _drawn(count, hands)
    known = photographed_hands()

    def both(count: int) -> Hands:
        share = round(PHOTOGRAPHED * count)
        parts = _drawn(count - share, hands), _drawn(share, known, PHOTOGRAPH_JITTER)
        return Hands(*(torch.cat([getattr(part, name) for part in parts]) for name in ("points", "seen", "joints")))

    return both


def with_missing(hands: Hands) -> Hands:
    """What *shipped* learns from: points are missing from a part of the hands."""
    count = len(hands.points)
    missing = torch.randint(MOST_MISSING + 1, (count,)) * (torch.rand(count) < MISSING)
    return hands.without(missing, torch.rand(count) < BEYOND)


def _drawn(count: int, hands: Observed, *jitter: Jitter) -> Hands:
    own = some(count, hands)
    exact = (torch.rand(count) < EXACT)[:, None, None]
    batch = observed_hands(replace(own, plane=torch.where(exact, 0.0, own.plane)), *jitter)
    points = batch.features[:, :42].reshape(count, 21, 2)
    return Hands(points, torch.ones(count, 21), batch.points[:, _ORDER] @ CAMERA.T)
