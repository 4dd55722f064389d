"""Render faces and detect them: arrays only, a file for every person or clip; files that exist are kept.

    python -m engine.training.faces.render --data DIR --out DIR --set train --count 300

`train`, `dev` and `test` are unrelated pictures of people, 30 of each in three places; `train_clips`, `dev_clips` and
`test_clips` are clips. Characters are divided as those of `engine.training.rendering.render_clips`.
"""

import argparse
import logging
import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...files import written_whole
from ...geometry.arrays import Array, Image
from ...geometry.rotations import euler_to_matrix
from ...keypoints import Side
from ...process import prepare_process
from ..acting.figure import BONE, Figure
from ..acting.gesture import ArmTrack, Stop, arm_at, arm_track
from ..acting.handshape import Handshape, load_asl
from ..acting.pose import WRIST_LOWER, WRIST_UPPER, Arm, Posed, Trunk, pose_figure
from ..acting.random_signing import Choreography, legal_motion, random_motion
from ..rendering.scenery import compress, degrade, random_quality, random_wall, studio_camera, studio_quality
from ..rendering.stage_camera import StageCamera, aim_camera
from .expressions import random_acting, random_face
from .studio import FaceStudio, Person, Scene, act, covered, detect, head_turn, region_of

Random = np.random.Generator
Arrays = dict[str, NDArray[Any]]

#: Pictures in a place, and places of a person.
PICTURES, PLACES = 10, 3
#: Of clips: frames, and frames a second.
FRAMES, RATES = 100, (25, 30)
#: The share of places and clips in which hands pass before the face.
BEFORE = 1 / 3
_TRIES = 8
#: Of the face, covered: no more is tried for, no more is wanted.
_ENOUGH, _MOST = 0.1, 0.45
#: Shoulder to wrist, metres.
_REACH = 0.5
#: Rate factor of unrelated pictures: as frames of one clip they would smear into each other.
_COARSEST = 27
_SMALL = ((640, 360), (640, 480), (854, 480), (480, 480), (360, 640))
KINDS = ("waist up", "small", "close up")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Set:
    """Whose pictures, and how."""

    split: str
    own_face: bool
    """Whether people have the faces that they were made with."""
    clips: bool


SETS = {
    "train": Set("train", own_face=False, clips=False),
    "dev": Set("dev", own_face=True, clips=False),
    "test": Set("test", own_face=True, clips=False),
    "dev_clips": Set("dev", own_face=True, clips=True),
    "test_clips": Set("test", own_face=True, clips=True),
    "train_clips": Set("train", own_face=False, clips=True),
}


def random_view(rng: Random, figure: Figure, kind: str) -> StageCamera:
    """A camera before a signer; faces of some 120, 60 to 90 and 250 to 400 pixels."""
    if kind == "waist up":
        return studio_camera(rng, figure)
    top = float(figure.vertices[:, 2].max())
    turns = np.radians([rng.normal(1, 5), np.clip(rng.normal(0, 10), -25, 25), rng.normal(0, 1)])
    if kind == "small":
        size = _SMALL[rng.integers(len(_SMALL))]
        height, distance = top * rng.uniform(0.5, 0.6), rng.uniform(1.2, 3.0)
    else:
        size = ((720, 720), (960, 720), (720, 960))[rng.integers(3)]
        height, distance = rng.uniform(0.48, 0.66), rng.uniform(0.6, 1.4)
    target = np.array([rng.normal(0, 0.03), -0.08, top * 1.05 - height / 2])
    return aim_camera(target, distance, turns, size[1] * distance / height, size)


def random_turn(rng: Random) -> Array:
    """(3,) radians about X, Y, Z of a head: mostly nearly ahead, as far as yaw 50, pitch 30 and roll 20 degrees."""
    if rng.random() < 0.5:
        return np.radians(rng.normal(0, [7, 5, 11]))
    return np.radians(rng.uniform([-26, -18, -42], [26, 18, 42]))


def with_head_turned(figure: Figure, posed: Posed, turns: Array) -> Posed:
    """A pose with neck and head turned by (3,) as `Trunk.head` says: much quicker than posing all again."""
    chest, neck, head = (BONE[name] for name in ("chest", "neck", "head"))
    nod = euler_to_matrix(turns / 2, "XYZ")
    rotations, heads = posed.rotations.copy(), posed.heads.copy()
    rotations[neck] = rotations[chest] @ nod
    rotations[head] = rotations[neck] @ nod
    heads[head] = heads[neck] + rotations[neck] @ (figure.heads[head] - figure.heads[neck])
    return replace(posed, rotations=rotations, heads=heads)


