"""A motion becomes keys: the predicted angles themselves, one key per frame, linear between them."""

from collections.abc import Set

import bpy
import numpy as np

from ...engine.doubt import doubt_of_bones
from ...engine.motion import Motion
from ...engine.placement import Placement
from ...engine.retarget import Performance
from ...engine.skeleton import Skeleton
from ..keying.actions import new_action
from ..keying.curves import fill
from ..objects import armature_of
from .doubt import key_doubt
from .face import HEAD, add_face, has_face, key_face
from .neck import split_angles, with_neck


def write_keyframes(
    obj: bpy.types.Object,
    motion: Motion,
    placement: Placement,
    first_frame: int,
    left_out: Set[str],
    name: str,
) -> bpy.types.Action:
    """Key the angles and the root's location in a new action from `first_frame` on; no angles of the bones `left_out`.

    `motion` has one pose per frame of the scene. No key lies outside its limit, in float32. How doubtful the poses
    are is keyed, too, and the face where the motion has one.
    """
    doubts = {name: doubt for name, doubt in doubt_of_bones(motion).items() if name not in left_out}
    hips = placement.from_camera(motion.translation.astype(np.float64)) - _root(obj, motion.skeleton)[:3, 3]
    played = Performance(motion.skeleton, motion.lengths_of_bones(), motion.angles, hips, doubts, motion.face)
    return write_performance(obj, played, first_frame, name, left_out)


def write_performance(
    obj: bpy.types.Object,
    performance: Performance,
    first_frame: int,
    name: str,
    left_out: Set[str] = frozenset(),
) -> bpy.types.Action:
    """The same of a performance, whose hips are metres of the armature's: what `performance_of_armature` reads."""
    action, new_curve = new_action(obj, name)
    skeleton = performance.skeleton
    frames = first_frame + np.arange(len(performance.angles), dtype=np.float32)
    root = skeleton.names[0]
    for axis, values in enumerate((performance.hips @ _root(obj, skeleton)[:3, :3]).T):
        fill(new_curve(f'pose.bones["{root}"].location', axis, root), frames, values)
    angles = skeleton.clamp(performance.angles.astype(np.float32))
    rig, split = with_neck(skeleton), split_angles(skeleton, angles)
    for (bone, axis), values in zip(rig.freedoms, split.T, strict=True):
        bone_name = rig.names[bone]
        if bone_name not in left_out:
            path = f'pose.bones["{bone_name}"].rotation_euler'
            fill(new_curve(path, axis, bone_name), frames, values)
    key_doubt(obj, performance.doubts, frames, new_curve)
    face = performance.face if HEAD in rig.names else None
    if face is not None or has_face(obj):
        add_face(obj)  # what an earlier face did last would stay
    if face is not None:
        key_face(obj, face, frames, new_curve)
    return action


def _root(obj: bpy.types.Object, skeleton: Skeleton) -> np.ndarray:
    """(4,4) the root bone at rest, in the armature's space."""
    return np.array(armature_of(obj).bones[skeleton.names[0]].matrix_local, dtype=np.float64)
