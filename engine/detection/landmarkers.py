"""MediaPipe's landmarkers behind one call, their failures as ModelError."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError
from ..face.landmarks import FACE_POINTS, FaceRow
from ..face.names import FACE_NAMES
from ..geometry.arrays import Image
from ..keypoints import Row
from .closes import Closes

MODELS_DIR = Path(__file__).resolve().parent / "models"
BUNDLES = {
    "holistic_landmarker.task": "a704db147530d58b3acb99c5b6fbed0867045c45285ec3387f53095fc126481c",
    "hand_landmarker.task": "b7575568261d7f91cef27f52493b1b54d39d6622c3389110d217a48211d64832",
}
"""Bundle to sha256 of what `engine.packaging.models` builds with flatbuffers 25.12.19 (others may pack otherwise), and
so of what MODELS_DIR holds; of bundles in a folder of the user's choice only the structure counts.

The Holistic bundle also serves PoseLandmarker: the two names it asks for are in it.
"""


@dataclass(frozen=True)
class Task:
    """A kind of landmarker: MediaPipe's class, and the bundle that it reads."""

    name: str
    bundle: str


HOLISTIC = Task("HolisticLandmarker", "holistic_landmarker.task")
HANDS = Task("HandLandmarker", "hand_landmarker.task")
POSES = Task("PoseLandmarker", "holistic_landmarker.task")
"""The Holistic bundle holds both models of the pose bundle under the same names."""


class Landmark(Protocol):
    """A point of a result, relative to the picture's width and height."""

    x: float
    y: float
    z: float
    visibility: float | None
    presence: float | None


class Category(Protocol):
    """A coefficient of a result."""

    category_name: str
    score: float


class Landmarker(Closes):
    """A running landmarker of one task, for the frames of one video or for unrelated pictures.

    Its graph is dead after any error: it is created again once, a second error is a ModelError.
    """

    def __init__(self, task: Task, models: Path, *, video: bool, **options: Any) -> None:
        self._task, self._models, self._video, self._options = task, models, video, options
        self._milliseconds = -1
        self._landmarker: Any = self._create()

    def __call__(self, image: Image, time: float) -> Any:
        """MediaPipe's result for an (H,W,3) RGB image shown at time (s, only counts in videos)."""
        self._milliseconds = max(self._milliseconds + 1, round(time * 1000))
        try:
            return self._run(image)
        except (RuntimeError, ValueError):
            self.close()
            self._landmarker = self._create()
        try:
            return self._run(image)
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{self._task.name} failed twice at {time:.2f} s ({error}).") from error

    def close(self) -> None:
        """Free the landmarker; MediaPipe complains about one that is left to the interpreter's end."""
        self._landmarker.close()

    def _create(self) -> Any:
        bundle = self._models / self._task.bundle
        try:
            # Read here: MediaPipe itself cannot open every path of every system.
            data = bundle.read_bytes()
        except OSError as error:
            raise ModelError(f"The model {bundle} cannot be read ({error.strerror}); {_REMEDY}.") from error
        if self._models == MODELS_DIR and hashlib.sha256(data).hexdigest() != BUNDLES[bundle.name]:
            raise ModelError(f"The model {bundle} is not the one that was built, or damaged; {_REMEDY}.")
        vision, base = _mediapipe("tasks.python.vision"), _mediapipe("tasks.python.core.base_options")
        mode = vision.RunningMode.VIDEO if self._video else vision.RunningMode.IMAGE
        asset = base.BaseOptions(model_asset_buffer=data)
        options = getattr(vision, f"{self._task.name}Options")(base_options=asset, running_mode=mode, **self._options)
        try:
            return getattr(vision, self._task.name).create_from_options(options)
        except (RuntimeError, ValueError, FileNotFoundError) as error:
            raise ModelError(f"The model {bundle} is damaged or of another kind ({error}); {_REMEDY}.") from error
        except OSError as error:
            raise ModelError(f"MediaPipe's library cannot be loaded ({error}); {_LIBRARIES}.") from error

    def _run(self, image: Image) -> Any:
        mediapipe = _mediapipe("")
        picture = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(image))
        if self._video:
            return self._landmarker.detect_for_video(picture, self._milliseconds)
        return self._landmarker.detect(picture)


_REMEDY = "build it with `python -m engine.packaging.models`, or name a folder that holds the official bundles"
_LIBRARIES = "on Debian and Ubuntu install libegl1 and libgles2"


def to_pixels(landmarks: Sequence[Landmark], image: Image) -> NDArray[np.float32]:
    """(N,2) pixels of the image; MediaPipe's 0..1 spans the whole of it."""
    height, width = image.shape[:2]
    return np.array([(p.x * width, p.y * height) for p in landmarks], np.float32)


def fill(row: Row, part: slice, landmarks: Sequence[Landmark], world: Sequence[Landmark], image: Image) -> None:
    """Enter a result's landmarks of one part into a row, all but their confidence."""
    row.points[part] = to_pixels(landmarks, image)
    row.depth[part] = [p.z * image.shape[1] for p in landmarks]
    row.world[part] = [(p.x, p.y, p.z) for p in world]


def fill_face(row: FaceRow, landmarks: Sequence[Landmark], blendshapes: Sequence[Category], image: Image) -> None:
    """Enter a result's face into a row."""
    height, width = image.shape[:2]
    kept = (landmarks[point] for point in FACE_POINTS)
    row.points[:] = [(p.x * width, p.y * height, p.z * width) for p in kept]
    scores = {shape.category_name: shape.score for shape in blendshapes}
    row.scores[:] = [scores.get(name, 0.0) for name in FACE_NAMES]


def _mediapipe(module: str) -> Any:
    try:
        return importlib.import_module(f"mediapipe.{module}".rstrip("."))
    except ImportError as error:
        raise ModelError(f"MediaPipe cannot be imported ({error}).") from error
