"""Letters of the American manual alphabet that hands hold, told from a motion's finished angles.

After GestureNet of Zimmermann and Brox, "Learning to Estimate 3D Hand Pose from Single RGB Images" (2017), section
6.3: three fully connected layers, here of joint angles, which know nothing of how long a signer's bones are.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from .geometry.arrays import Array, Mask, frames_near, in_blocks, namespace, runs
from .keypoints import Side
from .lifting import Network, read_network, short_gaps
from .motion import Motion
from .skeleton import forward_kinematics, hand_skeleton

#: The static letters. J and Z are movements: J moves the hand of I, Z a hand that points, which is no letter.
LETTERS = "ABCDEFGHIKLMNOPQRSTUVWXY"
#: How many numbers tell a handshape and how it is held: 23 angles, two directions.
FEATURES = 29
#: A letter is one that is as probable as this for as long, seconds, while the wrist moves slower than this, m/s:
#: in 39 s of the random signing of `dev` 2 letters are taken for such, with 0.3 m/s 7.
SURE, HELD, SLOW = 0.8, 0.2, 0.2
#: Seconds to each side over which chances are averaged; pauses that are shorter than the whole are none.
AROUND = 0.05
_MIRROR = np.array([-1.0, 1.0, 1.0])


@dataclass(frozen=True)
class HeldLetter:
    """A letter that a hand holds still."""

    letter: str
    """One of LETTERS."""
    side: Side
    first: int
    """The first frame."""
    stop: int
    """The frame after the last."""
    confidence: float
    """How probable it is in the mean, from SURE to 1."""


def held_letters(motion: Motion) -> list[HeldLetter]:
    """The letters that a motion's hands hold, in the order of their first frames; none of a still picture.

    A handshape that a letter has, held as the letter is, is that letter, whatever the hand means by it.
    """
    sides = motion.kind.hands if len(motion.time) > 1 else ()
    found = [held for side in sides for held in letters_of(letter_chances(motion, side), motion, side)]
    return sorted(found, key=lambda held: held.first)


def letters_of(chances: Array, motion: Motion, side: Side) -> list[HeldLetter]:
    """The letters that one hand holds, where it is known how probable each is (F,25)."""
    chances = np.stack([chances[near].mean(0) for near in frames_near(motion.time, AROUND)])
    seen = (chances.max(1) >= SURE) & motion.seen[:, side.column] & _slow(motion, side)
    found: list[HeldLetter] = []
    for number, letter in enumerate(LETTERS):
        own = seen & (chances.argmax(1) == number)
        for first, stop in runs(own | short_gaps(own, motion.time, 2 * AROUND)):
            if motion.time[stop - 1] - motion.time[first] >= HELD:
                found.append(HeldLetter(letter, side, first, stop, float(chances[first:stop, number].mean())))
    return sorted(found, key=lambda held: held.first)


def letter_chances(motion: Motion, side: Side) -> Array:
    """(F,25) how probable it is in every frame by itself that a hand shows each of LETTERS, or, the last, none."""
    return softmax(letters_network()(letter_features(*hand_pose(motion, side))))


def hand_pose(motion: Motion, side: Side) -> tuple[Array, Array]:
    """Angles of a hand's fingers (F,23), radians, and the axes of its bone (F,3,3), Blender's.

    A left hand is the right one that its mirror image is.
    """
    skeleton, hand = motion.skeleton, hand_skeleton(side)
    bone, lengths = skeleton.names.index(side.bone("hand")), motion.lengths_of_bones()
    columns = [skeleton.angle_names.index(name) for name in hand.angle_names[3:]]

    def axes_of(angles: Array) -> Array:
        return forward_kinematics(skeleton, angles, lengths).rotations[:, bone]

    axes, fingers = in_blocks(axes_of, motion.angles), motion.angles[:, columns]
    if side is Side.LEFT:
        axes, fingers = _MIRROR[:, None] * axes * _MIRROR, fingers * hand.mirror_signs[3:]
    return fingers, axes


def letter_features(fingers: Any, axes: Any) -> Any:
    """Angles of the fingers (..., 23), radians, and axes of the hand's bone (..., 3, 3), Blender's -> (..., 29).

    Of the axes, the columns of a matrix, it takes where the fingers point and where the palm looks; on NumPy arrays
    and torch tensors alike.
    """
    return namespace(fingers).concatenate([fingers, axes[..., 1], axes[..., 2]], -1)


def softmax(raw: Array) -> Array:
    """Raw outputs (F,N) -> chances (F,N) that add up to 1."""
    powers = np.exp(raw - raw.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


@cache
def letters_network() -> Network:
    """The classifier. Raises ModelError where its file is missing or damaged."""
    return read_network("letters", FEATURES, len(LETTERS) + 1)


def _slow(motion: Motion, side: Side) -> Mask:
    """(F,) whether a hand's wrist is almost at rest as seen from the root; that of a hand by itself is."""
    wrist = motion.positions[:, motion.joints.index(f"{side}_hand_wrist")]
    return np.linalg.norm(np.gradient(wrist, motion.time, axis=0), axis=1) < SLOW
