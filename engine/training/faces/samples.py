"""Rendered faces as they are learnt from and measured on."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...face.landmarks import FACE_POINTS, FaceLandmarks
from ...face.names import FACE_NAMES
from ...files import read_arrays
from ...geometry.arrays import Array, Index, check_shapes


@dataclass(frozen=True)
class Faces:
    """N detected faces and what they truly do."""

    points: Array
    """(N,P,3) pixels, as `FaceLandmarks.points`."""
    scores: Array
    """(N,52) of MediaPipe's network."""
    coefficients: Array
    """(N,52)."""
    gaze: Array
    """(N,2,2) radians."""
    turns: Array
    """(N,3,3) of the heads, camera frame."""
    covered: Array
    """(N,) the share of the face's front behind a hand."""
    kind: Index
    """(N,) place in `render.KINDS`."""
    person: Index
    """(N,) number of the person, or of the clip."""
    time: Array
    """(N,) seconds, of clips."""

    def __post_init__(self) -> None:
        count, names = len(self.person), len(FACE_NAMES)
        check_shapes(self, points=(count, len(FACE_POINTS), 3), scores=(count, names), coefficients=(count, names))
        check_shapes(self, gaze=(count, 2, 2), turns=(count, 3, 3), covered=(count,), kind=(count,), time=(count,))

    def rows(self, own: NDArray[Any]) -> "Faces":
        """Some of them."""
        return replace(self, **{name: value[own] for name, value in vars(self).items()})

    @property
    def landmarks(self) -> FaceLandmarks:
        """What is detected."""
        return FaceLandmarks(self.points.astype(np.float32), self.scores.astype(np.float32))

    @property
    def seen(self) -> NDArray[np.bool_]:
        """(N,) whether a face was found."""
        return self.landmarks.seen

    @property
    def people(self) -> list[NDArray[np.bool_]]:
        """(N,) for each of the people, those that show them."""
        return [self.person == number for number in np.unique(self.person)]


def load_faces(folder: Path, name: str) -> Faces:
    """All files of a set that `render` wrote, also where no face was found."""
    fields: dict[str, list[Any]] = {}
    for person, path in enumerate(sorted(folder.glob(f"{name}_[0-9]*.npz"))):
        stored = read_arrays(path)
        count, points = len(stored["scores"]), stored["points"]
        own = {
            "points": points if points.shape[1] == len(FACE_POINTS) else points[:, list(FACE_POINTS)],
            "scores": stored["scores"],
            "coefficients": stored["coefficients"],
            "gaze": stored["gaze"],
            "turns": stored["turn"],
            "covered": stored["covered"],
            "kind": stored["kind"].astype(np.intp),
            "person": np.full(count, person, np.intp),
            "time": stored.get("time", np.zeros(count)),
        }
        for field, value in own.items():
            fields.setdefault(field, []).append(value)
    return Faces(**{field: np.concatenate(values) for field, values in fields.items()})
