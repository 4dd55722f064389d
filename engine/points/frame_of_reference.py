"""The unit and the axes of a file, told or recognised from the body."""

import numpy as np

from ..geometry.arrays import Array, Mask
from ..geometry.rotations import unit
from ..keypoints import Side
from ..skeleton import Skeleton
from .measure import measure
from .recording import UNITS

#: Persons are between these multiples of the table's size; what is beyond is of another unit.
_SMALLEST, _LARGEST = 0.55, 1.45
_UNITS = {1.0: "metres", 0.01: "centimetres", 0.001: "millimetres"}
#: Of directions shorter than this it is not told where they lead, metres.
_LEVEL = 1e-6
#: What is above what, in the order of how surely: of bodies without hips heads are above shoulders.
_UPRIGHT = (("neck", "mid_hips"), ("head", "neck"), ("nose", "neck"))


def metres(
    skeleton: Skeleton, joints: Array, known: Mask, told: float | None, height: float | None
) -> tuple[float, list[str]]:
    """Metres of a file's unit, and notes; ValueError where its points are all in one place.

    `told` is what the file says, NaN where its numbers are no lengths; `height`, metres, what the user says.
    """
    size = measure(skeleton, joints, known).size
    if not size > 0:
        raise ValueError("its points are all in one place, or no two neighbours are ever known together")
    if height is not None:
        return height / (size * skeleton.stature), []
    if told is not None and _SMALLEST < size * told < _LARGEST:
        return told, []
    likely = [own for own in UNITS.values() if _SMALLEST < size * own < _LARGEST]
    if likely and not (told is not None and np.isnan(told)):
        word = _UNITS[likely[0]]
        return likely[0], [f"The file's unit is taken to be {word}, by the size of the person."]
    usual = skeleton.stature
    return 1.0 / size, [f"The file's unit is none of a person's size, who is taken to be {usual:g} m tall; see Height."]


def turn_to_camera(skeleton: Skeleton, joints: Array, known: Mask, told: Array | None) -> Array:
    """(3,3) from a file's axes to a camera's, x right, y down, z away, that the person faces in the first frame.

    Up is what the file says, else the axis along which the body stands for most of the time.
    """
    up = told
    if up is None:
        ways = (_mean_way(skeleton, joints, known, *pair) for pair in _UPRIGHT)
        standing = next((way for way in ways if way is not None), None)
        up = np.array([0.0, 1.0, 0.0]) if standing is None else _nearest_axis(standing)
    left = _to_the_left(skeleton, joints, known)
    across = np.zeros(3) if left is None else left - (left @ up) * up
    if np.linalg.norm(across) < _LEVEL:  # a hand alone, or a person who lies on the side
        across = np.eye(3)[int(abs(up[0]) > 0.5)]
    x = unit(across)
    return np.stack([x, -up, np.cross(x, -up)])


def _nearest_axis(way: Array) -> Array:
    """(3,) the one of the six that is nearest."""
    largest = int(np.abs(way).argmax())
    return np.sign(way[largest]) * np.eye(3)[largest]


def _mean_way(skeleton: Skeleton, joints: Array, known: Mask, end: str, start: str) -> Array | None:
    if end not in skeleton.joints:
        return None
    first, last = skeleton.joints.index(start), skeleton.joints.index(end)
    both = known[:, first] & known[:, last]
    return unit(joints[both, last] - joints[both, first]).mean(0) if both.any() else None


def _to_the_left(skeleton: Skeleton, joints: Array, known: Mask) -> Array | None:
    """(3,) from the right shoulder to the left one, or from hip to hip, in the first frame that knows both."""
    for part in ("shoulder", "hip"):
        names = [f"{side}_{part}" for side in Side]
        if names[0] not in skeleton.joints:
            return None
        left, right = (skeleton.joints.index(name) for name in names)
        both = known[:, left] & known[:, right]
        if both.any():
            frame = int(both.argmax())
            return joints[frame, left] - joints[frame, right]
    return None
