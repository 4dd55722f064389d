"""What is carried to a character: a tracked motion, or what an armature of ours plays, edits included."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import numpy as np

from ...engine.doubt import doubt_of_bones
from ...engine.errors import InputError
from ...engine.motion import Motion
from ...engine.placement import standing_hips, standing_root
from ...engine.retarget import Performance
from ...engine.skeleton import Kind, load_skeleton
from ..keying.curves import read_curves, sample
from ..objects import armature_of, pose_bones
from .doubt import doubt_path
from .face import face_of_armature
from .mark import lengths_of, misfit
from .neck import join_angles, with_neck


def performance_of_motion(motion: Motion) -> Performance:
    """A tracked person's. Raises InputError for a single hand."""
    skeleton = motion.skeleton
    if not motion.kind.has_body:
        raise InputError("A hand without a person cannot be carried to a character; import it to a new armature.")
    lengths = motion.lengths_of_bones()
    hips = standing_root(motion) - standing_hips(skeleton, lengths)
    angles = motion.angles.astype(np.float64)
    return Performance(skeleton, lengths, angles, hips, doubt_of_bones(motion), motion.face)


def performance_of_armature(obj: bpy.types.Object) -> tuple[Performance, np.ndarray]:
    """What an armature of ours plays, and its frames (F,); its pose in the current frame where it has no keys.

    Raises InputError where it is a single hand, or its bones were changed.
    """
    skeletons = [load_skeleton(Kind.FULL_BODY), load_skeleton(Kind.UPPER_BODY)]
    skeleton = next((s for s in skeletons if not misfit(obj, s)), None)
    if skeleton is None:
        reason = misfit(obj, skeletons[-1])
        raise InputError(f"The armature {obj.name!r} {reason}; import the video again.")
    curves = read_curves(obj)
    frames = np.array([bpy.context.scene.frame_current])
    if curves:
        starts, ends = zip(*(curve.range() for curve in curves.values()), strict=True)
        frames = np.arange(round(min(starts)), round(max(ends)) + 1)
    elif obj.animation_data is not None and any(track.strips for track in obj.animation_data.nla_tracks):
        raise InputError(f"{obj.name!r} plays NLA strips alone; assign one of their actions to it again first.")

    def channel(bone: str, name: str, axis: int) -> np.ndarray:
        curve = curves.get((f'pose.bones["{bone}"].{name}', axis))
        if curve is None or curve.mute:
            return np.full(len(frames), getattr(pose_bones(obj)[bone], name)[axis])
        return sample(curve, frames)

    rig = with_neck(skeleton)
    angles = [channel(rig.names[bone], "rotation_euler", axis) for bone, axis in rig.freedoms]
    whole = skeleton.clamp(join_angles(skeleton, np.stack(angles, axis=1)))
    root = skeleton.names[0]
    rest = np.array(armature_of(obj).bones[root].matrix_local.to_3x3(), dtype=np.float64)
    hips = np.stack([channel(root, "location", axis) for axis in range(3)], axis=1) @ rest.T
    doubted = {bone.name: curves.get((doubt_path(bone), 0)) for bone in pose_bones(obj)}
    doubts = {name: sample(curve, frames) for name, curve in doubted.items() if curve is not None}
    face = face_of_armature(obj, frames)
    return Performance(skeleton, lengths_of(obj, skeleton), whole, hips, doubts, face), frames
