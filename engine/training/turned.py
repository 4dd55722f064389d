"""Photographs of known handshapes, turned, mirrored, resized and on other grounds, as the detector sees them.

    python -m engine.training.turned --photos DIR/hands_photos --truth DIR/hands_truth/hands_truth.npz

keeps what the detector finds, and the shapes' 3D joints, as small arrays to learn from. Only the handshapes of
`photographs.TRAINING` are turned: the others are measured.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..detection.landmarkers import MODELS_DIR
from ..detection.one_hand import OneHand
from ..detection.video import open_video
from ..geometry.arrays import Array, Image, check_shapes
from ..geometry.picture import middles, sampled, shrunk, turn_by
from ..keypoints import HAND_NAMES, HANDS, Row
from ..process import prepare_process
from .clips import DATA
from .photographs import TRAINING, save_arrays

TURNED = DATA / "turned.npz"
#: Copies of each photograph.
COPIES = 16
#: Mean distances of a shape's points from a photograph's, part of their box's diagonal, up to which it shows the shape.
SHOWN = 0.06
#: What is lighter in all three colours is the photographs' white ground.
WHITE = 250
#: Pixels of a photograph are means of at most so many squared, where it is shrunk.
MEAN = 4


@dataclass(frozen=True)
class Turned:
    """M pictures of S handshapes; hands are right ones, those of mirrored pictures mirrored back."""

    joints: Array
    """(S,21,3) metres, any axes: MediaPipe's points of a right hand."""
    shape: NDArray[np.int64]
    """(M,) which handshape a picture shows."""
    view: Array
    """(M,3,3) from the joints' axes to the camera's."""
    points: Array
    """(M,21,2) detected, pixels."""
    depth: Array
    """(M,21) MediaPipe's guess, pixels away from the camera, from the wrist."""
    side: NDArray[np.int64]
    """(M,) width and height of the picture, pixels."""

    def __post_init__(self) -> None:
        count, points = len(self.shape), len(HAND_NAMES)
        shapes = {"shape": (), "view": (3, 3), "points": (points, 2), "depth": (points,), "side": ()}
        check_shapes(self, joints=(len(self.joints), points, 3), **{n: (count, *s) for n, s in shapes.items()})


@dataclass(frozen=True)
class Copy:
    """A turned photograph of a known handshape."""

    shape: int
    """Which."""
    view: Array
    """(3,3) from the shape's axes to the camera's, of the hand as a right one."""
    picture: Image
    """(N,N,3)."""
    mirrored: bool
    """Whether it shows the right hand as a left one."""


def turn_photographs(photos: Path, truth: Path) -> Turned:
    """Detect the hand in COPIES copies of every photograph of a trusted handshape that may be learnt from."""
    found: list[tuple[Any, ...]] = []
    with OneHand(MODELS_DIR, video=False) as detector:
        for own in copies(photos, truth):
            seen = _as_right(detector(own.picture, 0.0), len(own.picture), mirror=own.mirrored)
            if seen is not None:
                found.append((own.shape, own.view, *seen, len(own.picture)))
    shapes, views, points, depth, sides = (np.array(values) for values in zip(*found, strict=True))
    with np.load(truth, allow_pickle=False) as stored:
        joints = stored["joints_cm"]
    kept, shape = np.unique(shapes, return_inverse=True)
    return Turned(joints[kept] / 100, shape, views, points, depth, sides)


def copies(photos: Path, truth: Path) -> Iterator[Copy]:
    """COPIES copies of every photograph of a trusted handshape that may be learnt from, the same ones every time."""
    with np.load(truth, allow_pickle=False) as stored:
        known = {name: stored[name] for name in ("shapes", "camera", "trusted", "view_residual")}
    names: list[str] = known["shapes"].tolist()
    random = np.random.default_rng(0)
    for shape in [k for k, name in enumerate(names) if name.startswith(TRAINING) and known["trusted"][k]]:
        for view in np.flatnonzero(known["view_residual"][shape] < SHOWN):
            group, own = names[shape].split("/")
            with open_video(photos / group / own / f"{own}-01-{view + 1:02d}.png") as picture:
                photo = next(picture.frames()).image
            for image, turn, mirrored in _copies(photo, random):
                yield Copy(shape, turn @ known["camera"][shape, view], image, mirrored)


