"""Pose parameters of SMPL-X (Pavlakos et al. 2019, "Expressive Body Capture"), as arrays of an .npz.

Rotations only: the model's shape is not fitted. Every joint's rotation is that of our bone away from the model's rest
pose, in the axes of the joint that carries it; docs/formats.md has the mapping. Its ending is .smplx.npz: an .npz by
itself is a motion of ours.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..face.face import Face
from ..face.names import FACE_NAMES
from ..geometry.arrays import Array, in_blocks
from ..geometry.rotations import Y_UP_FROM_BLENDER, rotation_vector
from ..keypoints import Side
from ..motion import Motion
from ..placement import standing_root
from ..resample import at_rate
from ..retarget.anatomy.segments import rig_rest
from ..retarget.face.bones import FaceBone, gaze_turns, jaw_turns
from ..retarget.transfer.transfer import transfer
from ..skeleton import Kind, load_skeleton
from .smplx_body import smplx_rig
from .spread_rig import on_full_body

#: Parameter of the model's `forward` -> its joints of `smplx_body.TREE`.
PARAMETERS = {
    "global_orient": slice(0, 1),
    "body_pose": slice(1, 22),
    "jaw_pose": slice(22, 23),
    "leye_pose": slice(23, 24),
    "reye_pose": slice(24, 25),
    "left_hand_pose": slice(25, 40),
    "right_hand_pose": slice(40, 55),
}


def write_smplx(motion: Motion, path: Path) -> None:
    """Write the parameters, one pose for every frame of the video's rate. Raises InputError for a hand by itself."""
    if not motion.kind.has_body:
        raise InputError("SMPL-X is a whole person, and this is one hand by itself; track the person.")
    rate = motion.fps or 1.0
    motion = at_rate(motion, rate)
    skeleton, (angles, lengths) = load_skeleton(Kind.FULL_BODY), on_full_body(motion)
    rig, match = smplx_rig(skeleton, skeleton.lengths)  # on which `transfer` lays palms as on ours
    rest = rig_rest(rig, match)

    def turns(rows: Array) -> Array:
        return _vectors(rig.local(transfer(rig, match, skeleton, rows, rest=rest)))

    poses = in_blocks(turns, angles)
    if motion.face is not None:
        for joint, vectors in _face_turns(motion.face).items():
            poses[:, rig.names.index(joint)] = vectors
    arrays: dict[str, NDArray[Any]] = {
        name: poses[:, joints].reshape(len(poses), -1).astype(np.float32) for name, joints in PARAMETERS.items()
    }
    arrays |= {
        "transl": (standing_root(motion) @ Y_UP_FROM_BLENDER.T).astype(np.float32),
        "mocap_frame_rate": np.array(rate),
        "joints": np.array(rig.names),
        "parents": np.array(rig.parents, np.int32),
        "rest": (smplx_rig(skeleton, lengths)[0].heads @ Y_UP_FROM_BLENDER.T).astype(np.float32),
    }
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def _vectors(turns: Array) -> Array:
    """Turns (...,3,3) in Blender's axes -> axes times angles (...,3), radians, in the model's."""
    return rotation_vector(Y_UP_FROM_BLENDER @ turns @ Y_UP_FROM_BLENDER.T)


def _face_turns(face: Face) -> dict[str, Array]:
    """Joint -> (F,3) its axis times its angle, in the head."""
    eyes = {side.bone("eye"): FaceBone(f"{side}_eye", np.eye(3)) for side in Side}
    jaw = jaw_turns(face.coefficients[:, FACE_NAMES.index("jawOpen")], FaceBone("jaw", np.eye(3)))
    return {joint: _vectors(turns) for joint, turns in {**gaze_turns(face.gaze, eyes), "jaw": jaw}.items()}
