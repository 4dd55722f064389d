"""Rendered signers: short random clips through the real detector, arrays only.

    python -m engine.training.rendering.render_clips --data DIR --out DIR --set train --clips 500

Each clip is one file; files that exist are kept, so a run resumes where it stopped. Characters and
recorded handshapes are divided by split, and motions are random or of recordings that nothing is trained
on, so none is shared between train, dev and the test sets.
"""

import argparse
import logging
import os
import sys
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...detection.hand_search import HandSearch
from ...detection.holistic import Holistic
from ...detection.landmarkers import MODELS_DIR
from ...files import written_whole
from ...geometry.arrays import Array, Image, Mask
from ...keypoints import HANDS, Row, Side
from ...process import prepare_process
from ..acting.figure import Figure
from ..acting.handshape import Handshape, handshape_from_points
from ..acting.random_signing import Choreography, legal_motion, pose_at, with_legs
from ..acting.recorded_signing import (
    RecordedSigning,
    load_gestures,
    load_signing,
    load_spelling,
    window_motion,
    windows,
)
from ..poses.cmu import read_splits
from ..poses.hand_recordings import SPLITS as HAND_SPLITS
from ..poses.hand_recordings import load_hands
from ..poses.legs import sample_legs
from .scenery import (
    Quality,
    compress,
    degrade,
    poor_camera,
    poor_quality,
    random_camera,
    random_look,
    random_proportions,
    random_quality,
    random_wall,
    studio_camera,
    studio_quality,
    whole_camera,
    wide_proportions,
)
from .stage import (
    Actor,
    act,
    crop_stage,
    draw,
    dress,
    empty_stage,
    enter_actor,
    leave_actor,
    paint,
    place_camera,
)
from .stage_camera import StageCamera
from .truth import JOINTS

Random = np.random.Generator


@dataclass(frozen=True)
class Set:
    """A set of clips: who signs in it, how it is filmed, and recorded motion, if not sampled."""

    split: str
    camera: Callable[[Random, Figure], StageCamera]
    quality: Callable[[Random], Quality]
    fps: int
    frames: int
    recorded: Callable[[Path], list[RecordedSigning]] | None = None
    proportions: Callable[[Random], tuple[Array, Array]] = random_proportions
    legs: str | None = None
    """Split of the recorded motion that legs are of; None is standing still."""


@dataclass(frozen=True)
class Film:
    """F pictures of one figure, as a camera and an encoder deliver them, and what they show."""

    pictures: list[Image]
    """(F) of (H,W,3)."""
    positions: Array
    """(F,J,3) true joints as truth.JOINTS, camera frame, metres."""
    camera: StageCamera
    character: str
    motion: str
    """Its class."""
    quality: Quality


FIGURES = {
    "train": ("signer_01_mixamo", "signer_02_mixamo", "signer_04_mixamo", "signer_05_mixamo", "signer_07_game_engine"),
    "dev": ("signer_03_mixamo",),
    "test": ("signer_06_mixamo", "signer_08_game_engine"),
}
# Training clips have motion at ordinary speed in larger steps: more poses for the same number of
# pictures, and the detector still follows from frame to frame.
SETS = {
    "train": Set("train", random_camera, random_quality, 12, 30),
    "dev": Set("dev", studio_camera, studio_quality, 25, 50),
    "test": Set("test", studio_camera, studio_quality, 25, 50),
    "hard": Set("test", poor_camera, poor_quality, 25, 50),
    "signing": Set("test", studio_camera, studio_quality, 25, 50, load_signing),
    "gesture": Set("test", studio_camera, studio_quality, 25, 50, load_gestures),
    "builds": Set("train", random_camera, random_quality, 12, 30, proportions=wide_proportions),
    "whole": Set("test", whole_camera, studio_quality, 25, 50, legs="dev"),
    "asl": Set("test", studio_camera, studio_quality, 25, 50, load_spelling),
}
# Drawn larger and shrunk: cheaper than Workbench's own smoothing of edges.
_OVERSAMPLE = 1.5
_EXPOSURES = 3
#: How many poses legs go through in a clip.
LEG_POSES = 4
_log = logging.getLogger(__name__)


