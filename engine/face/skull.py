"""How a head is turned, from those points of its face that expressions leave in place."""

import numpy as np

from ..geometry.arrays import Array
from ..geometry.camera import Camera, turn_to_axis
from .landmarks import FACE_POINTS, FaceLandmarks

#: Forehead, bridge and wings of the nose, corners of the eyes, temples and cheekbones in MediaPipe's canonical face
#: model (Apache-2.0), centimetres; y down, z away from who sees the face. It looks as our head does at rest: from the
#: ears its nose is 10 degrees down, ours 9.
_SKULL = {
    10: (0.0, -8.26, -4.48),
    109: (-1.89, -8.24, -4.27),
    338: (1.89, -8.24, -4.27),
    67: (-3.52, -8.01, -3.73),
    297: (3.52, -8.01, -3.73),
    151: (0.0, -6.55, -5.03),
    168: (0.0, -3.27, -5.24),
    6: (0.0, -2.47, -5.79),
    197: (0.0, -1.73, -6.32),
    195: (0.0, -1.06, -6.77),
    5: (0.0, -0.37, -7.24),
    4: (0.0, 0.46, -7.59),
    129: (-1.79, 0.98, -4.85),
    358: (1.79, 0.98, -4.85),
    33: (-4.45, -2.66, -3.17),
    133: (-1.86, -2.59, -3.76),
    362: (1.86, -2.59, -3.76),
    263: (4.45, -2.66, -3.17),
    117: (-5.26, -0.95, -2.97),
    346: (5.26, -0.95, -2.97),
    127: (-7.74, -2.36, 2.01),
    356: (7.74, -2.36, 2.01),
    234: (-7.66, -0.67, 2.44),
    454: (7.66, -0.67, 2.44),
    93: (-7.54, 1.05, 2.43),
    323: (7.54, 1.05, 2.43),
}
_PLACES = [FACE_POINTS.index(point) for point in _SKULL]
_SHAPE = np.array(list(_SKULL.values())) - np.mean(list(_SKULL.values()), axis=0)


def skull_turns(face: FaceLandmarks, camera: Camera) -> Array:
    """(F,3,3) the rotations, camera's axes, of heads from looking straight against its axis; of faces that are seen.

    The best of a weak perspective (Kabsch 1976, by singular values), brought from the ray to the face to the axis.
    """
    points = face.points[:, _PLACES].astype(np.float64)
    middle = points.mean(1, keepdims=True)
    left, _, right = np.linalg.svd((points - middle).swapaxes(1, 2) @ _SHAPE)
    left[..., 2] *= np.linalg.det(left @ right)[:, None]
    return np.swapaxes(turn_to_axis(camera.rays(middle[..., :2])[:, 0]), 1, 2) @ left @ right
