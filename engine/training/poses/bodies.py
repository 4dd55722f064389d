"""Upper-body poses: arms of recorded motion, arms that reach into the signing space, and trunks.

Directions are in Blender's axes at rest (X to the person's left, Y back, Z up), as seen from a chest
that stands upright; the right arm is solved, the left one is its mirror image.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...geometry.arrays import Array, Mask
from ...geometry.rotations import matrix_to_euler, unit
from ...keypoints import Side
from ...skeleton import body_skeleton

MIRROR = np.array([-1.0, 1.0, 1.0])
#: Share of: wrists in the signing space, arms of recorded motion, arms uniform within the limits.
SHARES = (0.35, 0.40, 0.25)
#: Where right wrists go, in metres from between the shoulders: low corner, high corner, share.
REGIONS: tuple[tuple[tuple[float, ...], tuple[float, ...], float], ...] = (
    ((-0.34, -0.48, -0.42), (0.22, -0.12, 0.10), 0.45),  # before the trunk
    ((-0.24, -0.34, 0.02), (0.14, -0.08, 0.38), 0.25),  # at the face
    ((-0.60, -0.45, -0.40), (-0.20, 0.10, 0.45), 0.12),  # beside the body
    ((-0.36, -0.34, -0.60), (0.06, 0.08, -0.36), 0.18),  # low, at rest
)
#: Elbows hang to the outside and below the line from shoulder to wrist, give or take (radians).
ELBOW_SIDE = np.array([-0.62, 0.15, -0.77])
ELBOW_SPREAD = 0.55


def arm_angles(upper: Array, fore: Array) -> tuple[Array, Mask]:
    """Directions (N,3) of a right upper arm and forearm -> shoulder X, Y, Z and elbow X (N,4), legal (N,)."""
    skeleton = body_skeleton()
    arm, elbow = skeleton.names.index("upper_arm.R"), skeleton.names.index("forearm.R")
    flexor = unit(fore - (fore * upper).sum(-1, keepdims=True) * upper)
    frame = np.stack([np.cross(upper, flexor), upper, flexor], -1)
    local = skeleton.rest[arm].T @ frame @ skeleton.rest_local[elbow].T
    shoulder = matrix_to_euler(local, skeleton.bones[arm].order)
    flexion = np.arccos(np.clip((upper * fore).sum(-1), -1.0, 1.0))
    angles = np.concatenate([shoulder, flexion[:, None]], -1)
    columns = skeleton.angles_of("upper_arm.R") + skeleton.angles_of("forearm.R")
    legal = (angles >= skeleton.lower[columns]) & (angles <= skeleton.upper[columns])
    return angles, legal.all(-1)


def recorded_arms(data: Path, files: dict[str, list[str]]) -> Array:
    """Directions (N,2,2,3): right and left (mirrored), upper arm and forearm, of CMU body motion."""
    found: list[Array] = []
    for name, clips in files.items():
        if "iclone" in name:  # the same trials again, or a rig without a known rest pose
            continue
        parts = ("Arm", "ForeArm", "Hand") if "expmap" in name else ("humerus", "radius", "wrist")
        trunk = "Spine" if "expmap" in name else "upperback"
        with np.load(data / "body_mocap" / name) as arrays:
            names = arrays["joint_names"].tolist()
            ranges = dict(zip(arrays["clip_names"].tolist(), arrays["clip_range"], strict=True))
            rows = np.concatenate([np.arange(ranges[clip][0], ranges[clip][1], 4) for clip in clips])
            positions = arrays["positions_m"][rows].astype(np.float64)
        joints = {
            (side, part): positions[:, names.index((side.title() if "expmap" in name else side[0]) + part)]
            for side in Side
            for part in parts
        }
        left, right = (joints[side, parts[0]] for side in Side)
        chest = _chest_frame(left, right, positions[:, names.index(trunk)])
        arms = [
            np.stack(
                [
                    np.einsum("nij,ni->nj", chest, unit(joints[side, b] - joints[side, a])) * mirror
                    for a, b in ((parts[0], parts[1]), (parts[1], parts[2]))
                ],
                1,
            )
            for side, mirror in ((Side.RIGHT, np.ones(3)), (Side.LEFT, MIRROR))
        ]
        found.append(np.stack(arms, 1))
    return np.concatenate(found)


def _chest_frame(left: Array, right: Array, trunk: Array) -> Array:
    """Columns X (to the left), Y (back), Z (up) of the chest, (N,3,3)."""
    x = unit(left - right)
    up = (left + right) / 2 - trunk
    z = unit(up - (up * x).sum(-1, keepdims=True) * x)
    return np.stack([x, np.cross(z, x), z], -1)


def reaching_arms(count: int, random: np.random.Generator) -> Array:
    """Directions (N,2,3) of right arms whose wrist lies in the signing space; two-bone IK."""
    skeleton = body_skeleton()
    lengths = [skeleton.lengths[skeleton.names.index(n)] for n in ("upper_arm.R", "forearm.R")]
    shoulder = skeleton.lengths[skeleton.names.index("shoulder.R")] * np.array([-1.0, 0.0, 0.0])
    region = random.choice(len(REGIONS), count, p=[share for _, _, share in REGIONS])
    low, high = (np.array([r[k] for r in REGIONS])[region] for k in (0, 1))
    reach = low + (high - low) * random.random((count, 3)) - shoulder
    distance = np.linalg.norm(reach, axis=-1, keepdims=True)
    towards = reach / distance
    distance = np.clip(distance, 0.12, 0.995 * sum(lengths))
    along = (distance**2 + lengths[0] ** 2 - lengths[1] ** 2) / (2.0 * distance)
    aside = np.sqrt(np.maximum(lengths[0] ** 2 - along**2, 0.0))
    side = unit(ELBOW_SIDE + ELBOW_SPREAD * random.standard_normal((count, 3)))
    side = unit(side - (side * towards).sum(-1, keepdims=True) * towards)
    elbow = along * towards + aside * side
    return np.stack([unit(elbow), unit(distance * towards - elbow)], 1)


def sample_bodies(count: int, recorded: Array, random: np.random.Generator) -> NDArray[np.float32]:
    """Body angles (N,19), radians, all legal."""
    skeleton = body_skeleton()
    angles = np.zeros((count, len(skeleton.freedoms)))
    _sample_trunks(angles, random)
    kind = random.choice(3, count, p=SHARES)
    rows = random.integers(len(recorded), size=count)
    for column, side in enumerate(reversed(Side)):
        columns = skeleton.angles_of(side.bone("upper_arm")) + skeleton.angles_of(side.bone("forearm"))
        signs = np.array([1.0, 1.0, 1.0, 1.0]) if side is Side.RIGHT else np.array([1.0, -1.0, -1.0, 1.0])
        arms, _ = arm_angles(recorded[rows, column, 0], recorded[rows, column, 1])
        for chosen, draw in ((kind == 0, _legal_reach), (kind == 2, _uniform_arms)):
            arms[chosen] = draw(int(chosen.sum()), random)
        angles[:, columns] = arms * signs
    return skeleton.clamp(angles).astype(np.float32)


def _legal_reach(count: int, random: np.random.Generator) -> Array:
    kept: list[Array] = []
    while sum(map(len, kept)) < count:
        directions = reaching_arms(2 * count + 64, random)
        angles, legal = arm_angles(directions[:, 0], directions[:, 1])
        kept.append(angles[legal])
    return np.concatenate(kept)[:count]


def _uniform_arms(count: int, random: np.random.Generator) -> Array:
    skeleton = body_skeleton()
    columns = skeleton.angles_of("upper_arm.R") + skeleton.angles_of("forearm.R")
    lower, upper = skeleton.lower[columns], skeleton.upper[columns]
    return lower + (upper - lower) * random.random((count, len(columns)))


#: Mean and standard deviation, degrees, of trunk and head angles of a signer before a camera.
TRUNK: dict[str, tuple[float, float]] = {
    "pelvis.X": (0.0, 9.0),
    "pelvis.Y": (0.0, 35.0),
    "pelvis.Z": (0.0, 4.0),
    "spine.X": (2.0, 5.0),
    "spine.Y": (0.0, 3.0),
    "spine.Z": (0.0, 5.0),
    "chest.X": (2.0, 5.0),
    "chest.Y": (0.0, 8.0),
    "head.X": (2.0, 13.0),
    "head.Y": (0.0, 18.0),
    "head.Z": (0.0, 8.0),
}


def _sample_trunks(angles: Array, random: np.random.Generator) -> None:
    names = body_skeleton().angle_names
    for name, (mean, deviation) in TRUNK.items():
        # Student's t with 4 degrees of freedom: mostly small, sometimes far.
        draw = random.standard_t(4, len(angles)) * deviation / np.sqrt(2.0)
        angles[:, names.index(name)] = np.radians(mean + draw)
