"""Draws people whose faces act, and detects them: pictures are thrown away, points and the truth kept."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ...detection.holistic import Holistic
from ...detection.landmarkers import MODELS_DIR
from ...geometry.arrays import Array, Image, Index, check_shapes
from ...geometry.rotations import CAMERA_FROM_BLENDER
from ...keypoints import Row, Side
from ..acting.figure import BONE, BONES, Figure, load_figure
from ..acting.pose import Posed
from ..rendering.render_clips import FIGURES, shrink_over
from ..rendering.scenery import random_look
from ..rendering.skin import Skin, bind_skin, skin_vertices
from ..rendering.stage import Actor, draw, dress, empty_stage, enter_actor, leave_actor, place_camera
from ..rendering.stage_camera import StageCamera
from .expressions import INDEX, mirrored_values
from .shapes import Head, blended, faced, load_head, read_shapes, reshaped

Random = np.random.Generator

#: Drawn as many times as large, and shrunk: pictures of small things, and of large ones.
_OVERSAMPLE, _ENOUGH = 1.7, 420
_MOUTH_COLOURS = {"teeth": (0.85, 0.82, 0.75), "tongue": (0.6, 0.2, 0.2), "cavity": (0.12, 0.02, 0.02)}
_IRISES = ((0.08, 0.04, 0.02), (0.2, 0.1, 0.04), (0.12, 0.2, 0.3), (0.15, 0.22, 0.12), (0.25, 0.27, 0.28))
#: A hand covers a point of the face that lies behind one of its own within this share of the face's height.
_COVERS = 0.04


@dataclass(frozen=True)
class Person:
    """A figure in the scene with a face of its own."""

    name: str
    head: Head
    skin: Skin
    actor: Actor
    mouth: Any
    """Blender's object of teeth and tongue."""
    front: Index
    """Vertices of the face, as it is seen from the front."""
    hands: dict[Side, Index]

    @property
    def figure(self) -> Figure:
        """The body."""
        return self.head.figure


@dataclass(frozen=True)
class Scene:
    """What is drawn of a person: the mesh as it is posed, V and M vertices, world, metres."""

    body: Array
    """(V,3)."""
    mouth: Array
    """(M,3)."""
    turn: Array
    """(3,3) of the head, away from rest."""

    def __post_init__(self) -> None:
        check_shapes(self, body=(len(self.body), 3), mouth=(len(self.mouth), 3), turn=(3, 3))


class FaceStudio:
    """A stage on which one person after the other stands."""

    def __init__(self, data: Path) -> None:
        self._data, self.stage = data, empty_stage()
        self._figures: dict[str, Figure] = {}

    def enter(self, rng: Random, split: str, *, own_face: bool) -> Person:
        """Somebody of a split's characters: as made, or with a face mixed of theirs and stretched."""
        people = FIGURES[split]
        name = people[rng.integers(len(people))]
        actor = enter_actor(self.stage, self._data / "characters" / f"{name}.blend")
        head = load_head(self._data, actor.figure, actor.body)
        if not own_face:
            others = {other: (self._figure(other), float(rng.normal(0, 0.3))) for other in people if other != name}
            head = blended(self._data, head, others)
        rest = np.zeros(len(head.shapes)) if own_face else _resting(rng)
        stretch = np.ones(3) if own_face else np.clip(rng.normal(1, 0.04, 3), 0.9, 1.1)
        head = reshaped(head, rest, stretch)
        mouth = self._dress(rng, actor, name)
        part = {
            side: np.flatnonzero(head.figure.weights[:, _columns(f"{side}_", ("hand", "1", "2", "3"))].sum(1) > 0.6)
            for side in Side
        }
        return Person(name, head, bind_skin(head.figure), actor, mouth, _front(head), part)

    def leave(self, person: Person) -> None:
        """Take somebody off the stage."""
        leave_actor(person.actor)
        mesh = person.mouth.data
        materials = list(mesh.materials)
        bpy.data.objects.remove(person.mouth)
        bpy.data.batch_remove((mesh, *materials))

    def _figure(self, name: str) -> Figure:
        if name not in self._figures:
            self._figures[name], body = load_figure(self._data / "characters" / f"{name}.blend")
            bpy.data.objects.remove(body)
        return self._figures[name]

    def _dress(self, rng: Random, actor: Actor, name: str) -> Any:
        """Colours, an inside of the mouth; gives the object of teeth and tongue."""
        look = random_look(rng)
        iris = np.clip(np.array(_IRISES[rng.integers(len(_IRISES))]) * rng.normal(1, 0.15, 3), 0.005, 1)
        dress(self.stage, actor, replace(look, colours={**look.colours, "iris": (iris[0], iris[1], iris[2])}))
        return add_mouth(self.stage, actor.body.data, name, self._data)

    def picture(self, person: Person, scene: Scene, camera: StageCamera, under: Image, region: Array) -> Image:
        """The picture `under` (H,W,3) with the person drawn over a region of it: left, top, right, bottom."""
        left, top, right, bottom = region
        for thing, vertices in ((person.actor.body, scene.body), (person.mouth, scene.mouth)):
            thing.data.vertices.foreach_set("co", np.ascontiguousarray(vertices, np.float32).ravel())
            thing.data.update()
        aim_at_region(self.stage, camera, region)
        picture = under.copy()
        part = (slice(top, bottom), slice(left, right))
        picture[part] = shrink_over(draw(self.stage), under[part])
        return picture


