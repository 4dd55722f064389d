"""Training samples: letters' poses varied, and hands that show none, as the product sees them."""

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from ...geometry.arrays import Array, Mask
from ...geometry.camera import Camera
from ...geometry.rotations import euler_to_matrix, nearest_rotation, rotation_by
from ...keypoints import HANDS, KEYPOINT_NAMES, Keypoints, Side
from ...letters import LETTERS
from ...lifting import track_hand
from ...skeleton import hand_skeleton
from ..learning.batches import limits, observed_hands
from ..learning.detector_errors import Observed, joints_of
from .examples import Hands, join

#: Standard deviations by which a letter's pose is varied. All knuckles together, radians: how far fingers bend there
#: and how far they lie to the thumb's side, which depends on what is taken for a straight hand. Every angle, part of
#: its range: U, V and R differ by a few degrees between two fingers.
KNUCKLES, ANGLES = 0.14, 0.07
#: Of the whole hand, about the axes to the person's left, to the back, and up.
HELD_TURN = (0.30, 0.25, 0.35)
#: A hand is near a letter, and nothing is said of it, with angles and with axes within these, radians.
NEAR_ANGLES, NEAR_AXES = 0.35, 0.9
#: Of hands that show no letter: held as a letter is, more or less; the others in any way.
AS_LETTERS = 0.6
#: A detector's error is one of the nearest so many, of a rendered hand in a like pose.
ALIKE = 6
#: Hands of one size, as of one clip.
CLIP = 250
_FINGERS = hand_skeleton().angle_names[3:]
_KNUCKLES = [
    [k for k, name in enumerate(_FINGERS) if name.startswith("f_") and name.endswith(f"01.R.{axis}")] for axis in "XZ"
]


def drawn_letters(known: Hands, static: Mask, count: int, chance: np.random.Generator) -> Hands:
    """`count` of each of LETTERS: between two poses of it, varied. Static poses (N,) count as much as recorded ones."""
    chosen: list[Hands] = []
    for letter in LETTERS:
        groups = [np.flatnonzero((known.letter == letter) & own) for own in (static, ~static)]
        groups = [group for group in groups if len(group)]
        first, second = (_some(groups, count, chance) for _ in range(2))
        chosen.append(_between(known, first, second, chance.random(count)))
    return _varied(join(*chosen), chance)


def drawn_others(known: Hands, others: Hands, count: int, chance: np.random.Generator) -> Hands:
    """About `count` hands that show no letter: others, and such as go from one letter to another."""
    half = count // 2
    own = others.rows(chance.integers(len(others.letter), size=half))
    first, second = chance.integers(len(known.letter), size=(2, half))
    ways = replace(_between(known, first, second, chance.uniform(0.3, 0.7, half)), letter=np.full(half, ""))
    drawn = _varied(join(own, ways), chance)
    letters = known.axes[chance.integers(len(known.axes), size=len(drawn.axes))]
    anyhow = nearest_rotation(chance.normal(size=letters.shape))
    as_letters = (chance.random(len(letters)) < AS_LETTERS)[:, None, None]
    drawn = replace(drawn, axes=np.where(as_letters, _turned(letters, chance), anyhow))
    return drawn.rows(~near_letters(drawn, known.rows(known.letter != "")))


def near_letters(hands: Hands, letters: Hands) -> Mask:
    """(N,) whether a hand could be taken for one of the letters: fingers and how it is held are much the same."""
    own, known = (torch.as_tensor(angles).double() for angles in (hands.angles, letters.angles))
    gaps = torch.cdist(own, known).numpy() / np.sqrt(23)
    cosine = (np.einsum("nij,mij->nm", hands.axes, letters.axes) - 1) / 2
    return ((gaps < NEAR_ANGLES) & (cosine > np.cos(NEAR_AXES))).any(1)


def as_seen(hands: Hands, pool: Observed, chance: np.random.Generator) -> Hands:
    """The hands as the product finds them with errors that the detector makes of rendered hands like them."""
    order = chance.permutation(len(hands.letter))
    parts = [_seen_clip(hands.rows(rows), pool, chance) for rows in np.split(order, range(CLIP, len(order), CLIP))]
    return join(*parts)


