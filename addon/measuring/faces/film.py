"""A film of a rendered signer, whom no network has learnt from, whose face does one thing after another."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ....engine.face.names import FACE_NAMES
from ....engine.geometry.arrays import Array
from ....engine.keypoints import Side
from ....engine.training.acting.handshape import load_asl
from ....engine.training.acting.pose import Arm, Trunk, pose_figure
from ....engine.training.faces.expressions import eased, with_look
from ....engine.training.faces.studio import FaceStudio, act, region_of
from ....engine.training.rendering.scenery import write_video
from ....engine.training.rendering.stage_camera import aim_camera

FPS, SIZE = 30, (720, 720)
#: Seconds: at rest before each moment, from there to it, and how long it stays.
_REST, _GO, _STAY = 0.5, 0.2, 0.4
_LONG = _REST + 2 * _GO + _STAY
_WALL = np.array([176, 182, 180], np.uint8)
#: Dark, so that one sees where the eyes look.
_IRIS = (0.04, 0.02, 0.01, 1.0)
#: A person of the split "test", as its colours fall.
_SEED = 7
#: Metres: of the person how much is seen, and from how far.
_SEEN, _DISTANCE = 0.62, 1.2


@dataclass(frozen=True)
class Moment:
    """What a face does; a name without a side means both."""

    coefficients: dict[str, float]
    look: tuple[float, float] = (0.0, 0.0)
    """Degrees, to the person's left and up."""
    turn: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Degrees of the head, as `Trunk.head`."""

    @property
    def values(self) -> Array:
        """(52,)."""
        known = self.coefficients
        both = (name.removesuffix("Left").removesuffix("Right") for name in FACE_NAMES)
        return np.array([known.get(name, known.get(part, 0.0)) for name, part in zip(FACE_NAMES, both, strict=True)])


MOMENTS = (
    Moment({}),
    Moment({"browInnerUp": 0.9, "browOuterUp": 0.9, "eyeWide": 0.5, "jawOpen": 0.35}),
    Moment({"mouthSmile": 0.8, "cheekSquint": 0.4, "eyeSquint": 0.3}, look=(24, 0)),
    Moment({"eyeBlink": 1.0, "mouthPress": 0.5}),
    Moment({"browDown": 0.9, "mouthPucker": 0.9, "mouthFunnel": 0.3}, turn=(0, 0, 14)),
    Moment({"jawOpen": 0.85, "browInnerUp": 0.4}, look=(-20, -8)),
)
#: Frames in which the moments are there.
FRAMES = tuple(round(FPS * (_LONG * number + _REST + _GO + _STAY / 2)) for number in range(len(MOMENTS)))


def make_film(data: Path, video: Path) -> None:
    """Write the film; `data` is the folder of characters/, faces/ and hands/."""
    studio = FaceStudio(data)
    person = studio.enter(np.random.default_rng(_SEED), "test", own_face=True)
    iris = person.figure.materials.index("iris")
    person.actor.body.data.materials[iris].diffuse_color = _IRIS
    times = np.arange(round(FPS * (_LONG * len(MOMENTS) + _REST))) / FPS
    coefficients = acted(times, [moment.values for moment in MOMENTS])
    looks = np.radians(acted(times, [np.array(moment.look) for moment in MOMENTS]))
    turns = np.radians(acted(times, [np.array(moment.turn) for moment in MOMENTS]))
    hanging = Arm(np.array([0.06, 0.12, -0.45]), 0.2, np.zeros(3), load_asl(data / "hands")["rest"])
    top = float(person.figure.vertices[:, 2].max())
    camera = aim_camera(
        np.array([0.0, -0.08, 1.05 * top - _SEEN / 2]), _DISTANCE, np.zeros(3), SIZE[1] * _DISTANCE / _SEEN, SIZE
    )
    under, pictures = np.full((*SIZE[::-1], 3), _WALL), []
    for values, look, turn in zip(coefficients, looks, turns, strict=True):
        gaze = np.tile(look, (2, 1))
        trunk = Trunk(np.zeros(3), np.zeros(3), turn)
        posed = pose_figure(person.figure, trunk, dict.fromkeys(Side, hanging), np.zeros(3))
        scene = act(person, posed, with_look(values, gaze), gaze)
        pictures.append(studio.picture(person, scene, camera, under, region_of(camera, scene.body)))
    write_video(str(video), pictures, FPS, 20, "slow")


def acted(times: Array, values: list[Array]) -> Array:
    """(F,...) at times (F,), s, what is 0 at rest and one of some values (...) in each moment."""
    keys = [(-1.0, 0 * values[0])]
    for number, value in enumerate(values):
        marks = _LONG * number + np.cumsum([_REST, _GO, _STAY, _GO])
        keys += zip(marks.tolist(), (0 * value, value, value, 0 * value), strict=True)
    return eased(times, [*keys, (float(times[-1]) + 1, 0 * values[0])])