def add_mouth(scene: Any, body: Any, name: str, data: Path) -> Any:
    """Colour the inside of a character's mouth, a part of its mesh, and add an object of teeth and tongue."""
    stored = read_shapes(data)
    mesh: Any = bpy.data.meshes.new("mouth")
    mesh.from_pydata(stored[f"{name}/mouth_vertices"].tolist(), [], stored["mouth/faces"].tolist())
    mouth: Any = bpy.data.objects.new("mouth", mesh)
    scene.collection.objects.link(mouth)
    for part, colour in _MOUTH_COLOURS.items():
        material: Any = bpy.data.materials.new(part)
        material.diffuse_color = (*colour, 1.0)
        (body if part == "cavity" else mesh).materials.append(material)
    for polygon in mesh.polygons:
        polygon.use_smooth = True
        polygon.material_index = int(stored["mouth/part"][polygon.vertices[0]] == 2)
    for face in stored[f"{name}/cavity_faces"].tolist():
        body.polygons[face].material_index = len(body.materials) - 1
    return mouth


def _columns(prefix: str, ends: tuple[str, ...]) -> list[int]:
    return [row for row, name in enumerate(BONES) if name.startswith(prefix) and name.endswith(ends)]


def _front(head: Head) -> Index:
    """Skin of the face before the ears."""
    figure = head.figure
    eyes = np.stack([figure.vertices[ball].mean(0) for ball in head.eyeballs]).mean(0)
    own = figure.vertices - eyes
    near = (np.abs(own[:, 0]) < 0.065) & (own[:, 1] < 0.025) & (own[:, 2] < 0.05) & (own[:, 2] > -0.11)
    return np.flatnonzero(near & (head.share[:, 0] > 0.9))


def _resting(rng: Random) -> Array:
    """(52,) signed: faces differ at rest in what they also do, alike on both sides for the most part."""
    own = rng.normal(0, 0.12, len(INDEX)) * (rng.random(len(INDEX)) < 0.5)
    own[[INDEX[name] for name in ("mouthClose", "tongueOut", "jawOpen", "jawLeft", "jawRight")]] *= 0.1
    own[[INDEX[name] for name in ("eyeBlinkLeft", "eyeBlinkRight", "mouthLeft", "mouthRight")]] *= 0.5
    return 0.5 * (own + mirrored_values(own)) + 0.15 * own


def aim_at_region(stage: Any, camera: StageCamera, region: Array) -> None:
    """Give Blender's camera the view of a rectangle of `camera`'s picture alone: it draws that much faster."""
    left, top, right, bottom = (float(edge) for edge in region)
    place_camera(stage, camera)
    stage.render.use_border = False
    data, width = stage.camera.data, right - left
    data.lens = float(camera.pinhole.focal[0]) / width * data.sensor_width
    data.sensor_fit = "HORIZONTAL"
    data.shift_x = ((left + right) / 2 - camera.size[0] / 2) / width
    data.shift_y = -((top + bottom) / 2 - camera.size[1] / 2) / width
    larger = min(max(_ENOUGH / max(width, bottom - top), 1.2), _OVERSAMPLE)
    stage.render.resolution_x = round(width * larger)
    stage.render.resolution_y = round((bottom - top) * larger)


def act(person: Person, posed: Posed, coefficients: Array, gaze: Array) -> Scene:
    """A person in a pose, with a face."""
    rest, mouth = faced(person.head, coefficients, gaze)
    body = skin_vertices(replace(person.skin, vertices=rest.astype(np.float32)), person.figure, posed)
    head = BONE["head"]
    turn = posed.rotations[head]
    inside = posed.heads[head] + (mouth - person.figure.heads[head]) @ turn.T
    return Scene(body, inside, turn)


def region_of(camera: StageCamera, vertices: Array) -> Array:
    """(4,) left, top, right, bottom of the picture's part, in even pixels, that holds vertices (N,3)."""
    pixels, size = camera.pinhole.project(camera.to_camera(vertices)), np.array(camera.size)
    low = np.clip(pixels.min(0) - 4, 0, size - 16).astype(int) // 2 * 2
    high = np.minimum((np.clip(pixels.max(0) + 4, low + 8, size).astype(int) + 1) // 2 * 2, size)
    return np.concatenate([low, high])


def head_turn(camera: StageCamera, scene: Scene) -> Array:
    """(3,3) of the head in the camera's frame; nothing where it faces along the camera's axis."""
    return camera.rotation @ scene.turn @ CAMERA_FROM_BLENDER.T


def covered(person: Person, scene: Scene, camera: StageCamera) -> float:
    """The share of the face's front that a hand is before."""
    face = camera.to_camera(scene.body[person.front])
    hand = camera.to_camera(scene.body[np.concatenate(list(person.hands.values()))])
    pixels, others = camera.pinhole.project(face), camera.pinhole.project(hand)
    near = _COVERS * np.ptp(pixels[:, 1])
    others = others[(others > pixels.min(0) - near).all(1) & (others < pixels.max(0) + near).all(1)]
    if not len(others) or hand[:, 2].min() > face[:, 2].min():
        return 0.0
    apart = np.abs(pixels[::2, None] - others[None, ::2]).max(-1).min(1)
    return float((apart < near).mean())


def detect(pictures: list[Image], fps: float | None, *, second_look: bool) -> list[Row]:
    """Of the frames of a clip, or of unrelated pictures of one size where `fps` is None."""
    with Holistic(MODELS_DIR, video=fps is not None, second_look=second_look, face=True) as detector:
        return [detector(picture, frame / (fps or 1)) for frame, picture in enumerate(pictures)]
