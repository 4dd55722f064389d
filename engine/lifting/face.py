"""From the points of a face over time to what it does: what is covered is bridged, and noise goes while blinks stay."""

import numpy as np

from ..face.face import GAZE_LIMITS, Face
from ..face.looks import IS_LOOK, look_coefficients
from ..face.names import FACE_NAMES, Region, region_of
from ..face.regressor import told_by
from ..geometry.arrays import Array
from ..keypoints import Keypoints
from .covered import FacePart, face_of_person, hidden_parts, part_of
from .smooth import beyond_noise, bridge, filter_values

#: What differs less than this from its surroundings in time is noise: of lids and jaw, of other coefficients, and of
#: gaze, radians. Chosen on rendered clips of one character: with more, blinks of two pictures are lost, and jaws late.
QUICK_NOISE, NOISE, GAZE_NOISE = 0.1, 0.2, float(np.radians(3.0))
#: How strongly at strength 1 that is filtered which stays the same.
STILL = 1.0
_NOISE = np.array([QUICK_NOISE if name.startswith(("eyeBlink", "jawOpen")) else NOISE for name in FACE_NAMES])
_EYES = (FacePart.LEFT_EYE, FacePart.RIGHT_EYE)


def lift_face(keypoints: Keypoints, strength: float) -> Face | None:
    """What the face of the person in keypoints does; None where it was not looked for, or is never seen."""
    landmarks = keypoints.face
    if landmarks is None:
        return None
    seen = face_of_person(landmarks, keypoints)
    if not seen.any():
        return None
    told = told_by(landmarks.rows(seen))
    coefficients, gaze = np.zeros((len(seen), len(FACE_NAMES))), np.zeros((len(seen), 2, 2))
    coefficients[seen], gaze[seen] = told.coefficients, told.gaze
    time, covered = keypoints.time, np.zeros((len(seen), len(Region)), bool)
    looking = np.ones((len(seen), 2), bool)
    looking[seen] = told.open
    for part, hidden in hidden_parts(landmarks, keypoints).items():
        own = [i for i, name in enumerate(FACE_NAMES) if part_of(name) is part]
        coefficients[:, own] = bridge(coefficients[:, own], seen & ~hidden, time)
        covered[:, list(Region).index(region_of(FACE_NAMES[own[0]]))] |= hidden & seen
        if part in _EYES:
            eye = _EYES.index(part)
            gaze[:, eye] = bridge(gaze[:, eye], seen & ~hidden & looking[:, eye], time)
    gaze = np.clip(calmed(gaze, GAZE_NOISE, time, strength), *GAZE_LIMITS.T)
    coefficients = np.clip(calmed(coefficients, _NOISE, time, strength), 0, 1)
    return Face(
        np.where(IS_LOOK, look_coefficients(gaze), coefficients).astype(np.float32),
        gaze.astype(np.float32),
        seen,
        told.neutral.astype(np.float32),
        covered,
    )


def calmed(values: Array, noise: Array | float, time: Array, strength: float) -> Array:
    """Values (F,...), of which what differs from their surroundings is kept as far as it is no noise.

    Lids that shut for two pictures, and eyes that jump, stay as they are.
    """
    if strength <= 0 or len(values) < 3:
        return values
    still = filter_values(values, time, STILL * strength)
    return still + beyond_noise(values - still, noise)
