"""Our joint limits on the bones of a rig: the bounds of Euler angles that a Limit Rotation constraint can hold.

In its own axes a rig's bone turns by L @ ours @ R, with constants of both rest poses and rolls. Where these
permute, negate and shift our angles, the bounds are ours; elsewhere they enclose all that ours allow. Both
are found from samples, so that whatever the transfer does is in them.
"""

from dataclasses import dataclass

import numpy as np

from ...geometry.arrays import Array, check_shapes
from ...geometry.rotations import equivalent_euler, matrix_to_euler
from ...skeleton import Skeleton
from ..anatomy.rest import Rest
from ..recognise.match import Match
from ..rig import Rig
from .transfer import transfer

ORDERS = ("XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX")
SAMPLES = 2000
#: Enough of them to tell our angles apart, and what follows the root from what does not.
FEW = 16
#: How often an angle stands at one of its limits: the widest turns are at corners, edges and faces of the box.
AT_LIMIT = 0.6
#: Radians. Where the middle angle nears 90 degrees the other two go round; a pose between samples may be nearer.
LARGEST_MIDDLE = np.radians(75.0)
#: Blender takes the triple of Euler angles with the smaller sum. Where the sums differ by less, radians, a pose
#: between samples may have the other one.
TIE = np.radians(30.0)
#: Angles whose difference varies by less are the same, radians: the ends of a bone of 2 cm, a metre above the origin,
#: are float32, and so are its parent's.
SAME = 3e-5
#: What lies between samples, radians. Measured on 24 rigs with random rolls and five real ones: of 20,000 and
#: 100,000 other poses none left the range of these by more than 0.16 degrees.
PAD = np.radians(1.0)
#: A wider range keeps nothing out, radians.
WIDEST = np.radians(300.0)


@dataclass(frozen=True)
class MirroredLimit:
    """Bounds of what one bone turns away from its rest, in its own axes."""

    bone: int
    """Of the rig."""
    order: str
    """Euler order of the bounds."""
    lower: Array
    """(3,) radians, by axis X, Y, Z."""
    upper: Array
    """(3,) radians."""
    limited: tuple[bool, bool, bool]
    """Whether an axis has bounds at all."""
    exact: bool
    """Whether the bounds allow what ours do and no more."""

    def __post_init__(self) -> None:
        check_shapes(self, lower=(3,), upper=(3,))


def mirrored_limits(rig: Rig, match: Match, skeleton: Skeleton, rest: Rest | None = None) -> list[MirroredLimit]:
    """The limits of the bones that limited angles of ours turn; they leave every legal pose where it is.

    None for a bone that follows the root, which is free (of a waist-up skeleton the lower spine does), nor for
    one whose legal turns go all round in every Euler order, as those of most upper arms do. The rig's `rest` is
    computed where it is not known.
    """
    angles = _legal_angles(skeleton)
    free = angles[:FEW].copy()
    free[:, skeleton.root_angles] = np.random.default_rng(1).uniform(-1.0, 1.0, (FEW, 3))
    turns = rig.local(transfer(rig, match, skeleton, np.concatenate([angles, free]), rest=rest))
    turns, turned = turns[:SAMPLES], turns[SAMPLES:]
    moves = np.ptp(turns, axis=0).max((-1, -2)) > SAME
    follows = np.abs(turned - turns[:FEW]).max((0, -1, -2)) > SAME
    signed = np.concatenate([angles, -angles, np.zeros((SAMPLES, 1))], axis=1)
    limits = (_limit(bone, turns[:, bone], signed) for bone in np.flatnonzero(moves & ~follows).tolist())
    return [limit for limit in limits if limit is not None]


def _legal_angles(skeleton: Skeleton) -> Array:
    """(SAMPLES,A) all angles at once, many of them at a limit; the root's 0."""
    chance = np.random.default_rng(0)
    shape = (SAMPLES, len(skeleton.freedoms))
    share = np.clip((chance.random(shape) - 0.5) / (1.0 - AT_LIMIT) + 0.5, 0.0, 1.0)
    angles = skeleton.lower + share * (skeleton.upper - skeleton.lower)
    angles[:, skeleton.root_angles] = 0.0
    return angles


def _limit(bone: int, turns: Array, signed: Array) -> MirroredLimit | None:
    """The tightest bounds around turns (S,3,3); None where there are none."""
    orders = [limit for order in ORDERS if (limit := _in_order(bone, order, turns, signed)) is not None]
    return min(orders, key=_freedom, default=None)


def _in_order(bone: int, order: str, turns: Array, signed: Array) -> MirroredLimit | None:
    """The bounds in one Euler order; None where legal turns are singular in it, or nothing is kept out."""
    first = matrix_to_euler(turns, order)
    if np.abs(first[:, "XYZ".index(order[1])]).max() > LARGEST_MIDDLE:
        return None
    other = (equivalent_euler(first, order) + np.pi) % (2.0 * np.pi) - np.pi
    excess = np.abs(first).sum(-1) - np.abs(other).sum(-1)
    exact = excess.max() < 0.0 and _same(first, signed)
    euler = first if exact else np.concatenate([first[excess < TIE], other[excess > -TIE]])
    pad = 0.0 if exact else PAD
    lower, upper = euler.min(0) - pad, euler.max(0) + pad
    x, y, z = (upper - lower < WIDEST).tolist()
    return MirroredLimit(bone, order, lower, upper, (x, y, z), exact) if x or y or z else None


def _same(euler: Array, signed: Array) -> bool:
    """Whether each Euler angle (S,3) is one of ours, its negative or nothing, all in (S,2A+1), plus a constant."""
    likely = np.ptp(euler[:FEW, :, None] - signed[:FEW, None], axis=0).argmin(-1)
    return bool(np.ptp(euler - signed[:, likely], axis=0).max() < SAME)


def _freedom(limit: MirroredLimit) -> tuple[bool, float]:
    """What makes one limit of a bone worse than another: not to be exact, and the sum of its ranges."""
    return not limit.exact, float(np.where(limit.limited, limit.upper - limit.lower, 2.0 * np.pi).sum())
