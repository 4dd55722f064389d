"""The errors to expect of refined angles, and of where they put the joints."""

from dataclasses import dataclass

import numpy as np

from ..geometry.arrays import Array, Mask, check_shapes, in_blocks
from ..keypoints import Side
from ..skeleton import Skeleton, forward_kinematics, joint_positions
from .wrist import wrist_angles

#: What the errors that follow from prior and evidence are multiplied by, so that their mean is that of the true ones
#: where may be learnt: on the rendered set `dev` elbows ask for 1.26, wrists and hands for 1.18, and hands in the
#: photographs of groups 01-03, each looked at six times, for 0.88.
FACTOR = 1.1
_LEAST = 1e-3  # radians


@dataclass(frozen=True)
class Expected:
    """What may be wrong with a skeleton's angles over F frames."""

    spreads: Array
    """(F,A) radians, one standard deviation."""
    errors: Array
    """(F,J) the distance to expect between each joint and the true one, as a share of its reach from its anchor."""
    turns: Array
    """(F,T,3,3) radians squared: covariance of the turns, about Blender's axes, of the bones beside the wrists."""

    def __post_init__(self) -> None:
        frames = len(self.spreads)
        check_shapes(self, errors=(frames, *self.errors.shape[1:]), turns=(frames, *self.turns.shape[1:2], 3, 3))

    @property
    def flat(self) -> Array:
        """(F,N) all numbers of each frame, for `of`."""
        return np.concatenate(
            [values.reshape(len(values), -1) for values in (self.spreads, self.errors, self.turns)], 1
        )

    @classmethod
    def of(cls, skeleton: Skeleton, flat: Array) -> "Expected":
        """A skeleton's, out of `flat`."""
        spreads, errors, turns = np.split(flat, np.cumsum([len(skeleton.freedoms), len(skeleton.joints)]), axis=1)
        return cls(spreads, errors, turns.reshape(len(flat), -1, 3, 3))

    def spread_over(self, seen: Mask) -> "Expected":
        """The same in the seen ones of more frames (F,); nothing, 0, in the others."""
        return Expected(*(_spread_over(values, seen) for values in (self.spreads, self.errors, self.turns)))


def _spread_over(values: Array, seen: Mask) -> Array:
    every = np.zeros((len(seen), *values.shape[1:]), values.dtype)
    every[seen] = values
    return every


def expect(skeleton: Skeleton, angles: Array, lengths: Array, covariance: Array) -> Expected:
    """What a covariance (F,A,A), radians squared, of angles (F,A) means: J C J^T, J the joints' slopes on the angles.

    `lengths` (B,) metres.
    """
    covariance = covariance * FACTOR**2
    pose = forward_kinematics(skeleton, angles, lengths.astype(angles.dtype))
    arm = joint_positions(skeleton, pose)[:, :, None] - pose.heads[:, None, [bone for bone, _ in skeleton.freedoms]]
    slopes = np.cross(pose.axes[:, None], arm) * skeleton.moves[..., None]
    slopes = (slopes - slopes[:, skeleton.anchors]).swapaxes(2, 3).reshape(len(angles), -1, angles.shape[1])
    squares = (slopes @ covariance * slopes).sum(-1).reshape(*arm.shape[:2], 3).sum(-1)
    shares = np.sqrt(squares.clip(min=0.0)) / np.maximum(skeleton.reach(lengths), 1e-9)
    carried = [[bone in skeleton.carriers[own] for bone, _ in skeleton.freedoms] for own in _beside_wrists(skeleton)]
    axes = pose.axes[:, None] * np.array(carried)[..., None]
    turns = axes.swapaxes(2, 3) @ covariance[:, None] @ axes
    return Expected(_deviations(covariance), shares.clip(max=1.0).astype(np.float32), turns.astype(np.float32))


def _beside_wrists(skeleton: Skeleton) -> list[int]:
    """The bones of a part that lie beside wrists: both forearms, or the hand."""
    return [skeleton.names.index(side.bone("forearm")) for side in Side] if skeleton.kind.has_body else [0]


def join_expected(
    full: Skeleton, angles: Array, part: Skeleton, body: Expected, hands: dict[Side, tuple[Skeleton, Expected]]
) -> tuple[Array, Array]:
    """Spreads (F,A) and errors (F,J) of the whole with angles (F,A), of those of its parts; 0 where there are none.

    What turns forearm and hand makes pronation and wrist doubtful.
    """
    spreads = np.zeros(angles.shape, np.float32)
    errors = np.zeros((len(angles), len(full.joints)), np.float32)
    spreads[:, part.angles_in(full)] = body.spreads
    errors[:, [full.joints.index(name) for name in part.joints]] = body.errors
    for number, side in enumerate(Side):
        if side not in hands:
            continue
        own, hand = hands[side]
        spreads[:, [full.angle_names.index(name) for name in own.angle_names[3:]]] = hand.spreads[:, 3:]
        errors[:, [full.joints.index(name) for name in own.joints[1:]]] = hand.errors[:, 1:]
        errors[:, full.joints.index(own.joints[0])] = errors[:, full.joints.index(f"{side}_wrist")]
        turns = body.turns[:, number] + hand.turns[:, 0]
        spreads[:, wrist_angles(full, side)] = _wrist_spreads(full, angles, turns, wrist_angles(full, side))
    return spreads, errors


def _wrist_spreads(full: Skeleton, angles: Array, turns: Array, wrist: list[int]) -> Array:
    """(F,3) radians: of pronation, flexion and deviation, whose axes share a turn of covariance (F,3,3)."""

    def share(angles: Array, turns: Array) -> Array:
        axes: Array = forward_kinematics(full, angles, full.lengths).axes[:, wrist]
        shares: Array = np.linalg.inv(axes)
        return _deviations(shares.swapaxes(1, 2) @ turns @ shares)

    return in_blocks(share, angles, turns)


def _deviations(covariance: Array) -> Array:
    """(F,N) standard deviations out of covariances (F,N,N): never 0, whatever rounding makes of small ones."""
    return np.sqrt(np.diagonal(covariance, axis1=1, axis2=2).clip(min=_LEAST**2)).astype(np.float32)


def guessed_where_unseen(skeleton: Skeleton, spreads: Array, errors: Array, seen: Mask) -> tuple[Array, Array]:
    """Spreads (F,A), radians, and errors (F,J), shares of the reach, made those of a guess where unseen (F,A).

    Of a guess an angle is anywhere within its limits, a joint as far off as it can reach; no angle that was seen is
    more doubtful than that.
    """
    limits = skeleton.upper - skeleton.lower
    ignorance = (limits / 12**0.5).astype(np.float32)  # of what is as likely anywhere within them
    bent = skeleton.moves & ~skeleton.moves[skeleton.anchors]
    lost = (~seen).astype(np.float32) @ bent.T.astype(np.float32) > 0
    return np.where(seen, np.minimum(spreads, ignorance), ignorance), np.where(lost, np.float32(1.0), errors)