def _copies(photo: Image, random: np.random.Generator) -> Iterator[tuple[Image, Array, bool]]:
    """COPIES square pictures of a cut-out hand on white, how its camera is turned (3,3), and whether it is mirrored."""
    height, width = photo.shape[:2]
    for copy in range(COPIES):
        angle = random.uniform(-np.pi, np.pi) if copy % 2 else random.normal(0, 0.4)
        scale, mirror = random.uniform(0.3, 0.7), bool(random.random() < 0.5)
        side = int(max(height, width) * scale * random.uniform(1.5, 2.6))
        turn = turn_by(angle)
        flip = np.diag([-1.0 if mirror else 1.0, 1.0])
        middle = side * (0.5 + random.uniform(-0.08, 0.08, 2))
        place = flip @ turn * scale
        ground = _ground(side, random)
        light = random.uniform(0.6, 1.25) * random.uniform(0.92, 1.08, 3)
        picture = _drawn(photo, place, middle, ground, light) + random.normal(0, random.uniform(0, 6), (side, side, 3))
        camera = np.eye(3)
        camera[:2, :2] = turn  # of the hand that is mirrored back
        yield np.clip(picture, 0, 255).astype(np.uint8), camera, mirror


def _ground(side: int, random: np.random.Generator) -> Array:
    """(side,side,3) white, of one colour, or blotched."""
    count = int(random.choice([0, 1, 2, 4, 8], p=[0.34, 0.33, 0.11, 0.11, 0.11]))
    if count == 0:
        return np.full((side, side, 3), 255.0)
    blotches = random.uniform(0, 255, (count, count, 3))
    return blotches[np.ix_(*[np.arange(side) * len(blotches) // side] * 2)]


def _drawn(photo: Image, place: Array, middle: Array, ground: Array, light: Array) -> Array:
    """The photograph's hand, all that is not white, over a ground (N,N,3), its middle at a point (2,), pixels.

    `place` (2,2) takes pixels of the photograph to the ground's.
    """
    size = min(MEAN, max(1, round(1 / abs(np.linalg.det(place)) ** 0.5)))
    small = shrunk(photo, size)
    cover = (small.min(-1, keepdims=True) < WHITE).astype(float)
    layers = np.concatenate([small * light * cover, cover], -1)
    source = ((middles(len(ground)) - middle) @ np.linalg.inv(place).T + size * np.array(small.shape[1::-1]) / 2) / size
    drawn = sampled(layers, source)
    return drawn[..., :3] + (1 - drawn[..., 3:]) * ground


def _as_right(row: Row, side: int, *, mirror: bool) -> tuple[Array, Array] | None:
    """The hand's points (21,2), mirrored back where its picture is mirrored, and depths (21,); None without a hand."""
    for hand in HANDS.values():
        if row.confidence[hand].any():
            points = row.points[hand].astype(np.float64)
            return np.where([mirror, False], side - points, points), row.depth[hand]
    return None


def save_turned(turned: Turned, path: Path) -> None:
    """Write the arrays; numbers have 32 bits."""
    save_arrays(turned, path)


def load_turned(path: Path = TURNED) -> Turned:
    """Read what `save_turned` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        return Turned(**{field.name: stored[field.name] for field in fields(Turned)})


def main() -> None:
    """Detect and keep."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.turned", description=__doc__)
    parser.add_argument("--photos", type=Path, required=True, help="folder of the hand photographs")
    parser.add_argument("--truth", type=Path, required=True, help="hands_truth.npz: the shapes in 3D")
    parser.add_argument("--out", type=Path, default=TURNED)
    options = parser.parse_args()
    prepare_process()
    save_turned(turn_photographs(options.photos, options.truth), options.out)


if __name__ == "__main__":
    main()
