"""A motion becomes keys: the predicted angles themselves, one key per frame, linear between them."""

import bpy
import numpy as np

from ...engine.doubt import doubt_of_bones
from ...engine.motion import Motion
from ..keying.actions import new_action
from ..keying.curves import fill
from ..objects import armature_of
from .doubt import key_doubt
from .face import HEAD, add_face, has_face, key_face
from .neck import split_angles, with_neck
from .placement import Placement


def write_keyframes(
    obj: bpy.types.Object,
    motion: Motion,
    placement: Placement,
    first_frame: int,
    left_out: set[str],
    name: str,
) -> bpy.types.Action:
    """Key the angles and the root's location in a new action from `first_frame` on; no angles of the bones `left_out`.

    `motion` has one pose per frame of the scene. No key lies outside its limit, in float32. How doubtful the poses
    are is keyed, too, and the face where the motion has one.
    """
    action, new_curve = new_action(obj, name)
    skeleton = motion.skeleton
    frames = first_frame + np.arange(len(motion.time), dtype=np.float32)
    root = skeleton.names[0]
    for axis, values in enumerate(root_locations(obj, motion, placement).T):
        fill(new_curve(f'pose.bones["{root}"].location', axis, root), frames, values)
    rig, angles = with_neck(skeleton), split_angles(skeleton, skeleton.clamp(motion.angles))
    for (bone, axis), values in zip(rig.freedoms, angles.T, strict=True):
        bone_name = rig.names[bone]
        if bone_name not in left_out:
            path = f'pose.bones["{bone_name}"].rotation_euler'
            fill(new_curve(path, axis, bone_name), frames, values)
    doubts = {name: doubt for name, doubt in doubt_of_bones(motion).items() if name not in left_out}
    key_doubt(obj, doubts, frames, new_curve)
    face = motion.face if HEAD in rig.names else None
    if face is not None or has_face(obj):
        add_face(obj)  # what an earlier face did last would stay
    if face is not None:
        key_face(obj, face, frames, new_curve)
    return action


def root_locations(obj: bpy.types.Object, motion: Motion, placement: Placement) -> np.ndarray:
    """(F,3) metres: the root bone's location channel, in its rest frame."""
    rest = np.array(armature_of(obj).bones[motion.skeleton.names[0]].matrix_local, dtype=np.float64)
    points = placement.from_camera(motion.translation.astype(np.float64))
    return (points - rest[:3, 3]) @ rest[:3, :3]
