"""The head turned as its face is, which tells more of it than nose, eyes and ears."""

import numpy as np

from ..face.skull import skull_turns
from ..geometry.arrays import Array
from ..geometry.camera import Camera
from ..geometry.rotations import CAMERA_FROM_BLENDER
from ..keypoints import Keypoints
from ..skeleton import Skeleton, forward_kinematics
from .covered import face_of_person, hidden_parts
from .legal import nearest_legal
from .smooth import bridge


def turn_head(body: Skeleton, angles: Array, lengths: Array, keypoints: Keypoints, camera: Camera) -> Array:
    """Angles (F,A) of a body of lengths (B,), metres, whose head looks where its face does.

    How far a face looks up or down differs between people's by ten degrees: in the middle of the clip that is left as
    nose and ears of the body tell it. Where the face is not seen, or something hides part of it, the head is off it
    as it was before and after: else it would jerk whenever a hand passes.
    """
    face = keypoints.face
    if face is None:
        return angles
    told = face_of_person(face, keypoints) & ~np.any(list(hidden_parts(face, keypoints).values()), axis=0)
    if not told.any():
        return angles
    head = body.names.index("head")
    inward = tuple("XYZ".index(axis) for axis in reversed(body.bones[head].order))
    columns = [body.angles_of("head")[axis] for axis in inward]
    chest = forward_kinematics(body, angles[told], lengths).rotations[:, body.bone_parents[head]]
    looking = CAMERA_FROM_BLENDER.T @ skull_turns(face.rows(told), camera) @ CAMERA_FROM_BLENDER @ body.rest[head]
    bent = np.swapaxes(chest @ body.rest_local[head], 1, 2) @ looking
    change = np.zeros((len(angles), len(columns)))
    change[told] = nearest_legal(bent, inward, body.lower[columns], body.upper[columns]) - angles[told][:, columns]
    pitch = inward.index(0)
    change[:, pitch] -= np.median(change[told, pitch])
    result = angles.copy()
    result[:, columns] += bridge(change, told, keypoints.time)
    return body.clamp(result)
