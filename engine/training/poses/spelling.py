"""Reader of recorded fingerspelling, arms and fingers together, as the data folder packs it."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...geometry.arrays import Array
from ...skeleton import hand_skeleton
from .bvh import Recording
from .cmu import world_rotations

FILE = Path("signing_mocap") / "studiogalt_asl.npz"
#: Seconds that are given of a letter at least: one that is held shorter comes with how the arm rises and falls.
SHORTEST = 2.0
_PREFIX = "mixamorig:"


def read_spelling(data: Path, split: str) -> list[Recording]:
    """The letters of a split, "train" or "measure", from where a wrist is raised to where it falls.

    Fingers are recorded to their last joint: a tip lies along the last bone, which is to the one before as in
    the skeleton's table.
    """
    with np.load(data / FILE) as file:
        arrays = dict(file)
    names = [name.removeprefix(_PREFIX) for name in arrays["joint_names"].tolist()]
    parents: tuple[int, ...] = tuple(arrays["parents"].tolist())
    fps = float(arrays["fps"])
    found: list[Recording] = []
    for clip in np.flatnonzero(arrays["clip_split"] == split):
        first, last = _shown(arrays["signing_range"][clip], arrays["clip_range"][clip], fps)
        turns = world_rotations(arrays["quats_wxyz"][first:last].astype(float), parents)
        rest = world_rotations(arrays["rest_quats_wxyz"][clip][None].astype(float), parents)[0]
        positions = arrays["positions_m"][first:last].astype(float)
        ends, tips = _fingertips(names, positions, turns)
        last_joints = [names.index(_joint(end, 3)) for end in ends]
        rotations = turns @ rest.swapaxes(1, 2)
        found.append(
            Recording(
                fps=fps,
                names=(*names, *ends),
                parents=(*parents, *last_joints),
                positions=np.concatenate([positions, tips], 1),
                rotations=np.concatenate([rotations, rotations[:, last_joints]], 1),
            )
        )
    return found


def letter_names(data: Path, split: str) -> list[str]:
    """Which letters `read_spelling` gives, in its order."""
    with np.load(data / FILE) as file:
        return [str(name).split()[2] for name in file["clip_names"][file["clip_split"] == split]]


def _shown(signing: NDArray[np.int32], clip: NDArray[np.int32], fps: float) -> tuple[int, int]:
    """First row and the one after the last; the first row of a clip is a T-pose."""
    more = max(0, round(SHORTEST * fps) + 1 - int(signing[1] - signing[0]))
    first = max(int(clip[0]) + 1, int(signing[0]) - more // 2)
    return first, min(int(clip[1]), first + int(signing[1] - signing[0]) + more)


def _joint(finger: str, number: int) -> str:
    """Mixamo's name of another joint of a finger."""
    return f"{finger[:-1]}{number}"


def _fingertips(names: list[str], positions: Array, turns: Array) -> tuple[list[str], Array]:
    """Names of the ends of all fingers, and where they are (F,10,3), of world positions and rotations."""
    table = hand_skeleton()
    lengths = dict(zip(table.names, table.lengths, strict=True))
    ends: list[str] = []
    tips: list[Array] = []
    for last in (name for name in names if name.endswith("3")):
        joint, before = names.index(last), names.index(_joint(last, 2))
        finger = last[:-1].partition("Hand")[2].lower()
        bone = finger if finger == "thumb" else f"f_{finger}"
        share = lengths[f"{bone}.03.R"] / lengths[f"{bone}.02.R"]
        middle = np.linalg.norm(positions[:, joint] - positions[:, before], axis=-1, keepdims=True)
        ends.append(_joint(last, 4))
        tips.append(positions[:, joint] + share * middle * turns[:, joint, :, 1])  # bones lie along Y
    return ends, np.stack(tips, 1)
