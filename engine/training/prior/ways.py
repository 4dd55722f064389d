"""Ways from a seen hand to its joints: networks alone, nearest neighbours, and the product's where points are missing.

All give w^rel (F,21,3) in the camera's axes: joints from the wrist, in lengths of the reference bone.
"""

from collections.abc import Callable

import numpy as np
import torch

from ...geometry.arrays import Array
from ...lifting.lengths import clip_lengths
from ...lifting.lift import Lift
from ...lifting.prior import hand_prior, lifted, reference
from ...lifting.solvers import refined
from ...skeleton import camera_positions
from .methods import Method
from .nearest import Nearest
from .samples import Draw
from .seen import SeenHand

Way = Callable[[SeenHand], Array]
#: Hands that the nearest neighbours are sought among.
KNOWN = 60_000


def by_network(network: Method) -> Way:
    """A trained network alone."""

    @torch.no_grad()
    def lift(features: Array) -> Array:
        return network(torch.as_tensor(features)).numpy()

    return lambda hand: lifted(hand.lift(), hand.camera, lift)


def by_neighbours(draw: Draw) -> Way:
    """Nearest neighbours among drawn hands."""
    known = draw(KNOWN)
    nearest = Nearest.of(known.points, known.joints)

    def lift(features: Array) -> Array:
        return nearest.lift(torch.as_tensor(features[:, :42]).reshape(-1, 21, 2)).numpy()

    return lambda hand: lifted(hand.lift(), hand.camera, lift)


def _solved(lift: Lift, hand: SeenHand, solve: Callable[..., tuple[Array, object]]) -> Array:
    lengths, angles = clip_lengths(lift, hand.camera), lift.angles.copy()
    angles[lift.seen], _ = solve(lift.rows(lift.seen), lengths, hand.camera)
    joints = camera_positions(lift.skeleton, angles.astype(np.float64), lengths)[:, lift.evidence.joints]
    return joints / reference(lift.skeleton, lengths)


def refined_without(hand: SeenHand) -> Array:
    """The product, but the step onto the picture leaves out missing points."""
    return _solved(hand.lift(), hand, refined)


def refined_forgotten(hand: SeenHand) -> Array:
    """The same, and its networks know nothing of missing points: to them they are in the middle of the others."""
    return refined_without(hand.forgotten())


def refined_completed(hand: SeenHand) -> Array:
    """The same, and to its networks missing points are where the prior puts them."""
    return refined_without(hand.completed())


def by_prior(hand: SeenHand) -> Array:
    """The solver `prior`."""
    return _solved(hand.lift(), hand, hand_prior)
