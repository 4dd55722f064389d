"""Reader of CMU's recordings as the data folder packs them."""

import json
from pathlib import Path

import numpy as np

from ...geometry.arrays import Array
from .bvh import Recording

#: From the axes of recordings (X to the person's left, Y up, Z forwards) into Blender's (Y back, Z up).
AXES = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])


def read_splits(data: Path) -> dict[str, dict[str, list[str]]]:
    """Split -> file -> its clips, of the data folder's body motion."""
    return json.loads((data / "body_mocap" / "splits.json").read_text())


def read_cmu(path: Path, clip: str) -> Recording:
    """One clip of a CMU file of the data folder."""
    with np.load(path) as arrays:
        start, end = arrays["clip_range"][arrays["clip_names"].tolist().index(clip)]
        parents: tuple[int, ...] = tuple(arrays["parents"].tolist())
        rotations = world_rotations(arrays["quats_wxyz"][start:end].astype(float), parents)
        names, positions = tuple(arrays["joint_names"].tolist()), arrays["positions_m"][start:end].astype(float)
        return Recording(float(arrays["fps"]), names, parents, positions, rotations)


def world_rotations(quaternions: Array, parents: tuple[int, ...]) -> Array:
    """Local quaternions (F,J,4), w first -> rotations (F,J,3,3) in the world; parents come before children."""
    rotations = _quaternion_to_matrix(quaternions)
    for joint, parent in enumerate(parents):
        if parent >= 0:
            rotations[:, joint] = rotations[:, parent] @ rotations[:, joint]
    return rotations


def _quaternion_to_matrix(quaternions: Array) -> Array:
    """(...,4), w first -> (...,3,3)."""
    w, vector = quaternions[..., :1, None], quaternions[..., 1:]
    cross = np.cross(vector[..., None, :], np.eye(3))
    return np.eye(3) - 2 * w * cross + 2 * cross @ cross
