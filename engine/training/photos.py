"""Do different photographs of one handshape give one 3D hand? By our engine and by MediaPipe's guesses.

    python -m engine.training.photos --photos ../shared/data/hands_photos

keeps what the detector finds in the photographs as small arrays, from which `evaluate` measures and
`multiview` fits without the photographs.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..detect import DetectOptions
from ..keypoints import HAND_NAMES, HANDS, Keypoints, Row
from ..landmarkers import MODELS_DIR
from ..one_hand import OneHand, unify_side
from ..packaging.alignment import align
from ..process import prepare_process
from ..track import TrackOptions, motion_from_keypoints
from ..video import open_video
from .markdown import number, percent, table
from .rendered import DATA
from .scores import percentile

Array = NDArray[np.float64]

PHOTOS = DATA / "photos.npz"
VIEWS = 6
#: Handshapes of these groups may be learnt from, the others are measured. A group goes by the fingers that
#: are stretched and its handshapes resemble each other, so it is never in both; 01-03 is half of them.
TRAINING = ("01-03",)
MEASURED, LEARNT = "to measure", "to learn from"
#: Every hand is compared at this distance from the wrist to the middle finger's knuckle, centimetres.
METACARPAL = 9.0
_WRIST, _KNUCKLE = HAND_NAMES.index("wrist"), HAND_NAMES.index("middle_finger_mcp")
#: The photographed hand is a right one; its side is told, as a user who knows it does.
_OPTIONS = TrackOptions(detect=DetectOptions(hands_only=True, side="right"))


@dataclass(frozen=True)
class Photographs:
    """What the detector finds in V photographs of each of N handshapes; the 21 points are MediaPipe's."""

    names: NDArray[np.str_]
    """(N,) such as '01-01-001-01': the first five characters are the group."""
    points: Array
    """(N,V,21,2) pixels; 0 where not found."""
    depth: Array
    """(N,V,21) pixels away from the camera, from the wrist: MediaPipe's guess."""
    world: Array
    """(N,V,21,3) metres in the camera's axes: MediaPipe's guess."""
    found: NDArray[np.bool_]
    """(N,V)."""
    size: NDArray[np.int64]
    """(N,V,2) width and height of the photograph."""

    def rows(self, which: NDArray[np.bool_]) -> "Photographs":
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

    @property
    def mixed(self) -> Array:
        """(N,V,21,3) pixels: points, and the world landmarks' depth scaled as their x and y spread."""
        spread = [np.sqrt(x[..., :2].var(axis=2).sum(-1)) for x in (self.points, self.world)]
        scale = spread[0] / np.where(self.found, spread[1], 1.0)
        return np.concatenate([self.points, self.world[..., 2:] * scale[..., None, None]], -1)


@dataclass(frozen=True)
class LiftedPhotographs:
    """What the engine makes of each photograph by itself."""

    joints: Array
    """(N,V,21,3) metres, camera frame; 0 where no hand is found."""
    reprojection: Array
    """(N,V,21) distance of each joint in the picture from its detected point, in sides of the hand's box."""


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
                with open_video(folder / name[:5] / name[:9] / f"{name}-{view:02d}.png") as picture:
                    rows.append(detector(next(picture.frames()).image, 0.0))
                sizes.append((picture.info.width, picture.info.height))
    unify_side(rows, "right")
    hand, shape = HANDS["right"], (len(names), VIEWS)

    def stack(values: Callable[[Row], NDArray[np.float32]]) -> Array:
        both = np.stack([values(row)[hand] for row in rows]).astype(np.float64)
        return both.reshape(*shape, *both.shape[1:])

    return Photographs(
        names=np.array(names),
        points=stack(lambda row: row.points),
        depth=stack(lambda row: row.depth),
        world=stack(lambda row: row.world),
        found=stack(lambda row: row.confidence).any(-1),
        size=np.array(sizes).reshape(*shape, 2),
    )


def save_photographs(photographs: Photographs, path: Path) -> None:
    """Write the arrays; the detector's numbers have 32 bits."""
    arrays = {field.name: getattr(photographs, field.name) for field in fields(Photographs)}
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


