"""Leg poses behind recorded motion."""

from pathlib import Path

import numpy as np
import torch

from ...geometry.arrays import Array
from ...keypoints import Side
from ...skeleton import legs_skeleton
from ..poses.bvh import Recording
from ..poses.cmu import AXES, read_cmu
from .fit import fit_points, frames_from

#: Every so many frames of a recording (60 a second) make a pose.
STRIDE = 12
#: Names of hips, and of hip, knee and ankle with {S} for Left or Right and {s} for l or r.
_CMU = "root", ("{s}femur", "{s}tibia", "{s}foot")
_EXPMAP = "Hips", ("{S}UpLeg", "{S}Leg", "{S}Foot")
_JOINTS = ("hip", "knee", "ankle", "foot_index")


def recorded_legs(data: Path, files: dict[str, list[str]]) -> tuple[Array, float]:
    """Angles (N,10) fitted to the legs of CMU body motion, and the median distance from them, metres.

    Pelvis and feet are those of the skeleton's rest pose, turned as the recorded ones.
    """
    skeleton = legs_skeleton()
    points: list[Array] = []
    for name, clips in files.items():
        if "iclone" not in name:  # the same trials again
            clip_points = [_leg_points(read_cmu(data / "body_mocap" / name, clip), "expmap" in name) for clip in clips]
            points.append(np.concatenate(clip_points)[::STRIDE] @ AXES.T)
    person = np.repeat(np.arange(len(points)), [len(own) for own in points])
    target = torch.as_tensor(np.concatenate(points), dtype=torch.float32)
    target = target - target[:, :1]
    wanted = [skeleton.joints.index(f"{side}_{joint}") for side in Side for joint in _JOINTS]
    across = target[:, 0] - target[:, len(_JOINTS)]
    up = target[:, -1] - target[:, 0] + across / 2
    joints = [*wanted, skeleton.joints.index("pelvis")]
    fitted = fit_points(skeleton, joints, target, frames_from(across, up), person, person, torch.ones(len(target)))
    return fitted.angles, float(np.median(fitted.residual))


def _leg_points(recording: Recording, expmap: bool) -> Array:
    """(F,9,3) of each side hip, knee, ankle, foot index, and the pelvis, in the recording's axes."""
    skeleton, (hips, names) = legs_skeleton(), _EXPMAP if expmap else _CMU
    found: list[Array] = []
    for side in Side:
        joints = [name.format(S=side.title(), s=side[0]) for name in names]
        found += [recording.joint(joint) for joint in joints]
        bone = skeleton.names.index(side.bone("foot"))
        foot = AXES.T @ skeleton.rest[bone, :, 1] * skeleton.lengths[bone]
        found.append(found[-1] + recording.rotation(joints[-1]) @ foot)
    middle = (found[0] + found[len(_JOINTS)]) / 2
    found.append(middle + recording.rotation(hips) @ [0.0, float(skeleton.lengths[0]), 0.0])
    return np.stack(found, 1)
