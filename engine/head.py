"""How the head is held before the camera."""

import numpy as np

from .geometry.arrays import Array, in_blocks
from .geometry.rotations import matrix_to_euler
from .motion import Motion
from .skeleton import forward_kinematics

#: Blender's axes (X to the person's left, Y back, Z up) in those of a face: left, up, to the front.
_FACE_FROM_BLENDER = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
#: Of turns about left, up and front: pitch, yaw and roll as they are told.
_SIGNS = np.array([-1.0, 1.0, -1.0])


def head_angles(motion: Motion) -> Array:
    """(F,3) radians: yaw to the person's left, pitch up, roll to the person's left shoulder; 0 faces the camera.

    Of a person: a hand by itself has no head.
    """
    skeleton, lengths = motion.skeleton, motion.lengths_of_bones()
    head = skeleton.names.index("head")

    def axes_of(angles: Array) -> Array:
        return forward_kinematics(skeleton, angles, lengths).rotations[:, head]

    return facing(in_blocks(axes_of, motion.angles.astype(np.float64)) @ skeleton.rest[head].T)


def facing(turns: Array) -> Array:
    """The same of turns (F,3,3) in Blender's axes from a head that faces the camera.

    The head turns by the yaw about the vertical, then by the pitch about its own axis from ear to ear, then by the
    roll about its own axis to the front.
    """
    pitch, yaw, roll = (_SIGNS * matrix_to_euler(_FACE_FROM_BLENDER @ turns @ _FACE_FROM_BLENDER.T, "ZXY")).T
    return np.stack([yaw, pitch, roll], axis=1)
