"""Hands whose letter is known, and hands that show none, as poses of our skeleton."""

from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...geometry.arrays import Array, Mask, check_shapes
from ...geometry.rotations import frame_along
from ...keypoints import Side
from ...letters import LETTERS
from ...skeleton import hand_skeleton
from ..acting.recorded_signing import hand_joints
from ..fitting.fit import fit_hands
from ..learning.detector_errors import joints_of
from ..poses.cmu import AXES
from ..poses.hand_recordings import QUEST_POINTS, load_hands
from ..poses.spelling import letter_names, read_spelling

#: Part of a recorded letter in which it is held: before, the arm rises, and after it, it falls.
MIDDLE = (0.35, 0.65)
#: A handshape is held where fingers turn slower than this in the mean, rad/s.
STILL = 0.5
#: How the American manual alphabet holds letters, the right hand in Blender's axes: where the fingers point, where the
#: palm looks. The static poses come without it. All others point up and look to the front.
UPRIGHT = ((0.1, 0.1, 1.0), (-0.1, -1.0, 0.1))
TURNED = {
    **dict.fromkeys("GH", ((1.0, -0.3, 0.2), (0.3, 0.9, -0.4))),
    **dict.fromkeys("PQ", ((0.2, -0.8, -0.6), (-0.2, 0.5, -0.8))),
}
#: Signs that were held for a moment are near copies of each other.
OTHER_STRIDE = 5


@dataclass(frozen=True)
class Hands:
    """N right hands, left ones mirrored."""

    letter: NDArray[np.str_]
    """(N,) a letter of LETTERS, J or Z of those that move, empty of a hand that shows none."""
    axes: Array
    """(N,3,3) columns: the hand bone's X, Y (to where the fingers point), Z (out of the palm), Blender's axes."""
    angles: Array
    """(N,23) of the fingers, radians."""
    lengths: Array
    """(N,20) of the bones, metres."""

    def __post_init__(self) -> None:
        count = len(self.letter)
        check_shapes(self, letter=(count,), axes=(count, 3, 3), angles=(count, 23), lengths=(count, 20))

    @property
    def root(self) -> Tensor:
        """(N,3,3) local rotations of the root of the hand's skeleton."""
        return torch.as_tensor(hand_skeleton().rest[0].T @ self.axes).float()

    @property
    def points(self) -> Tensor:
        """(N,21,3) metres, Blender's axes, from the wrist: MediaPipe's."""
        angles, lengths = (torch.as_tensor(values).float() for values in (self.angles, self.lengths))
        return joints_of(hand_skeleton(), Side.RIGHT.hand_names, self.root, angles, lengths)

    def rows(self, which: Mask | NDArray[np.int64]) -> "Hands":
        """Some of them."""
        return replace(self, **{field.name: getattr(self, field.name)[which] for field in fields(self)})


def join(*parts: Hands) -> Hands:
    """One after the other."""
    return Hands(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Hands)))


def fitted(letter: NDArray[np.str_], points: Array, owner: NDArray[np.int64]) -> Hands:
    """Poses behind points (N,21,3), metres, Blender's axes; `owner` (N,) tells whose hand each is."""
    fit = fit_hands((points - points[:, :1]).astype(np.float32), owner, owner)
    return Hands(letter, hand_skeleton().rest[0] @ fit.root, fit.angles.astype(float), fit.lengths.astype(float))


def static_hands(data: Path) -> Hands:
    """handy.js: the whole alphabet once per hand, J as I, and other poses, Z's pointing hand among them."""
    with np.load(data / "hands" / "handy_js" / "handy_asl_poses.npz") as arrays:
        names = [str(name).split(",")[0] for name in arrays["pose_names"]]
        points = arrays["joints_mm"][:, QUEST_POINTS].astype(float) / 1000.0
        points[arrays["side"] == "left"] *= [-1.0, 1.0, 1.0]
    called = [name.removeprefix("asl ").upper().replace("J", "I") for name in names]
    letter = np.array([name if name in [*LETTERS] else "" for name in called])
    hands = fitted(letter, points, np.arange(len(points)))
    return replace(hands, axes=np.stack([axes_of(*TURNED.get(own, UPRIGHT)) for own in letter]))


def axes_of(along: tuple[float, ...], palm: tuple[float, ...]) -> Array:
    """(3,3) axes of a hand whose fingers point along a direction and whose palm looks more or less to another."""
    z, y, x = frame_along(np.array(along), np.array(palm)).T
    return np.stack([-x, y, z], axis=1)


def recorded_letters(data: Path, split: str) -> list[Hands]:
    """StudioGalt's letters, "train" or "measure", one by one with all of their frames; `held` tells where they are."""
    recordings = read_spelling(data, split)
    points = [np.stack([own.joint(name) for name in hand_joints(own, Side.RIGHT)], 1) @ AXES.T for own in recordings]
    counts = [len(own) for own in points]
    letter = np.repeat(np.array(letter_names(data, split)), counts)
    whole = fitted(letter, np.concatenate(points), np.zeros(sum(counts), np.int64))
    return [whole.rows(rows) for rows in np.split(np.arange(sum(counts)), np.cumsum(counts)[:-1])]


def held(angles: Array, fps: float) -> Mask:
    """(F,) whether a recorded letter is held: in the middle of it, where fingers (F,23) turn slowly."""
    speed = fps * np.abs(np.gradient(angles, axis=0)).mean(1)
    share = np.arange(len(angles)) / len(angles)
    return (speed < STILL) & (share >= MIDDLE[0]) & (share < MIDDLE[1])


def other_hands(data: Path) -> Hands:
    """Signs of Thai Sign Language, of its training split; as the device saw them, however they were held."""
    hands = load_hands(data)
    chosen = hands.joints[(hands.source == 0) & (hands.split == 0)][::OTHER_STRIDE]
    count = len(chosen)
    fit = fit_hands(chosen, np.zeros(count, np.int64), np.arange(count))
    axes = hand_skeleton().rest[0] @ fit.root
    return Hands(np.full(count, ""), axes, fit.angles.astype(float), fit.lengths.astype(float))
