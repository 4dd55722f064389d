"""Photographs of one hand in many shapes, each in several views, as the detector sees them.

    python -m engine.training.photographs --photos ../shared/data/hands_photos

keeps what the detector finds in the photographs as small arrays, from which `evaluate` measures and
`multiview` fits without the photographs. These are cut out closely: the detector is shown each on white, a third
of its larger side wider on each side.
"""

import argparse
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..detection.landmarkers import MODELS_DIR
from ..detection.one_hand import OneHand, unify_side
from ..detection.video import open_video
from ..geometry.arrays import Array, Image, Mask, check_shapes
from ..keypoints import HANDS, Keypoints, Row, Side
from ..process import prepare_process
from .clips import DATA

PHOTOS = DATA / "photos.npz"

VIEWS = 6

#: Handshapes of these groups may be learnt from, the others are measured. A group goes by the fingers that
#: are stretched and its handshapes resemble each other, so it is never in both; 01-03 is half of them.
TRAINING = ("01-03",)

MEASURED, LEARNT = "to measure", "to learn from"


@dataclass(frozen=True)
class Photographs:
    """What the detector finds in V = VIEWS photographs of each of N handshapes; the 21 points are MediaPipe's.

    Pixels are of the widened photograph, see `on_white`.
    """

    names: NDArray[np.str_]
    """(N,) such as '01-01-001-01': the first five characters are the group."""
    points: Array
    """(N,V,21,2) pixels; 0 where not found."""
    depth: Array
    """(N,V,21) pixels away from the camera, from the wrist: MediaPipe's guess."""
    world: Array
    """(N,V,21,3) metres in the camera's axes: MediaPipe's guess."""
    found: Mask
    """(N,V)."""
    left: Mask
    """(N,V) whether the detector names it a left hand; all are right ones."""
    size: NDArray[np.int64]
    """(N,V,2) width and height of the photograph."""

    def __post_init__(self) -> None:
        views = (len(self.names), VIEWS)
        shapes = {"points": (21, 2), "depth": (21,), "world": (21, 3), "found": (), "left": (), "size": (2,)}
        check_shapes(self, **{name: (*views, *shape) for name, shape in shapes.items()})

    def rows(self, which: Mask) -> "Photographs":
        """Some of the handshapes (N,)."""
        return replace(self, **{field.name: getattr(self, field.name)[which] for field in fields(self)})

    @property
    def box(self) -> Array:
        """(N,V) the larger side of the box around the points, pixels."""
        return np.ptp(self.points, axis=2).max(-1)

    @property
    def image(self) -> Array:
        """(N,V,21,3) image x, y, z, pixels: points and depth."""
        return np.concatenate([self.points, self.depth[..., None]], -1)


def detect_photographs(folder: Path, names: tuple[str, ...] = ()) -> Photographs:
    """Detect the hand in every photograph CC-GG/CC-GG-SSS/CC-GG-SSS-VV-AA.png of a folder, or of some handshapes."""
    names = names or tuple(sorted({path.stem[:-3] for path in folder.glob("*/*/*.png")}))
    if not names:
        raise FileNotFoundError(f"{folder} holds no photographs such as 01-01/01-01-001/01-01-001-01-01.png.")
    rows: list[Row] = []
    sizes: list[tuple[int, int]] = []
    with OneHand(MODELS_DIR, video=False) as detector:
        for name in names:
            for view in range(1, VIEWS + 1):
                image = on_white(folder / name[:5] / name[:9] / f"{name}-{view:02d}.png")
                rows.append(detector(image, 0.0))
                sizes.append((image.shape[1], image.shape[0]))
    points, confidence, depth, world = (np.stack(values) for values in zip(*(r.arrays for r in rows), strict=True))
    left = confidence[:, HANDS[Side.LEFT]].any(1)
    unify_side(confidence, (points, depth, world), Side.RIGHT)
    shape = (len(names), VIEWS)

    def of_hand(values: Array) -> Array:
        own = values[:, HANDS[Side.RIGHT]].astype(np.float64)
        return own.reshape(*shape, *own.shape[1:])

    return Photographs(
        names=np.array(names),
        points=of_hand(points),
        depth=of_hand(depth),
        world=of_hand(world),
        found=of_hand(confidence).any(-1),
        left=left.reshape(shape),
        size=np.array(sizes).reshape(*shape, 2),
    )


def on_white(path: Path) -> Image:
    """The (H,W,3) picture of a cut-out photograph on white, a third of its larger side wider on each side."""
    with open_video(path) as picture:
        image = next(picture.frames()).image
    margin = max(image.shape[:2]) // 3
    return np.pad(image, ((margin, margin), (margin, margin), (0, 0)), constant_values=255)


def save_photographs(photographs: Photographs, path: Path) -> None:
    """Write the arrays; the detector's numbers have 32 bits."""
    save_arrays(photographs, path)


def save_arrays(record: Any, path: Path) -> None:
    """Write the arrays of a dataclass by their fields' names; its numbers of 64 bits have 32."""
    arrays = {field.name: getattr(record, field.name) for field in fields(record)}
    narrow = {name: values.astype(np.float32) for name, values in arrays.items() if values.dtype == np.float64}
    np.savez_compressed(path, **(arrays | narrow))


def load_photographs(path: Path = PHOTOS) -> Photographs:
    """Read what `save_photographs` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = {field.name: stored[field.name] for field in fields(Photographs)}
    wide = {name: values.astype(np.float64) for name, values in arrays.items() if values.dtype == np.float32}
    return Photographs(**(arrays | wide))


def split(photographs: Photographs) -> dict[str, Photographs]:
    """The handshapes that are measured, and those that may be learnt from."""
    training = np.array([name.startswith(TRAINING) for name in photographs.names.tolist()])
    return {MEASURED: photographs.rows(~training), LEARNT: photographs.rows(training)}


def still(photographs: Photographs, at: tuple[int, int], side: Side = Side.RIGHT) -> Keypoints:
    """The detected hand of one photograph as one of a side, as `detect` gives it."""
    row, hand = Row(), HANDS[side]
    row.points[hand], row.depth[hand] = photographs.points[at], photographs.depth[at]
    row.confidence[hand] = 1.0
    points, confidence, depth = (values[None] for values in (row.points, row.confidence, row.depth))
    width, height = photographs.size[at].tolist()
    return Keypoints(points, confidence, np.zeros(1), 0.0, (width, height), depth)


def main() -> None:
    """Detect and keep."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.photographs", description=__doc__)
    parser.add_argument("--photos", type=Path, required=True, help="folder of the hand photographs")
    parser.add_argument("--out", type=Path, default=PHOTOS)
    options = parser.parse_args()
    prepare_process()
    try:
        photographs = detect_photographs(options.photos)
    except FileNotFoundError as error:
        parser.error(str(error))
    save_photographs(photographs, options.out)


if __name__ == "__main__":
    main()
