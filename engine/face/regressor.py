"""What a face does, frame by frame, from its points and from what MediaPipe's network makes of them.

Points are posed out of the head's rotation, the person's own neutral is taken off them and off MediaPipe's scores, and
a small network, learnt from rendered faces, tells coefficients and looks of what is left (`engine/training/faces`).
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from ..digests import check_sum
from ..errors import ModelError
from ..files import read_arrays
from ..geometry.arrays import Array, Mask, check_shapes
from ..geometry.rotations import rotation_vector
from ..network import Network, read_layers
from .face import GAZE_LIMITS
from .frontal import Frontal, frontal, mirrored_points, mirrored_rotations
from .gaze import Sight, gaze_of
from .landmarks import FACE_POINTS, FaceLandmarks
from .looks import IS_LOOK, look_coefficients
from .names import FACE_NAMES, mirrored_coefficient
from .rest import NAME_REGIONS, POINT_REGIONS, at_rest

WEIGHTS = Path(__file__).resolve().parent / "weights"
#: Features, and what the network tells: coefficients, of which those of looks are not used.
FEATURES, OUTPUTS = 3 * len(FACE_POINTS) + 2 * len(FACE_NAMES) + 4, len(FACE_NAMES)
#: How much larger than the outer corners of the eyes are apart the unit of features is made.
_SCALE = 8.0
#: Fewer pictures than these tell nothing of the person's neutral: the mean face stands in for it.
_FEW = 10
#: What is less at rest than this percentile, before the neutral is known.
_LOW = 10
_BLINKS = [FACE_NAMES.index(f"eyeBlink{side}") for side in ("Left", "Right")]
#: An eye whose lids are told to be shut more than this has no gaze.
_SHUT = 0.5
_MIRRORED_NAMES = [FACE_NAMES.index(mirrored_coefficient(name)) for name in FACE_NAMES]


@dataclass(frozen=True)
class Told:
    """What N pictures of one person's face tell, each by itself, the person's own neutral taken off."""

    coefficients: Array
    """(N,52), 0..1."""
    gaze: Array
    """(N,2,2) radians, as `Face.gaze`."""
    open: Mask
    """(N,2) whether the left and the right eye are open; the gaze of one that is not means nothing."""
    neutral: Array
    """(52,) what was taken off: the coefficients of the person at rest, as told beside the mean face."""

    def __post_init__(self) -> None:
        count, names = len(self.coefficients), len(FACE_NAMES)
        check_shapes(self, coefficients=(count, names), gaze=(count, 2, 2), open=(count, 2), neutral=(names,))


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
    """(52,) which coefficients the network tells."""
    lent: Mask
    """(52,) which MediaPipe's own network tells instead; all others cannot be told from points and stay 0."""
    least: Array
    """(52,) what is told below this means nothing, and is taken off."""
    gain: Array
    """(52,) by which the rest is multiplied: smaller where it is less sure, above 1 where the network hedges."""
    network: Network
    sight: Sight


@cache
def load_regressor() -> Regressor:
    """Read the weights. Raises ModelError where a file is missing or damaged."""
    path = WEIGHTS / "mean_face.npz"
    try:
        check_sum(path)
        stored = {name: values.astype(float) for name, values in read_arrays(path).items()}
        mean = Rest(stored["points"], stored["scores"], np.zeros(()))
        heard, lent = stored["heard"].astype(bool), stored["lent"].astype(bool)
        least, gain = stored["least"], stored["gain"]
        sight = Sight(stored["sight_rest"], stored["sight_scale"], stored["sight_weights"])
    except (ValueError, KeyError) as error:
        raise ModelError(f"The file {path} is missing or damaged; install Sign Mocap again.") from error
    network = read_layers(WEIGHTS / "coefficients.npz", FEATURES, OUTPUTS)
    return Regressor(mean, heard, lent, least, gain, network, sight)


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


def told_by(landmarks: FaceLandmarks) -> Told:
    """Of pictures that all show the face of one person."""
    regressor = load_regressor()
    face, scores = frontal(landmarks.points, regressor.mean.points), landmarks.scores.astype(float)
    rest = person_at_rest(regressor, face, scores)
    values = _told(regressor, face, scores, rest)
    at_rest_alone = Frontal(rest.points[None], np.eye(3)[None], np.ones(1))
    neutral = _told(regressor, at_rest_alone, rest.scores[None], regressor.mean)[0]
    gaze = np.clip(gaze_of(regressor.sight, face, scores, own_rest=bool(rest.known)), *GAZE_LIMITS.T)
    values = values * regressor.heard + regressor.lent * without_rest(scores, rest.scores)
    values = np.clip(regressor.gain * np.maximum(values - regressor.least, 0), 0, 1)
    values = np.where(IS_LOOK, look_coefficients(gaze), values)
    return Told(values, gaze, values[:, _BLINKS] < _SHUT, neutral)


def without_rest(scores: Array, rest: Array) -> Array:
    """MediaPipe's coefficients (N,52), 0 to 1, of a face that rests as (52,)."""
    return np.clip((scores - rest) / np.maximum(1 - rest, 0.1), 0, 1)


def person_at_rest(regressor: Regressor, face: Frontal, scores: Array) -> Rest:
    """How the person of N faces rests; the mean face where they are too few to tell."""
    rest = regressor.mean
    if len(scores) < _FEW:
        return rest
    acting = _told(regressor, face, scores, rest)
    acting = np.maximum(acting - np.percentile(acting, _LOW, axis=0), 0)
    for _ in range(2):
        points, own = at_rest(face.points, POINT_REGIONS, acting), at_rest(scores, NAME_REGIONS, acting)
        rest = Rest(points, own, np.ones(()))
        acting = _told(regressor, face, scores, rest)
    return rest


def _told(regressor: Regressor, face: Frontal, scores: Array, rest: Rest) -> Array:
    """(N,52) the mean of what the network tells of faces and, mirrored back, of their mirror images; 0 to 1."""
    seen = regressor.network(features(face, scores, rest))
    other = regressor.network(features(*mirrored_face(face, scores, rest)))
    return np.where(IS_LOOK, 0.0, np.clip(0.5 * (seen + mirrored_names(other)), 0, 1))