def _seen_clip(hands: Hands, pool: Observed, chance: np.random.Generator) -> Hands:
    skeleton, count = hand_skeleton(), len(hands.letter)
    sized = replace(hands, lengths=np.tile(pool.lengths[chance.integers(len(pool.lengths))].numpy(), (count, 1)))
    points = sized.points
    alike = _alike(points, pool, chance)
    angles, lengths = (torch.as_tensor(values).float() for values in (sized.angles, sized.lengths))
    seen = replace(alike, root=sized.root, angles=angles, lengths=lengths)  # the error of another hand
    features = observed_hands(seen, None).features.numpy()
    radius = np.sqrt(((points - points.mean(1, keepdim=True))[..., [0, 2]] ** 2).sum(-1).mean(1).numpy())
    scale = (radius / alike.distance.numpy())[:, None, None]
    camera = Camera.assumed((1000, 1000), None)
    hand, names = HANDS[Side.RIGHT], len(KEYPOINT_NAMES)
    pixels = np.zeros((count, names, 2), np.float32)
    pixels[:, hand] = camera.focal[0] * scale * features[:, :42].reshape(-1, 21, 2) + camera.centre
    confidence, depth = np.zeros((2, count, names), np.float32)
    confidence[:, hand] = 1.0
    depth[:, hand] = camera.focal[0] * scale[..., 0] * features[:, 42:63]
    tracked = track_hand(Keypoints(pixels, confidence, np.arange(count) / 25.0, 25.0, (1000, 1000), depth), camera)
    root = euler_to_matrix(tracked.angles[:, :3], skeleton.bones[0].order)
    return Hands(hands.letter, skeleton.rest[0] @ root, tracked.angles[:, 3:], np.tile(tracked.lengths, (count, 1)))


def _alike(points: torch.Tensor, pool: Observed, chance: np.random.Generator) -> Observed:
    """Of every hand (N,21,3) one of the observed ones that are most like it."""
    known = joints_of(hand_skeleton(), Side.RIGHT.hand_names, pool.root, pool.angles, pool.lengths)
    own, other = ((one / one.norm(dim=-1).mean(1)[:, None, None]).flatten(1) for one in (points, known))
    nearest = torch.cdist(own, other).topk(ALIKE, largest=False).indices
    return pool.rows(nearest[torch.arange(len(points)), torch.as_tensor(chance.integers(ALIKE, size=len(points)))])


def _some(groups: list[NDArray[np.int64]], count: int, chance: np.random.Generator) -> NDArray[np.int64]:
    """(count,) rows at random, of every group as many."""
    drawn = np.stack([chance.choice(group, count) for group in groups])
    return drawn[chance.integers(len(groups), size=count), np.arange(count)]


def _between(hands: Hands, first: NDArray[np.int64], second: NDArray[np.int64], share: Array) -> Hands:
    """Poses between two of the hands, (N,) of the way from the first; the letter of the first."""
    one, other, part = hands.rows(first), hands.rows(second), share[:, None]
    axes = nearest_rotation((1 - part[..., None]) * one.axes + part[..., None] * other.axes)
    return replace(one, axes=axes, angles=(1 - part) * one.angles + part * other.angles)


def _varied(hands: Hands, chance: np.random.Generator) -> Hands:
    lower, upper = (values.numpy() for values in limits(hand_skeleton()))
    angles = hands.angles + ANGLES * (upper - lower) * chance.normal(size=hands.angles.shape)
    for own in _KNUCKLES:
        angles[:, own] += KNUCKLES * chance.normal(size=(len(angles), 1))
    return replace(hands, axes=_turned(hands.axes, chance), angles=np.clip(angles, lower, upper))


def _turned(axes: Array, chance: np.random.Generator) -> Array:
    vectors = np.array(HELD_TURN) * chance.normal(size=(len(axes), 3))
    return rotation_by(vectors) @ axes