def arm_before_face(rng: Random, shape: Handshape) -> Arm:
    """An arm whose hand may be before the face."""
    hand = np.clip(rng.normal([0.0, 5.0, 4.0], [50.0, 28.0, 12.0]), WRIST_LOWER, WRIST_UPPER)
    wrist = rng.uniform([-0.30, 0.16, -0.02], [-0.04, 0.34, 0.22])
    return Arm(wrist, float(np.radians(rng.uniform(0, 50))), np.radians(hand), shape)


class FaceRenderer:
    """Renders one set."""

    def __init__(self, data: Path, name: str) -> None:
        self._studio, self._set = FaceStudio(data), SETS[name]
        self._shapes = list(load_asl(data / "hands").values())

    def _shape(self, rng: Random) -> Handshape:
        return self._shapes[rng.integers(len(self._shapes))]

    def _motion(self, rng: Random, figure: Figure, duration: float) -> Choreography:
        return legal_motion(rng, figure, lambda: self._shape(rng), duration)

    def _arms(self, rng: Random) -> dict[Side, Arm]:
        motion = random_motion(rng, lambda: self._shape(rng), _REACH, 1.0)
        return {side: arm_at(motion.arms[side], 0.5) for side in Side}

    def _covering(self, rng: Random, person: Person, camera: StageCamera, trunk: Trunk) -> dict[Side, Arm]:
        """A hand, of several tries the one that covers most but not all of the face."""
        side = list(Side)[int(rng.integers(2))]
        arms = self._arms(rng)
        none = np.zeros(len(person.head.shapes)), np.zeros((2, 2))
        best, most = arms, 0.0
        for _ in range(_TRIES):
            trial = {**arms, side: arm_before_face(rng, self._shape(rng))}
            scene = act(person, pose_figure(person.figure, trunk, trial, np.zeros(3)), *none)
            share = covered(person, scene, camera)
            if most < share < _MOST:
                best, most = trial, share
            if most > _ENOUGH:
                break
        return best

    def person(self, rng: Random) -> Arrays:
        """Unrelated pictures of one person."""
        person = self._studio.enter(rng, self._set.split, own_face=self._set.own_face)
        places = [self._place(rng, person, place) for place in range(PLACES)]
        self._studio.leave(person)
        return {name: np.concatenate([place[name] for place in places]) for name in places[0]} | {
            "character": np.array(person.name)
        }

    def _place(self, rng: Random, person: Person, place: int) -> Arrays:
        kind = int(rng.choice(len(KINDS), p=[0.6, 0.1, 0.3]))
        camera = random_view(rng, person.figure, KINDS[kind])
        trunk = Trunk(*np.clip(np.radians(rng.normal(0, [[1, 1, 4], [3, 2, 4], [0, 0, 0]])), -0.3, 0.3))
        covers = rng.random() < BEFORE
        arms = self._covering(rng, person, camera, trunk) if covers else self._arms(rng)
        faces = [random_face(rng) for _ in range(PICTURES)]
        posed = pose_figure(person.figure, trunk, arms, np.zeros(3))
        scenes = [act(person, with_head_turned(person.figure, posed, random_turn(rng)), *face) for face in faces]
        pictures = self._pictures(rng, person, camera, scenes)
        return _kept(pictures, None, person, camera, scenes, faces) | {
            "kind": np.full(PICTURES, kind),
            "place": np.full(PICTURES, place),
        }

    def _pictures(self, rng: Random, person: Person, camera: StageCamera, scenes: list[Scene]) -> list[Image]:
        """All scenes differ in the head alone: it is drawn over a picture of the first."""
        wall, quality = random_wall(rng, camera.size), random_quality(rng)
        every = np.stack([scene.body for scene in scenes])
        moving = np.ptp(every, axis=0).max(-1) > 1e-4
        region = region_of(camera, every[:, moving].reshape(-1, 3))
        whole = region_of(camera, scenes[0].body)
        under = self._studio.picture(person, scenes[0], camera, wall, whole)
        clear = under.copy()
        part = (slice(region[1], region[3]), slice(region[0], region[2]))
        clear[part] = wall[part]
        pictures = [self._studio.picture(person, scene, camera, clear, region) for scene in scenes]
        return compress([degrade(rng, picture, quality) for picture in pictures], 25, min(quality.crf, _COARSEST))

    def clip(self, rng: Random, number: int) -> Arrays:
        """A clip of one person."""
        person = self._studio.enter(rng, self._set.split, own_face=self._set.own_face)
        kind = 2 if number % 4 == 3 else 0
        fps = RATES[number % 2]
        times = np.arange(FRAMES) / fps
        camera = random_view(rng, person.figure, KINDS[kind])
        acting = random_acting(rng, times)
        motion = self._motion(rng, person.figure, float(times[-1]))
        trunks = [replace(motion.trunk(t), head=head) for t, head in zip(times, nodding(rng, times), strict=True)]
        tracks = motion.arms
        if number % 3 == 2:
            tracks = self._passing(rng, person, camera, motion, float(times[-1]))
        scenes = [
            act(
                person,
                pose_figure(person.figure, trunk, {side: arm_at(tracks[side], t) for side in Side}, np.zeros(3)),
                acting.coefficients[frame],
                acting.gaze[frame],
            )
            for frame, (t, trunk) in enumerate(zip(times, trunks, strict=True))
        ]
        wall, quality = random_wall(rng, camera.size), studio_quality(rng)
        pictures = [
            degrade(rng, self._studio.picture(person, scene, camera, wall, region_of(camera, scene.body)), quality)
            for scene in scenes
        ]
        self._studio.leave(person)
        faces = list(zip(acting.coefficients, acting.gaze, strict=True))
        return _kept(compress(pictures, fps, quality.crf), fps, person, camera, scenes, faces) | {
            "time": times,
            "kind": np.full(FRAMES, kind),
            "character": np.array(person.name),
            "size": np.array(camera.size),
        }

    def _passing(
        self, rng: Random, person: Person, camera: StageCamera, motion: Choreography, end: float
    ) -> dict[Side, ArmTrack]:
        """Hands that go before the face and away again, now and then."""
        stops: dict[Side, list[Stop]] = {side: [Stop(-0.6, 0.0, arm_at(motion.arms[side], 0.0))] for side in Side}
        time = rng.uniform(0.2, 0.5)
        while time < end:
            arms = self._covering(rng, person, camera, motion.trunk(time))
            for side in Side:
                stops[side].append(Stop(time, float(rng.uniform(0.05, 0.3)), arms[side]))
                away = arm_at(motion.arms[side], time)
                stops[side].append(Stop(time + rng.uniform(0.7, 1.0), 0.0, away))
            time += rng.uniform(1.1, 1.6)
        for side in Side:
            stops[side].append(Stop(time + 2, 0.0, stops[side][0].arm))
        return {side: arm_track(stops[side]) for side in Side}


