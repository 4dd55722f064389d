"""A source that signs, characters that take its motion, and where Blender's own evaluation points their limbs."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import bpy
import numpy as np

from engine.skeleton import Skeleton, forward_kinematics, load_skeleton
from tests.blender.motions import random_motion
from tests.blender.scene import apply

UPPER = load_skeleton()
FIRST, FRAMES = 11, 4
PLAYED = range(FIRST, FIRST + FRAMES)
#: Degrees.
CLOSE = 0.1
Directions = dict[str, np.ndarray]
#: Segments, and the bone at which each ends.
CHAINS = [("upper_arm", "forearm"), ("forearm", "hand"), ("thigh", "shin"), ("shin", "foot")]
FINGERS = ("thumb", "f_index", "f_middle", "f_ring", "f_pinky")
CHAINS += [(f"{finger}.0{k}", f"{finger}.0{k + 1}") for finger in FINGERS for k in (1, 2)]


def signer(skeleton: Skeleton = UPPER, frames: int = FRAMES, **changes: np.ndarray) -> bpy.types.Object:
    """A Sign Mocap armature with the keys of a random motion from frame FIRST on."""
    return apply(random_motion(skeleton, frames, **changes), first_frame=FIRST)


def carry(*chosen: bpy.types.Object, **options: object) -> set[str]:
    """The operator on these, the last one active; without contacts unless they are asked for."""
    for obj in bpy.context.view_layer.objects:
        obj.select_set(obj in chosen)
    bpy.context.view_layer.objects.active = chosen[-1]
    return bpy.ops.object.sign_mocap_retarget("EXEC_DEFAULT", True, **{"contacts": 0.0, **options})


def pose_matrices(obj: bpy.types.Object, frame: float) -> dict[str, np.ndarray]:
    """(4,4) of every bone as evaluated at a frame, in the armature's space."""
    bpy.context.scene.frame_set(int(frame), subframe=frame % 1)
    pose = obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose
    return {bone.name: np.array(bone.matrix) for bone in pose.bones}


def directions(obj: bpy.types.Object, frames: Iterable[float] = PLAYED, named: str = "{}") -> Directions:
    """Our limb or finger -> (F,3) from where it starts to where the next starts, in the armature's space."""
    poses = [pose_matrices(obj, frame) for frame in frames]
    pairs = [(f"{a}.{side}", f"{b}.{side}") for side in "LR" for a, b in CHAINS]
    there = [(a, b) for a, b in pairs if named.format(a) in poses[0] and named.format(b) in poses[0]]
    return {
        a: np.array([pose[named.format(b)][:3, 3] - pose[named.format(a)][:3, 3] for pose in poses]) for a, b in there
    }


def own_directions(angles: np.ndarray) -> Directions:
    """The same for angles (F,A) of a waist-up skeleton, by our forward kinematics."""
    along = forward_kinematics(UPPER, angles.astype(np.float64), UPPER.lengths).rotations[..., 1]
    return {name: along[:, bone] for bone, name in enumerate(UPPER.names)}


def degrees(one: np.ndarray, other: np.ndarray) -> float:
    """Between two directions (3,), or two rotations (3,3); by the chord, which is exact where the angle is small."""
    if one.ndim == 1:
        one, other = one / np.linalg.norm(one), other / np.linalg.norm(other)
    return float(np.degrees(2 * np.arcsin(np.linalg.norm(one - other) / 2 / np.sqrt(one.ndim))))


def apart(one: Directions, other: Directions) -> float:
    """Degrees between the two in the worst limb and frame."""
    both = one.keys() & other.keys()
    assert {"upper_arm.L", "forearm.R"} <= both
    return max(degrees(a, b) for name in both for a, b in zip(one[name], other[name], strict=True))


@contextmanager
def edit_bones(obj: bpy.types.Object) -> Iterator[bpy.types.ArmatureEditBones]:
    """Its bones in Edit Mode, which is left again."""
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode="EDIT")
    yield obj.data.edit_bones
    bpy.ops.object.mode_set(mode="OBJECT")


def key(obj: bpy.types.Object, bone: str, channel: str, value: object, frame: int = 1) -> None:
    """One key by the user."""
    pose_bone = obj.pose.bones[bone]
    if channel.startswith("["):
        pose_bone[channel[2:-2]] = value
    else:
        setattr(pose_bone, channel, value)
    pose_bone.keyframe_insert(channel, frame=frame)
