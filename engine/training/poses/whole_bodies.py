"""Whole bodies behind the rendered signers' true joints, and HybrIK's body of 24 joints among ours."""

from dataclasses import replace

import numpy as np

from ...geometry.arrays import Array
from ...geometry.rotations import CAMERA_FROM_BLENDER
from ...keypoints import Side
from ...lifting.hybrik import solve_angles
from ...skeleton import Kind, Skeleton, load_skeleton
from ..clips import ClipSet

_MIDDLE = ("pelvis", "spine", "chest", "head", "nose")
_SIDES = ("hip", "thigh", "shin", "foot", "heel", "shoulder", "upper_arm", "forearm", "hand")
#: Bones of the legs, which the sets know no lengths of, by the joints that they lie between.
_LEGS = {
    "thigh": ("hip", "knee"),
    "shin": ("knee", "ankle"),
    "foot": ("ankle", "foot_index"),
    "heel": ("ankle", "heel"),
}


def body_of_24() -> Skeleton:
    """The full body without fingers and with a nose as its only face: 24 joints apart, as SMPL's body has them.

    From mid-hips: pelvis, torso, neck, head, nose, and of each side hip, knee, ankle, foot, heel, shoulder, elbow,
    wrist and the hand's first joint. The hand's own wrist, which coincides with the arm's, is among its `joints` too.
    """
    full, names = load_skeleton(Kind.FULL_BODY), {*_MIDDLE, *(side.bone(bone) for side in Side for bone in _SIDES)}
    return replace(full, bones=tuple(bone for bone in full.bones if bone.name in names))


def whole_bodies(clips: ClipSet) -> Array:
    """Angles (N,81) of the full body, radians, legal, by HybrIK onto the true joints of a set.

    Feet are at rest where a set does not know them, and trunks are straight.
    """
    skeleton, names = load_skeleton(Kind.FULL_BODY), clips.joints.tolist()
    given = [joint for joint, name in enumerate(skeleton.joints) if name in names]
    places = clips.positions.astype(np.float64) @ CAMERA_FROM_BLENDER
    middle = places[:, [names.index(f"{side}_hip") for side in Side]].mean(1, keepdims=True)
    joints = np.zeros((len(places), len(skeleton.joints), 3))
    known = np.zeros(joints.shape[:2], bool)
    joints[:, given] = places[:, [names.index(skeleton.joints[joint]) for joint in given]] - middle
    known[:, given] = True
    lengths = np.tile(skeleton.lengths, (len(clips.lengths), 1))
    lengths[:, [skeleton.names.index(name) for name in load_skeleton().names]] = clips.lengths
    for bone, ends in ((bone, ends) for bone, ends in _LEGS.items() if f"left_{ends[1]}" in names):
        for side in Side:
            first, last = (places[:, names.index(f"{side}_{end}")] for end in ends)
            own = np.linalg.norm(last - first, axis=-1)
            for clip in np.unique(clips.clip):
                lengths[clip, skeleton.names.index(side.bone(bone))] = np.median(own[clips.clip == clip])
    start = np.zeros((len(joints), len(skeleton.freedoms)))
    return solve_angles(skeleton, joints, known, lengths[clips.clip], start)


def noisy(skeleton: Skeleton, joints: Array, size: Array | float, random: np.random.Generator) -> Array:
    """Joints (N,J,3) each off by up to a size, metres, along every axis, uniformly; those that coincide, together."""
    off = random.uniform(-1.0, 1.0, joints.shape) * np.reshape(size, (-1, 1, 1))
    for joint, parent in enumerate(skeleton.parents):
        if skeleton.joint_bones[joint] < 0 <= parent:
            off[:, joint] = off[:, parent]
    return joints + off
