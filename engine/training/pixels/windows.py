"""Small pictures of hands and what is around them, with the exact places of their points."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from ...detection.holistic import Holistic
from ...detection.landmarkers import MODELS_DIR
from ...files import written_whole
from ...geometry.arrays import Array, Image, Mask, check_shapes
from ...geometry.picture import middles, sampled, shrunk
from ...keypoints import HANDS, Row, Side
from ..photographs import on_white
from ..rendering.render_clips import SETS, Studio
from ..rendering.truth import JOINTS

#: Pixels of a window's side; how many times larger than the box around the hand it is; how far off its middle that is.
SIZE, WIDER, OFF = 128, (2.2, 3.4), 0.15
#: A hand is shown where so many of its 21 points are inside the picture.
INSIDE = 18
#: Pictures a second.
RATE = 3
#: Share of the runs that agree on a photograph's points.
AGREED = 0.5
_NOWHERE = np.full((21, 2), -1e4)
_JOINTS = {side: [JOINTS.index(name) for name in side.hand_names] for side in Side}
_FLIP = np.array([-1.0, 1.0])


@dataclass(frozen=True)
class Windows:
    """N windows; left hands are mirrored, so all are right ones. Points in pixels of the window."""

    pictures: Image
    """(N,128,128,3)."""
    points: Array
    """(N,21,2) MediaPipe's 21 points."""
    others: Array
    """(N,21,2) of the person's other hand, wherever it is."""
    detected: Array
    """(N,21,2) as MediaPipe sees them; 0 where it does not."""
    found: Mask
    """(N,) whether MediaPipe finds the hand."""

    def __post_init__(self) -> None:
        count = len(self.points)
        points = (count, 21, 2)
        check_shapes(self, pictures=(count, SIZE, SIZE, 3), points=points, others=points, detected=points)
        check_shapes(self, found=(count,))


def join(parts: list[Windows]) -> Windows:
    """One after the other."""
    return Windows(*(np.concatenate([getattr(part, own.name) for part in parts]) for own in fields(Windows)))


def rendered_windows(data: Path, folder: Path, split: str, clips: int, frames: int, *, detect: bool = False) -> Windows:
    """Both hands in clips of rendered signers of a split; those that a folder holds already are read.

    Without `detect` MediaPipe is not asked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    studio, parts = None, list[Windows]()
    for number in range(clips):
        path = folder / f"{split}_{number:03d}.npz"
        if not path.exists():
            # Far apart in time, so that every picture shows another pose.
            studio = studio or Studio(data, split, replace(SETS[split], fps=RATE, frames=frames))
            rng = np.random.default_rng([number, len(split)])
            own = join(list(_clip_windows(studio, rng, number, detect=detect)))
            with written_whole(path) as draft:
                np.savez(draft, **{field.name: getattr(own, field.name) for field in fields(Windows)})
        with np.load(path, allow_pickle=False) as arrays:
            parts.append(Windows(**arrays))
    return join(parts)


def _clip_windows(studio: Studio, rng: np.random.Generator, number: int, *, detect: bool) -> Iterator[Windows]:
    film = studio.film(rng, number)
    exact = film.camera.pinhole.project(film.positions)
    rows = _detected(film.pictures) if detect else [Row() for _ in film.pictures]
    for picture, own, row in zip(film.pictures, exact, rows, strict=True):
        size = np.array(picture.shape[1::-1])
        for side in Side:
            points, others = (own[_JOINTS[which]] for which in (side, side.other))
            if ((points > 0) & (points < size)).all(1).sum() < INSIDE:
                continue
            middle, scale = random_square(points, rng)
            hand = HANDS[side]
            seen, found = row.points[hand].astype(float), bool(row.confidence[hand].any())
            yield cut(picture, middle, scale, points, others, seen, found=found, mirrored=side is Side.LEFT)


def _detected(pictures: list[Image]) -> list[Row]:
    with Holistic(MODELS_DIR, video=False, second_look=True, face=False) as detector:
        return [detector(picture, 0.0) for picture in pictures]


def random_square(points: Array, rng: np.random.Generator) -> tuple[Array, float]:
    """Middle (2,) and pixels of the picture a pixel of the window, around points (21,2)."""
    low, high = points.min(0), points.max(0)
    side = float((high - low).max()) * rng.uniform(*WIDER)
    return (low + high) / 2 + side * rng.uniform(-OFF, OFF, 2), side / SIZE


def cut(
    picture: Image,
    middle: Array,
    scale: float,
    points: Array,
    others: Array,
    detected: Array,
    *,
    found: bool,
    mirrored: bool,
) -> Windows:
    """One window of a picture; what is beyond its edges is black."""
    size = max(1, round(scale))
    flip = _FLIP if mirrored else np.ones(2)
    places = (middles(SIZE) - SIZE / 2) * flip * scale + middle
    window = sampled(shrunk(picture, size), places / size)

    def inside(values: Array) -> Array:
        return ((values - middle) / scale * flip + SIZE / 2).astype(np.float32)[None]

    seen = inside(detected) if found else np.zeros((1, 21, 2), np.float32)
    image = np.clip(window + 0.5, 0, 255).astype(np.uint8)[None]
    return Windows(image, inside(points), inside(others), seen, np.array([found]))


def photographed_windows(data: Path) -> Windows:
    """The trusted photographs of one man's hand on white, with the points on which most of 15 runs of MediaPipe agree.

    As detected by one plain run.
    """
    with np.load(data / "hands_truth" / "hands_truth.npz", allow_pickle=False) as stored:
        known = {name: stored[name] for name in ("shapes", "trusted", "reference_support")}
        agreed, plain = stored["reference_px"], stored["mediapipe_image"][..., :2]
    rng, parts = np.random.default_rng(0), list[Windows]()
    for shape, view in np.argwhere(known["trusted"][:, None] & (known["reference_support"] > AGREED)):
        group, name = str(known["shapes"][shape]).split("/")
        picture = on_white(data / "hands_photos" / group / name / f"{name}-01-{view + 1:02d}.png")
        margin = max(picture.shape[:2]) // 5  # of which on_white adds a third of the photograph's larger side
        points, seen = agreed[shape, view] + margin, plain[shape, view] + margin
        middle, scale = random_square(points, rng)
        found = bool(np.isfinite(seen).all())
        parts.append(cut(~picture, middle, scale, points, _NOWHERE, seen, found=found, mirrored=False))
    negatives = join(parts)  # so that what is beyond the edges is white
    return replace(negatives, pictures=~negatives.pictures)
