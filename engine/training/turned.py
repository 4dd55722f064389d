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


def turn_photographs(photos: Path, truth: Path) -> Turned:
    """Detect the hand in COPIES copies of every photograph of a trusted handshape that may be learnt from."""
    with np.load(truth, allow_pickle=False) as stored:
        known = {name: stored[name] for name in ("shapes", "joints_cm", "camera", "trusted", "view_residual")}
    names: list[str] = known["shapes"].tolist()
    chosen = [k for k, name in enumerate(names) if name.startswith(TRAINING) and known["trusted"][k]]
    random, found = np.random.default_rng(0), list[tuple[Any, ...]]()
    with OneHand(MODELS_DIR, video=False) as detector:
        for number, shape in enumerate(chosen):
            for view in np.flatnonzero(known["view_residual"][shape] < SHOWN):
                group, own = names[shape].split("/")
                with open_video(photos / group / own / f"{own}-01-{view + 1:02d}.png") as picture:
                    photo = next(picture.frames()).image
                for image, turn, mirror in _copies(photo, random):
                    seen = _as_right(detector(image, 0.0), len(image), mirror=mirror)
                    if seen is not None:
                        found.append((number, turn @ known["camera"][shape, view], *seen, len(image)))
    shapes, views, points, depth, sides = (np.array(values) for values in zip(*found, strict=True))
    return Turned(known["joints_cm"][chosen] / 100, shapes, views, points, depth, sides)


def _copies(photo: Image, random: np.random.Generator) -> Iterator[tuple[Image, Array, bool]]:
    """COPIES square pictures of a cut-out hand on white, how its camera is turned (3,3), and whether it is mirrored."""
    height, width = photo.shape[:2]
    for copy in range(COPIES):
        angle = random.uniform(-np.pi, np.pi) if copy % 2 else random.normal(0, 0.4)
        scale, mirror = random.uniform(0.3, 0.7), bool(random.random() < 0.5)
        side = int(max(height, width) * scale * random.uniform(1.5, 2.6))
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
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
    rows, columns = (length // size * size for length in photo.shape[:2])
    small = photo[:rows, :columns].reshape(rows // size, size, columns // size, size, 3).mean((1, 3))
    cover = (small.min(-1, keepdims=True) < WHITE).astype(float)
    layers = np.concatenate([small * light * cover, cover], -1)
    grid = np.stack(np.meshgrid(*[np.arange(len(ground))] * 2), -1) + 0.5 - middle
    source = (grid @ np.linalg.inv(place).T + np.array([columns, rows]) / 2) / size - 0.5
    corner = np.floor(source).astype(int)
    drawn = np.zeros((*ground.shape[:2], 4))
    for right, below in ((0, 0), (1, 0), (0, 1), (1, 1)):
        x, y = corner[..., 0] + right, corner[..., 1] + below
        inside = (x >= 0) & (y >= 0) & (x < small.shape[1]) & (y < small.shape[0])
        weight = (1 - np.abs(source[..., 0] - x)) * (1 - np.abs(source[..., 1] - y)) * inside
        drawn += weight[..., None] * layers[np.clip(y, 0, len(small) - 1), np.clip(x, 0, small.shape[1] - 1)]
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