def nodding(rng: Random, times: Array) -> Array:
    """(F,3) turns of a head that nods, shakes and looks aside, radians."""
    size = np.radians([9.0, 6.0, 18.0]) * rng.uniform(0.3, 1.2, 3)
    slow = np.sin(2 * np.pi * rng.uniform(0.1, 0.5, 3) * times[:, None] + rng.uniform(0, 7, 3))
    quick = np.sin(2 * np.pi * rng.uniform(1.2, 2.0, 3) * times[:, None] + rng.uniform(0, 7, 3))
    shown = np.sin(2 * np.pi * 0.25 * times + rng.uniform(0, 7)) > 0.5
    return size * slow + np.radians([3.0, 0.0, 4.0]) * quick * shown[:, None]


def _kept(
    pictures: list[Image],
    fps: float | None,
    person: Person,
    camera: StageCamera,
    scenes: list[Scene],
    faces: list[tuple[Array, Array]],
) -> Arrays:
    """What the detector says, and the truth."""
    rows = detect(pictures, fps, second_look=fps is not None)
    return {
        "points": np.stack([row.face.points for row in rows]),
        "scores": np.stack([row.face.scores for row in rows]),
        "keypoints": np.stack([row.points for row in rows]),
        "confidence": np.stack([row.confidence for row in rows]),
        "coefficients": np.stack([values for values, _ in faces]).astype(np.float32),
        "gaze": np.stack([gaze for _, gaze in faces]).astype(np.float32),
        "turn": np.stack([head_turn(camera, scene) for scene in scenes]).astype(np.float32),
        "covered": np.array([covered(person, scene, camera) for scene in scenes], np.float32),
    }


def main() -> None:
    """Render what is not there yet."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.faces.render", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of characters/, faces/ and hands/")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--set", choices=tuple(SETS), default="train")
    parser.add_argument("--count", type=int, required=True, help="people, or clips")
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    prepare_process()
    renderer = FaceRenderer(arguments.data, arguments.set)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for number in range(arguments.first, arguments.first + arguments.count):
        path = arguments.out / f"{arguments.set}_{number:05d}.npz"
        if path.exists():
            continue
        started = time.monotonic()
        rng = np.random.default_rng([number, list(SETS).index(arguments.set), 14])
        arrays = renderer.clip(rng, number) if SETS[arguments.set].clips else renderer.person(rng)
        with written_whole(path) as draft, draft.open("wb") as file:
            np.savez_compressed(file, **arrays)
        found = arrays["points"].any((1, 2)).mean()
        _log.info("%s %.1f s, found %.2f", path.name, time.monotonic() - started, found)
    sys.stdout.flush()
    # A bpy process can hang at exit.
    os._exit(0)


if __name__ == "__main__":
    main()
