"""BVH, Biovision's hierarchy and motion as text (Meredith and Maddock 2001, "Motion Capture File Formats Explained").

The skeleton is ours, a joint of the file for every bone. A file of this format has no rest rotations: at rest all
joints lie in the axes of the world, so a joint's rotation is the bone's turn away from rest, seen in these axes. They
are, by custom, Y up; a person at zero angles faces +Z.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..geometry.arrays import Array
from ..geometry.rotations import Y_UP_FROM_BLENDER, continuous_euler, euler_to_matrix, matrix_to_euler
from ..motion import Motion
from ..placement import standing_root
from ..resample import at_rate
from ..skeleton import Skeleton, forward_kinematics

#: The format names the outermost rotation first, as Biovision did: Z, X, Y. What turns first is last: our YXZ.
_CHANNELS, _ORDER = "Zrotation Xrotation Yrotation", "YXZ"


def write_bvh(motion: Motion, path: Path) -> None:
    """Write the skeleton and its motion, metres and degrees, one pose for every frame of the video's rate."""
    rate = motion.fps or 1.0
    motion = at_rate(motion, rate)
    skeleton = motion.skeleton
    children = _children(skeleton)
    turns = np.stack([_turns(motion, bone) for bone in _downwards(children, 0)], axis=1)
    outermost_first = ["XYZ".index(axis) for axis in reversed(_ORDER)]
    degrees = np.degrees(continuous_euler(turns, _ORDER)[:, :, outermost_first])
    values = np.concatenate([standing_root(motion) @ Y_UP_FROM_BLENDER.T, degrees.reshape(len(degrees), -1)], axis=1)
    with path.open("w", encoding="ascii", newline="\n") as file:
        file.writelines(f"{line}\n" for line in _hierarchy(skeleton, children, motion.lengths_of_bones()))
        file.write(f"MOTION\nFrames: {len(values)}\nFrame Time: {1.0 / rate:.9f}\n")
        np.savetxt(file, values, fmt="%.6f")


def _children(skeleton: Skeleton) -> list[list[int]]:
    """(B) the bones that each carries."""
    return [
        [b for b, parent in enumerate(skeleton.bone_parents) if parent == bone] for bone in range(len(skeleton.bones))
    ]


def _downwards(children: list[list[int]], bone: int) -> Iterator[int]:
    """A bone and all that it carries, in the order of the hierarchy's text."""
    yield bone
    for child in children[bone]:
        yield from _downwards(children, child)


def _turns(motion: Motion, bone: int) -> Array:
    """(F,3) a bone's turn away from its rest in its parent, Euler angles about the file's axes, radians."""
    skeleton = motion.skeleton
    own = np.zeros((len(motion.time), 3))
    for angle, (of, axis) in enumerate(skeleton.freedoms):
        if of == bone:
            own[:, axis] = motion.angles[:, angle]
    frame = Y_UP_FROM_BLENDER @ skeleton.rest[bone]
    return matrix_to_euler(frame @ euler_to_matrix(own, skeleton.bones[bone].order) @ frame.T, _ORDER)


def _hierarchy(skeleton: Skeleton, children: list[list[int]], lengths: Array) -> Iterator[str]:
    """The lines of the hierarchy, for bone lengths (B,), metres.

    The root's offset is 0: some readers add it to its positions, others do not. A bone at whose end none begins
    has an end site, though others may begin at its start.
    """
    pose = forward_kinematics(skeleton, np.zeros(len(skeleton.freedoms)), lengths)
    heads, tails = pose.heads @ Y_UP_FROM_BLENDER.T, pose.tails @ Y_UP_FROM_BLENDER.T

    def offset(vector: Array) -> str:
        return "OFFSET " + " ".join(f"{value:.8f}" for value in vector + 0.0)  # no -0

    def lines(bone: int, indent: str) -> Iterator[str]:
        parent = skeleton.bone_parents[bone]
        inner = f"{indent}\t"
        yield f"{indent}{'ROOT' if parent < 0 else 'JOINT'} {skeleton.names[bone]}"
        yield f"{indent}{{"
        yield inner + offset(heads[bone] - heads[parent] if parent >= 0 else np.zeros(3))
        yield inner + (
            f"CHANNELS 3 {_CHANNELS}" if parent >= 0 else f"CHANNELS 6 Xposition Yposition Zposition {_CHANNELS}"
        )
        for child in children[bone]:
            yield from lines(child, inner)
        if all(skeleton.at_head[child] for child in children[bone]):
            yield from (
                f"{inner}End Site",
                f"{inner}{{",
                f"{inner}\t" + offset(tails[bone] - heads[bone]),
                f"{inner}}}",
            )
        yield f"{indent}}}"

    yield "HIERARCHY"
    yield from lines(0, "")
