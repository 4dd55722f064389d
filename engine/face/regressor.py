"""What a face does, frame by frame, from its points and from what MediaPipe's network makes of them.

Points are posed out of the head's rotation, the person's own neutral is taken off them and off MediaPipe's scores, and a
small network, learnt from rendered faces, tells coefficients and looks of what is left (`engine/training/faces`).
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from ..errors import ModelError
from ..files import read_arrays
from ..geometry.arrays import Array, Mask, check_shapes
from ..geometry.rotations import rotation_vector
from ..network import Network, read_layers
from .face import GAZE_LIMITS
from .frontal import Frontal, frontal, mirrored_points, mirrored_rotations
from .landmarks import FACE_POINTS, FaceLandmarks
from .looks import IS_LOOK, look_coefficients
from .names import FACE_NAMES, mirrored_coefficient
from .rest import NAME_REGIONS, POINT_REGIONS, at_rest

WEIGHTS = Path(__file__).resolve().parent / "weights"
#: Features, and what the network tells: coefficients, then looks in units of `LOOK`.
FEATURES, OUTPUTS = 3 * len(FACE_POINTS) + 2 * len(FACE_NAMES) + 4, len(FACE_NAMES) + 4
LOOK = 0.3
#: How much larger than the outer corners of the eyes are apart the unit of features is made.
_SCALE = 8.0
#: Fewer pictures than these tell nothing of the person's neutral: the mean face stands in for it.
_FEW = 10
#: What is less at rest than this percentile, before the neutral is known.
_LOW = 10
_MIRRORED_NAMES = [FACE_NAMES.index(mirrored_coefficient(name)) for name in FACE_NAMES]


@dataclass(frozen=True)
class Told:
    """What N pictures of one person's face tell, each by itself, the person's own neutral taken off."""

    coefficients: Array
    """(N,52), 0..1."""
    gaze: Array
    """(N,2,2) radians, as `Face.gaze`; of an eye that is shut without meaning."""
    neutral: Array
    """(52,) what was taken off: the coefficients of the person at rest, as told beside the mean face."""

    def __post_init__(self) -> None:
        count, names = len(self.coefficients), len(FACE_NAMES)
        check_shapes(self, coefficients=(count, names), gaze=(count, 2, 2), neutral=(names,))


@dataclass(frozen=True)
class Rest:
    """A face at rest, or one for each of N pictures."""

    points: Array
    """(...,P,3) frontal."""
    scores: Array
    """(...,52) of MediaPipe's network."""
    known: Array
    """(...,) 1 where it is the person's own, 0 where it is the mean face."""


@dataclass(frozen=True)
class Regressor:
    """What was learnt."""

    mean: Rest
    """The mean face: it stands upright, is alike on both sides, and its eyes' outer corners are 1 apart."""
    heard: Mask
    """(52,) which coefficients are told; the others cannot be told from points and stay 0."""
    network: Network


@cache
def load_regressor() -> Regressor:
    """Read the weights. Raises ModelError where a file is missing or damaged."""
    path = WEIGHTS / "mean_face.npz"
    try:
        stored = read_arrays(path)
        mean = Rest(stored["points"].astype(float), stored["scores"].astype(float), np.zeros(()))
        heard = stored["heard"].astype(bool)
    except (ValueError, KeyError) as error:
        raise ModelError(f"The file {path} is missing or damaged; install Sign Mocap again.") from error
    return Regressor(mean, heard, read_layers(WEIGHTS / "coefficients.npz", FEATURES, OUTPUTS))


def features(face: Frontal, scores: Array, rest: Rest) -> Array:
    """(N,FEATURES) of N faces with scores (N,52) beside how they rest."""
    count = len(scores)
    points = _SCALE * (face.points - rest.points).reshape(count, -1)
    known = np.broadcast_to(rest.known, count)[:, None]
    return np.concatenate([points, scores - rest.scores, scores, rotation_vector(face.rotations), known], axis=1)


def mirrored_face(face: Frontal, scores: Array, rest: Rest) -> tuple[Frontal, Array, Rest]:
    """The same in a mirror."""
    turned = Frontal(mirrored_points(face.points), mirrored_rotations(face.rotations), face.sizes)
    own = Rest(mirrored_points(rest.points), mirrored_names(rest.scores), rest.known)
    return turned, mirrored_names(scores), own


def mirrored_names(values: Array) -> Array:
    """Coefficients (...,52) of the mirrored face."""
    return values[..., _MIRRORED_NAMES]


def mirrored_outputs(raw: Array) -> Array:
    """The network's outputs (...,OUTPUTS) of the mirrored face: eyes change places, yaws their sign."""
    names = len(FACE_NAMES)
    looks = raw[..., [names + 2, names + 3, names, names + 1]] * [-1.0, 1.0, -1.0, 1.0]
    return np.concatenate([mirrored_names(raw[..., :names]), looks], axis=-1)


def told_by(landmarks: FaceLandmarks) -> Told:
    """Of pictures that all show the face of one person."""
    regressor = load_regressor()
    face, scores = frontal(landmarks.points, regressor.mean.points), landmarks.scores.astype(float)
    rest = person_at_rest(regressor, face, scores)
    raw = _outputs(regressor, face, scores, rest)
    own = frontal_of(rest)
    neutral, _ = _split(regressor, _outputs(regressor, own, rest.scores[None], regressor.mean))
    coefficients, gaze = _split(regressor, raw)
    return Told(coefficients, gaze, neutral[0])


def person_at_rest(regressor: Regressor, face: Frontal, scores: Array) -> Rest:
    """How the person of N faces rests; the mean face where they are too few to tell."""
    if len(scores) < _FEW:
        return regressor.mean
    acting, _ = _split(regressor, _outputs(regressor, face, scores, regressor.mean))
    acting = np.maximum(acting - np.percentile(acting, _LOW, axis=0), 0)
    rest = regressor.mean
    for _ in range(2):
        rest = Rest(at_rest(face.points, POINT_REGIONS, acting), at_rest(scores, NAME_REGIONS, acting), np.ones(()))
        acting, _ = _split(regressor, _outputs(regressor, face, scores, rest))
    return rest


def frontal_of(rest: Rest) -> Frontal:
    """A face at rest as one that was seen."""
    return Frontal(rest.points[None], np.eye(3)[None], np.ones(1))


def _outputs(regressor: Regressor, face: Frontal, scores: Array, rest: Rest) -> Array:
    """(N,OUTPUTS) the mean of what the network tells of faces and, mirrored back, of their mirror images."""
    seen = regressor.network(features(face, scores, rest))
    other = regressor.network(features(*mirrored_face(face, scores, rest)))
    return 0.5 * (seen + mirrored_outputs(other))


def _split(regressor: Regressor, raw: Array) -> tuple[Array, Array]:
    """Outputs as coefficients (N,52), within 0..1, and gaze (N,2,2), within its limits."""
    names = len(FACE_NAMES)
    gaze = np.clip(LOOK * raw[:, names:].reshape(-1, 2, 2), *GAZE_LIMITS.T)
    values = np.where(IS_LOOK, look_coefficients(gaze), np.clip(raw[:, :names], 0, 1) * regressor.heard)
    return values, gaze