class Studio:
    """Renders clips of one set and detects them."""

    def __init__(self, data: Path, name: str, chosen: Set | None = None) -> None:
        self._data, self._name, self._set = data, name, chosen or SETS[name]
        self._scene = empty_stage()
        hands = load_hands(data)
        mine = hands.split == HAND_SPLITS.index(self._set.split)
        self._hands, self._quest = hands.joints[mine], hands.source[mine] == 1
        self._duration = self._set.frames / self._set.fps
        recorded = self._set.recorded
        self._windows = windows(recorded(data), self._duration) if recorded else []
        self._legs: Array | None = None
        if self._set.legs is not None:
            from ..fitting.recorded_legs import recorded_legs  # needs torch: figures that stand still do without it

            self._legs, _ = recorded_legs(data, read_splits(data)[self._set.legs])

    def _pick(self, rng: Random) -> Handshape:
        # Recorded signing and the alphabet's shapes in equal parts.
        rows = np.flatnonzero(self._quest == (rng.random() < 0.5))
        return handshape_from_points(self._hands[rng.choice(rows)].astype(float), Side.RIGHT)

    def _motion(self, rng: Random, figure: Figure, number: int) -> Choreography:
        def pick() -> Handshape:
            return self._pick(rng)

        if self._windows:
            return window_motion(rng, figure, pick, self._windows, number, self._duration)
        motion = legal_motion(rng, figure, pick, self._duration)
        if self._legs is None:
            return motion
        return with_legs(motion, sample_legs(LEG_POSES, self._legs, rng), self._duration)

    def clip(self, rng: Random, number: int) -> dict[str, NDArray[np.generic]]:
        """One clip of one figure: detected keypoints and the truth."""
        film, chosen = self.film(rng, number), self._set
        rows, plain = detect_pictures(film.pictures, chosen.fps)
        return {
            "joints": np.array(JOINTS),
            "positions_camera": film.positions.astype(np.float32),
            "keypoints": film.camera.pinhole.project(film.positions).astype(np.float32),
            "detected": np.stack([row.points for row in rows]),
            "confidence": np.stack([row.confidence for row in rows]),
            "depth": np.stack([row.depth for row in rows]),
            "world": np.stack([row.world for row in rows]),
            "plain": plain,
            "camera": film.camera.pinhole.numbers.astype(np.float32),
            "size": np.array(film.camera.size, np.int32),
            "time": np.arange(chosen.frames) / chosen.fps,
            "character": np.array(film.character),
            "set": np.array(self._name),
            "motion": np.array(film.motion),
            "quality": np.array(astuple(film.quality), np.float32),
        }

    def film(self, rng: Random, number: int) -> Film:
        """One clip of one figure, not looked at yet."""
        chosen, people = self._set, FIGURES[self._set.split]
        name = people[rng.integers(len(people))]
        actor = enter_actor(self._scene, self._data / "characters" / f"{name}.blend", chosen.proportions(rng))
        motion = self._motion(rng, actor.figure, number)
        camera, look = chosen.camera(rng, actor.figure), random_look(rng)
        wall, quality = random_wall(rng, camera.size), chosen.quality(rng)
        dress(self._scene, actor, look)
        place_camera(self._scene, camera, _OVERSAMPLE)
        joints: list[Array] = []
        pictures: list[Image] = []
        for frame in range(chosen.frames):
            time = frame / chosen.fps
            exposures = [self._expose(actor, motion, camera, wall, t) for t in _exposure_times(time, quality.shutter)]
            joints.append(exposures[len(exposures) // 2][1])
            picture = np.mean([image for image, _ in exposures], axis=0).astype(np.uint8)
            pictures.append(degrade(rng, picture, quality))
        leave_actor(actor)
        shown = compress(pictures, chosen.fps, quality.crf)
        return Film(shown, camera.to_camera(np.stack(joints)), camera, name, motion.kind, quality)

    def _expose(
        self, actor: Actor, motion: Choreography, camera: StageCamera, wall: Image, time: float
    ) -> tuple[Image, Array]:
        truth, vertices = act(actor, pose_at(actor.figure, motion, time))
        region = crop_stage(self._scene, camera, vertices)
        picture = wall.copy()
        picture[region] = shrink_over(draw(self._scene), wall[region])
        return picture, truth


def _exposure_times(time: float, shutter: float) -> Array:
    return time + shutter * np.linspace(-0.5, 0.5, _EXPOSURES) if shutter > 0.012 else np.array([time])


def detect_pictures(pictures: list[Image], fps: float) -> tuple[list[Row], Mask]:
    """The keypoints of a clip, and the hands (F,2) that Holistic finds without a second look."""
    rows: list[Row] = []
    plain: list[list[bool]] = []
    search = HandSearch(MODELS_DIR, video=True)
    with Holistic(MODELS_DIR, video=True, second_look=False, face=False) as detector:
        for frame, picture in enumerate(pictures):
            row = detector(picture, frame / fps)
            plain.append([bool(row.confidence[hand].any()) for hand in HANDS.values()])
            search(picture, row)
            rows.append(row)
    search.close()
    return rows, np.array(plain)


def shrink_over(picture: Image, wall: Image) -> Image:
    """A drawn picture (H,W,4) shrunk to the size of the wall (h,w,3) that it covers.

    Its alpha is 0 or 255 and it is black where it is clear, so shrinking multiplies by alpha.
    """
    import av

    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgra")
    small = frame.reformat(width=wall.shape[1], height=wall.shape[0], interpolation="AREA").to_ndarray(format="bgra")
    small = small.astype(np.float32)
    return paint(small[..., :3], small[..., 3:] / 255, wall)


def main() -> None:
    """Render clips that are not there yet."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.rendering.render_clips", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of characters/ and hands/")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--set", choices=tuple(SETS), default="train")
    parser.add_argument("--clips", type=int, required=True)
    parser.add_argument("--first", type=int, default=0, help="number of the first clip")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    prepare_process()
    studio = Studio(arguments.data, arguments.set)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for number in range(arguments.first, arguments.first + arguments.clips):
        path = arguments.out / f"{arguments.set}_{number:05d}.npz"
        if path.exists():
            continue
        started = time.monotonic()
        rng = np.random.default_rng([number, list(SETS).index(arguments.set)])
        with written_whole(path) as draft, draft.open("wb") as file:
            np.savez_compressed(file, **studio.clip(rng, number))
        _log.info("%s %.1f s", path.name, time.monotonic() - started)
    sys.stdout.flush()
    # A bpy process can hang at exit.
    os._exit(0)


if __name__ == "__main__":
    main()
