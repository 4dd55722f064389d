"""Recordings of skeletons, and a reader of BVH files."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...geometry.arrays import Array, check_shapes
from ...geometry.rotations import euler_to_matrix


@dataclass(frozen=True)
class Recording:
    """A skeleton of J joints over F frames, in the axes of its source."""

    fps: float
    names: tuple[str, ...]
    """(J,) parents before children; the end of a last bone is `<joint>_end`."""
    parents: tuple[int, ...]
    """(J,) -1 for a root."""
    positions: Array
    """(F,J,3) world positions, metres."""
    rotations: Array
    """(F,J,3,3) world rotations, identity at rest."""

    def __post_init__(self) -> None:
        joints = (len(self.positions), len(self.names))
        check_shapes(self, positions=(*joints, 3), rotations=(*joints, 3, 3))

    def joint(self, name: str) -> Array:
        """World positions (F,3) of a joint."""
        return self.positions[:, self.names.index(name)]

    def rotation(self, name: str) -> Array:
        """World rotations (F,3,3) of a joint."""
        return self.rotations[:, self.names.index(name)]


def read_bvh(path: Path, metres: float = 1.0) -> Recording:
    """Read a BVH file whose unit of length is `metres`.

    Channels of rotation apply from the last to the first, whatever their axes; channels of position
    take the place of the joint's offset, on any joint.
    """
    hierarchy, motion = path.read_text(encoding="utf-8").split("MOTION")
    names: list[str] = []
    parents: list[int] = []
    offsets: list[Array] = []
    channels: list[list[str]] = []
    open_joints = [-1]
    for line in hierarchy.splitlines():
        match line.split():
            case ["ROOT" | "JOINT" | "End", *name]:
                parents.append(open_joints[-1])
                open_joints.append(len(names))
                names.append(f"{names[parents[-1]]}_end" if name == ["Site"] else "_".join(name))
                channels.append([])
            case ["OFFSET", *numbers]:
                offsets.append(np.array(numbers, float))
            case ["CHANNELS", _, *kinds]:
                channels[-1] = kinds
            case ["}"]:
                open_joints.pop()
            case _:
                pass
    _, frames, _, _, interval, *numbers = motion.split()
    values = np.array(numbers, float).reshape(int(frames), -1)
    columns = np.split(values, np.cumsum([len(kinds) for kinds in channels])[:-1], axis=1)
    positions = np.empty((len(values), len(names), 3))
    rotations = np.empty((len(values), len(names), 3, 3))
    for joint, parent in enumerate(parents):
        offset, turn = _local(offsets[joint], channels[joint], columns[joint])
        if parent < 0:
            positions[:, joint], rotations[:, joint] = offset, turn
        else:
            positions[:, joint] = positions[:, parent] + np.einsum("fij,fj->fi", rotations[:, parent], offset)
            rotations[:, joint] = rotations[:, parent] @ turn
    return Recording(1.0 / float(interval), tuple(names), tuple(parents), positions * metres, rotations)


def _local(offset: Array, kinds: list[str], values: Array) -> tuple[Array, Array]:
    """Offsets (F,3) and rotations (F,3,3) of a joint in its parent's frame."""
    offsets = np.tile(offset, (len(values), 1))
    angles = np.zeros_like(offsets)
    order = ""
    for kind, column in zip(kinds, values.T, strict=True):
        axis = "XYZ".index(kind[0])
        if kind.endswith("position"):
            offsets[:, axis] = column
        else:
            angles[:, axis] = np.radians(column)
            order = kind[0] + order
    absent = "XYZ".translate(str.maketrans("", "", order))  # their angles are 0
    return offsets, euler_to_matrix(angles, order + absent)
