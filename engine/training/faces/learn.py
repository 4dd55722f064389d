"""Learn coefficients and looks from rendered faces."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ...digests import write_sums
from ...face.frontal import STILL, Frontal, frontal, mirrored_points
from ...face.gaze import Sight, sight_evidence, turned_evidence
from ...face.landmarks import places
from ...face.looks import IS_LOOK
from ...face.names import FACE_NAMES, mirrored_coefficient
from ...face.regressor import (
    FEATURES,
    OUTPUTS,
    WEIGHTS,
    Rest,
    features,
    load_regressor,
    mirrored_face,
    mirrored_names,
    told_by,
)
from ...face.rest import NAME_REGIONS, POINT_REGIONS, at_rest
from ...geometry.arrays import Array, Mask
from ...geometry.rotations import nearest_rotation
from ..learning.network import export
from ..learning.recipe import Recipe
from ..learning.train import optimise
from .samples import Faces

RECIPE = Recipe(steps=2_000, batch=256, width=224, learning_rate=2e-3)
#: Noise of features, in their standard deviations.
NOISE = 0.15
#: How much of the way from the true rest to the middle of all pictures a person's rest is taken to be off.
OFF = 0.35
#: The share of samples whose person's rest is not known.
UNKNOWN = 0.15
#: Of the loss: the share of absolute errors, the others are squares.
ABSOLUTE = 0.3
#: Of looks, beside evidence of unit spread.
RIDGE = 300.0
#: What is taken off, by what it is multiplied, and how much of r may be lost. A coefficient multiplied by less would be
#: told too weakly on every character.
TAKEN_OFF, GAINS, LOST = np.arange(0, 0.105, 0.01), np.arange(0.7, 1.25, 0.1), 0.01
#: Told as they are: what is asked of them is when.
_TIMED = np.char.startswith(FACE_NAMES, "eyeBlink") | np.char.startswith(FACE_NAMES, "jawOpen")
_BLINKS = [FACE_NAMES.index(f"eyeBlink{side}") for side in ("Left", "Right")]
#: The share of hidden units that is left out of each step.
DROPPED = 0.1
#: Coefficients that spread less than this count no more than those that spread as much.
RAREST = 0.03
#: How often samples are made again.
AGAIN = 250
#: Coefficients that follow the truth less than this on `dev` are lent by MediaPipe, or if its do no better not told.
LEAST = 0.12


def mean_face(faces: Faces, rounds: int = 6) -> Array:
    """(P,3) of faces seen nearly from the front: upright, alike on both sides, outer corners of the eyes 1 apart."""
    points = faces.points[faces.turns[:, 2, 2] > np.cos(np.radians(25))]
    turns = faces.turns[faces.turns[:, 2, 2] > np.cos(np.radians(25))]
    mean = points[0] - points[0].mean(0)
    mean = mean / np.ptp(mean[:, 0])
    right, left = places(33, 263)
    for _ in range(rounds):
        own = frontal(points, mean)
        off = nearest_rotation((turns.transpose(0, 2, 1) @ own.rotations).mean(0))
        mean = np.median(own.points, axis=0) @ off.T
        mean = 0.5 * (mean + mirrored_points(mean))
        mean = (mean - mean[STILL].mean(0)) / np.linalg.norm(mean[right] - mean[left])
    return mean


class Lessons:
    """Samples, made again and again with other errors of how people rest."""

    def __init__(self, faces: Faces, mean: Rest) -> None:
        self._faces, self._mean = faces, mean
        self._face = frontal(faces.points, mean.points)
        self._chance = np.random.default_rng(RECIPE.seed)
        self._rests = [_rests(faces, self._face, own) for own in faces.people]
        self._drawn = 0
        self._make()

    def _make(self) -> None:
        faces, count = self._faces, len(self._faces.person)
        rest = Rest(np.empty(faces.points.shape), np.empty(faces.scores.shape), np.ones(count))
        for own, (quiet, middle) in zip(faces.people, self._rests, strict=True):
            off = abs(self._chance.normal(0, OFF))
            rest.points[own] = quiet.points + off * (middle.points - quiet.points)
            rest.scores[own] = quiet.scores + off * (middle.scores - quiet.scores)
        unknown = self._chance.random(count) < UNKNOWN
        rest.points[unknown], rest.scores[unknown], rest.known[unknown] = self._mean.points, self._mean.scores, 0
        sample = (self._face, faces.scores, rest)
        self.features = _tensor(np.concatenate([features(*sample), features(*mirrored_face(*sample))]))
        self.told = _tensor(np.concatenate([faces.coefficients, mirrored_names(faces.coefficients)]))
        self._noise = NOISE * self.features.std(0)

    def __call__(self) -> tuple[Tensor, Tensor]:
        """A batch."""
        if self._drawn and self._drawn % AGAIN == 0:
            self._make()
        self._drawn += 1
        rows = torch.randint(len(self.told), (RECIPE.batch,))
        shown = self.features[rows]
        return shown + self._noise * torch.randn_like(shown), self.told[rows]


def _rests(faces: Faces, face: Frontal, own: Mask) -> tuple[Rest, Rest]:
    """How a person rests, by the truth, and the middle of all pictures of them."""
    points, scores, acts = face.points[own], faces.scores[own], faces.coefficients[own]
    one = np.ones(())
    quiet = Rest(at_rest(points, POINT_REGIONS, acts), at_rest(scores, NAME_REGIONS, acts), one)
    return quiet, Rest(np.median(points, axis=0), np.median(scores, axis=0), one)


def _tensor(values: Array) -> Tensor:
    return torch.as_tensor(values, dtype=torch.float32)


def learn(faces: Faces) -> tuple[Rest, nn.Sequential, Sight]:
    """The mean face, the network of coefficients, and what tells looks."""
    torch.manual_seed(RECIPE.seed)
    scores = faces.scores.mean(0)
    mean = Rest(mean_face(faces), 0.5 * (scores + mirrored_names(scores)), np.zeros(()))
    lessons = Lessons(faces, mean)
    widths = (FEATURES, RECIPE.width, RECIPE.width // 2)
    hidden = [part for a, b in pairwise(widths) for part in (nn.Linear(a, b), nn.ReLU(), nn.Dropout(DROPPED))]
    network = nn.Sequential(*hidden, nn.Linear(widths[-1], OUTPUTS))
    spread = lessons.told.std(0).clamp_min(RAREST)
    counted = (spread.mean() / spread).sqrt()  # what is rare counts more
    counted[torch.as_tensor(IS_LOOK)] = 0  # they follow from the gaze

    def loss(batch: tuple[Tensor, Tensor]) -> Tensor:
        error = (network(batch[0]) - batch[1]) * counted
        return (ABSOLUTE * error.abs() + (1 - ABSOLUTE) * 2 * error**2).mean()

    optimise(network, loss, lessons, RECIPE)
    return mean, network, learn_sight(faces, mean)


def learn_sight(faces: Faces, mean: Rest) -> Sight:
    """Ridge regression of looks, of faces with both eyes open and, mirrored, as many again."""
    mirror = replace(
        faces,
        points=mirrored_points(faces.points),
        scores=mirrored_names(faces.scores),
        gaze=faces.gaze[:, ::-1] * [-1.0, 1.0],
        coefficients=mirrored_names(faces.coefficients),
    )
    shown, looks, rests = [], [], []
    for some in (faces, mirror):
        face = frontal(some.points, mean.points)
        evidence = sight_evidence(face, some.scores)
        for own in some.people:
            rests.append(np.median(evidence[own], axis=0))
            evidence[own] -= rests[-1]
        open_ = (some.coefficients[:, _BLINKS] < 0.5).all(1)
        shown.append(turned_evidence(evidence, face)[open_])
        looks.append(some.gaze.reshape(-1, 4)[open_])
    system, told = np.concatenate(shown), np.concatenate(looks)
    scale = system.std(0) + 1e-3
    system = system / scale
    weights = np.linalg.solve(system.T @ system + RIDGE * np.eye(len(scale)), system.T @ told)
    return Sight(np.median(rests, axis=0), scale, weights)


def keep(
    mean: Rest, network: nn.Sequential, sight: Sight, dev: Faces, clips: list[Faces], folder: Path = WEIGHTS
) -> None:
    """Write what was learnt, and what of it is told, and how much: what follows the truth on faces of `dev`, by as much
    as it does in sets of clips."""
    export(network, folder / "coefficients.npz")
    path = folder / "mean_face.npz"
    arrays = {"points": mean.points, "scores": mean.scores}
    arrays |= {f"sight_{name}": values for name, values in vars(sight).items()}
    arrays = {name: values.astype(np.float32) for name, values in arrays.items()}
    every = np.ones(len(FACE_NAMES), bool)
    arrays |= {"least": np.zeros(len(FACE_NAMES)), "gain": np.ones(len(FACE_NAMES))}
    ours, theirs = (_follows(path, arrays, dev, every, lent) for lent in (~every, every))
    heard = IS_LOOK | (ours >= LEAST)
    lent = ~heard & (theirs >= LEAST)
    _write(path, arrays, heard, lent)
    arrays["least"], arrays["gain"] = trusted([_told_and_true(some) for some in clips])
    _write(path, arrays, heard, lent)


def _write(path: Path, arrays: dict[str, Array], heard: Mask, lent: Mask) -> None:
    np.savez(path, **arrays, heard=heard, lent=lent)
    write_sums(path.parent)
    load_regressor.cache_clear()


def _follows(path: Path, arrays: dict[str, Array], dev: Faces, every: Mask, lent: Mask) -> Array:
    """(52,) how what is told follows the truth, the mean of both sides: of our network, or all of it lent."""
    _write(path, arrays, every & ~lent, lent)
    follows = correlations(*_told_and_true(dev))
    return 0.5 * (follows + mirrored_names(follows))


def _told_and_true(faces: Faces) -> tuple[Array, Array]:
    """(N,52) twice, of people each by themselves."""
    told = np.concatenate([told_by(faces.rows(own).landmarks).coefficients for own in faces.people])
    return told, np.concatenate([faces.coefficients[own] for own in faces.people])


def trusted(sets: list[tuple[Array, Array]]) -> tuple[Array, Array]:
    """What is taken off coefficients (52,), and by what they are multiplied (52,), for the least mean absolute error.

    Over sets of what was told and true (N,52), each counting as much. A face does few things at once, and a network
    that hedges errs in all others all the time. What is left follows the truth nearly as well as what was told.
    """
    least, gain = np.zeros(len(FACE_NAMES)), np.ones(len(FACE_NAMES))
    for row in np.flatnonzero(~IS_LOOK & ~_TIMED):
        both = [row, FACE_NAMES.index(mirrored_coefficient(FACE_NAMES[row]))]
        pairs = [(told[:, both], truth[:, both]) for told, truth in sets]

        def follows(off: float, pairs: list[tuple[Array, Array]] = pairs) -> float:
            return float(np.mean([correlations(np.maximum(told - off, 0), truth).mean() for told, truth in pairs]))

        def error(times: float, off: float, pairs: list[tuple[Array, Array]] = pairs) -> float:
            return float(np.mean([np.abs(times * np.maximum(told - off, 0) - truth).mean() for told, truth in pairs]))

        wanted = follows(0) - LOST
        tries = [(error(times, off), off, times) for off in TAKEN_OFF if follows(off) >= wanted for times in GAINS]
        _, least[row], gain[row] = min(tries)
    return least, gain


def correlations(told: Array, truth: Array) -> Array:
    """(52,) Pearson's, of coefficients (N,52); 0 where one of both never changes."""
    a, b = told - told.mean(0), truth - truth.mean(0)
    size = np.sqrt((a**2).sum(0) * (b**2).sum(0))
    return np.divide((a * b).sum(0), size, out=np.zeros(a.shape[1]), where=size > 1e-9)
