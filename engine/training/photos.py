"""Do different photographs of one handshape give one 3D hand? By our engine and by MediaPipe's guesses.

`python -m engine.training.photos --photos ../shared/data/hands_photos` prints a Markdown table.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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

Array = NDArray[np.float64]

VIEWS = 6
#: Every hand is compared at this distance from the wrist to the middle finger's knuckle, centimetres.
METACARPAL = 9.0
_WRIST, _KNUCKLE = HAND_NAMES.index("wrist"), HAND_NAMES.index("middle_finger_mcp")
#: The photographed hand is a right one; its side is told, as a user who knows it does.
_OPTIONS = TrackOptions(detect=DetectOptions(hands_only=True, side="right"))


@dataclass(frozen=True)
class Photographs:
    """What the detector finds in V photographs of each of N handshapes; the 21 points are MediaPipe's."""

    names: tuple[str, ...]
    """(N,) such as '01-01-001-01'."""
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
        names=names,
        points=stack(lambda row: row.points),
        depth=stack(lambda row: row.depth),
        world=stack(lambda row: row.world),
        found=stack(lambda row: row.confidence).any(-1),
        size=np.array(sizes).reshape(*shape, 2),
    )


def lift_photographs(photographs: Photographs) -> LiftedPhotographs:
    """Lift every photograph by itself along the public path."""
    joints, box = np.zeros((*photographs.points.shape[:3], 3)), photographs.box
    reprojection = np.zeros(joints.shape[:3])
    for at in zip(*np.nonzero(photographs.found), strict=True):
        motion = motion_from_keypoints(_still(photographs, at), _OPTIONS)
        order = [motion.joints.tolist().index(f"right_hand_{name}") for name in HAND_NAMES]
        joints[at] = motion.positions[0, order]
        placed = joints[at] + motion.translation[0]
        seen = placed[:, :2] / placed[:, 2:] * motion.camera[:2] + motion.camera[2:]
        reprojection[at] = np.linalg.norm(seen - photographs.points[at], axis=-1) / box[at]
    return LiftedPhotographs(joints, reprojection)


def _still(photographs: Photographs, at: tuple[int, int]) -> Keypoints:
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


def table(photographs: Photographs) -> Iterator[str]:
    """The lines of the table: every way to 3D, the best of MediaPipe's among them."""
    lifted, found = lift_photographs(photographs), photographs.found
    reprojection = 100 * lifted.reprojection[found]
    yield "| | views disagree, cm: median | mean | 2D, % of the box: median | mean | answered |"
    yield "|---|---|---|---|---|---|"
    for name, joints, in_picture in (
        ("ours", lifted.joints, f"{np.median(reprojection):.1f} | {reprojection.mean():.1f}"),
        ("MediaPipe image x, y, z", photographs.image, "0 | 0"),
        ("MediaPipe image x, y, world z", photographs.mixed, "0 | 0"),
        ("MediaPipe world", photographs.world, "- | -"),
    ):
        distances = np.concatenate(list(disagreement(joints, found).values()))
        measured = f"{np.median(distances):.2f} | {distances.mean():.2f}"
        yield f"| {name} | {measured} | {in_picture} | {100 * found.mean():.1f} % |"


def main() -> int:
    """Detect, lift and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="folder of the hand photographs")
    options = parser.parse_args()
    prepare_process()
    for line in table(detect_photographs(options.photos)):
        print(line)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
