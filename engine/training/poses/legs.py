"""Leg poses: of recorded motion, sitting, standing, and anywhere within the limits.

Legs are the ten angles of legs_skeleton() without its root.
"""

from pathlib import Path

import numpy as np

from ...geometry.arrays import Array
from ...keypoints import Side
from ...skeleton import legs_skeleton
from .bvh import Recording
from .cmu import AXES, read_cmu

#: Share of: legs of recorded motion, sitting, standing, legs uniform within the limits.
SHARES = (0.4, 0.22, 0.3, 0.08)
#: Every so many frames of a recording (60 a second) make a pose.
STRIDE = 12
#: Degrees: thigh about X, Y, Z, shin, foot; mean and standard deviation.
SITTING = ((82.0, 14.0), (5.0, 12.0), (-8.0, 10.0), (80.0, 22.0), (5.0, 10.0))
STANDING = ((2.0, 6.0), (6.0, 8.0), (-3.0, 4.0), (5.0, 8.0), (0.0, 5.0))
#: Names of hips, and of hip, knee and ankle with {S} for Left or Right and {s} for l or r.
_CMU = "root", ("{s}femur", "{s}tibia", "{s}foot")
_EXPMAP = "Hips", ("{S}UpLeg", "{S}Leg", "{S}Foot")
_JOINTS = ("hip", "knee", "ankle", "foot_index")


def recorded_legs(data: Path, files: dict[str, list[str]]) -> tuple[Array, float]:
    """Angles (N,10) fitted to the legs of CMU body motion, and the median distance from them, metres.

    Pelvis and feet are those of the skeleton's rest pose, turned as the recorded ones.
    """
    import torch  # here: who renders legs that stand still does without it

    from ..fitting.fit import fit_points, frames_from

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
        bone = skeleton.names.index("foot.L" if side == "left" else "foot.R")
        foot = AXES.T @ skeleton.rest[bone, :, 1] * skeleton.lengths[bone]
        found.append(found[-1] + recording.rotation(joints[-1]) @ foot)
    middle = (found[0] + found[len(_JOINTS)]) / 2
    found.append(middle + recording.rotation(hips) @ [0.0, float(skeleton.lengths[0]), 0.0])
    return np.stack(found, 1)


def sample_legs(count: int, recorded: Array, random: np.random.Generator) -> Array:
    """Legs (N,10), radians, all legal; `recorded` (M,10)."""
    skeleton = legs_skeleton()
    lower, upper = skeleton.lower[3:], skeleton.upper[3:]
    left = [skeleton.names[bone].endswith(".L") for bone, _ in skeleton.freedoms[3:]]
    signs = np.where(left, skeleton.mirror_signs[3:], 1.0)
    kind = random.choice(len(SHARES), count, p=SHARES)
    angles = lower + (upper - lower) * random.random((count, len(lower)))
    angles[kind == 0] = recorded[random.integers(len(recorded), size=int((kind == 0).sum()))]
    for chosen, style in ((kind == 1, SITTING), (kind == 2, STANDING)):
        mean, deviation = np.radians(np.tile(style, (2, 1))).T
        angles[chosen] = signs * (mean + deviation * random.standard_normal((int(chosen.sum()), len(lower))))
    return np.clip(angles, lower, upper).astype(np.float32)