def lift_photographs(photographs: Photographs) -> LiftedPhotographs:
    """Lift every photograph by itself along the public path."""
    joints, box = np.zeros((*photographs.points.shape[:3], 3)), photographs.box
    reprojection = np.zeros(joints.shape[:3])
    for at in zip(*np.nonzero(photographs.found), strict=True):
        motion = motion_from_keypoints(still(photographs, at), _OPTIONS)
        order = [motion.joints.tolist().index(f"right_hand_{name}") for name in HAND_NAMES]
        joints[at] = motion.positions[0, order]
        placed = joints[at] + motion.translation[0]
        seen = placed[:, :2] / placed[:, 2:] * motion.camera[:2] + motion.camera[2:]
        reprojection[at] = np.linalg.norm(seen - photographs.points[at], axis=-1) / box[at]
    return LiftedPhotographs(joints, reprojection)


def still(photographs: Photographs, at: tuple[int, int]) -> Keypoints:
    """The detected hand of one photograph, as `detect` gives it."""
    row, hand = Row(), HANDS["right"]
    row.points[hand], row.depth[hand] = photographs.points[at], photographs.depth[at]
    row.confidence[hand] = 1.0
    points, confidence, depth = (values[None] for values in (row.points, row.confidence, row.depth))
    width, height = photographs.size[at].tolist()
    return Keypoints(points, confidence, np.zeros(1), 0.0, (width, height), depth)


def disagreement(joints: Array, found: NDArray[np.bool_]) -> dict[tuple[int, int], Array]:
    """Distances (pairs found, 21), cm, between the joints (N,V,21,3) of two views of one handshape, by views.

    Hands are scaled to a METACARPAL and turned and moved onto each other.
    """
    distances: dict[tuple[int, int], Array] = {}
    for a, b in combinations(range(found.shape[1]), 2):
        first, second = (_scaled(joints[found[:, a] & found[:, b], view]) for view in (a, b))
        distances[a, b] = np.linalg.norm(align(first, second, rotate=True, scale=False) - second, axis=-1)
    return distances


def _scaled(joints: Array) -> Array:
    length = np.linalg.norm(joints[:, _KNUCKLE] - joints[:, _WRIST], axis=-1)
    return joints * (METACARPAL / length)[:, None, None]


@dataclass(frozen=True)
class Consistency:
    """How one way to 3D does on photographs."""

    name: str
    apart: Array
    """Centimetres between the joints of two views of one handshape, over all pairs found."""
    reprojection: Array
    """Shares of the hand's box between joints in the picture and detected points; NaN if it has no place there."""
    answered: float
    """Share of the photographs in which a hand is found."""


def compare(photographs: Photographs) -> tuple[Consistency, ...]:
    """Our engine, then MediaPipe's guesses."""
    lifted, found = lift_photographs(photographs), photographs.found
    exact = np.zeros(1)
    return tuple(
        Consistency(name, np.concatenate(list(disagreement(joints, found).values())), in_picture, float(found.mean()))
        for name, joints, in_picture in (
            ("ours", lifted.joints, lifted.reprojection[found]),
            ("MediaPipe image x, y, z", photographs.image, exact),
            ("MediaPipe image x, y, world z", photographs.mixed, exact),
            ("MediaPipe world", photographs.world, np.full(1, np.nan)),
        )
    )


def by_method(methods: tuple[Consistency, ...]) -> Iterator[str]:
    """A table of all ways to 3D."""
    rows: list[list[str]] = []
    for method in methods:
        apart, flat = method.apart, method.reprojection
        cells = [number(percentile(apart)), number(float(apart.mean())), percent(percentile(flat))]
        rows.append([method.name, *cells, percent(float(flat.mean())), percent(method.answered)])
    yield from table(["", "views disagree, cm: median", "mean", "2D, of the box: median", "mean", "answered"], rows)


def main() -> None:
    """Detect and keep."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.photos", description=__doc__)
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
